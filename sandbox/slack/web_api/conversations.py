"""Channels and what was said in them: `conversations.*`.

https://docs.slack.dev/reference/methods?family=conversations
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.slack.model import Channel, Json, Message
from sandbox.slack.serializers import channel_json, message_json
from sandbox.slack.web_api.chat import visible_channel
from sandbox.slack.web_api.protocol.errors import RefusedError
from sandbox.slack.workspace import Workspace

Arguments = Mapping[str, Any]

_LIMIT_BELOW = 1000
_MESSAGES_OF_A_NEW_APP = 15
_LATEST = "9999999999.999999"


def info(workspace: Workspace, args: Arguments) -> Json:
    """Return a channel; https://docs.slack.dev/reference/methods/conversations.info."""
    channel = visible_channel(workspace, args["channel"])
    _need(workspace, channel, "read")
    return {"channel": channel_json(workspace, channel)}


def members(workspace: Workspace, args: Arguments) -> Json:
    """Who is in a channel; https://docs.slack.dev/reference/methods/conversations.members."""
    channel = visible_channel(workspace, args["channel"])
    _need(workspace, channel, "read")
    page, metadata = page_of(sorted(channel.members), args)
    return {"members": page, **metadata}


def open_direct(workspace: Workspace, args: Arguments) -> Json:
    """Return the conversation of one user with the bot; https://docs.slack.dev/reference/methods/conversations.open."""
    if args.get("channel"):
        channel = visible_channel(workspace, args["channel"])
    else:
        channel = workspace.direct_messages(_partner(workspace, args.get("users") or ""))
    full = channel_json(workspace, channel) if args.get("return_im") else {"id": channel.id}
    return {"channel": full}


def history(workspace: Workspace, args: Arguments) -> Json:
    """Return what was said in a channel outside threads, newest first.

    https://docs.slack.dev/reference/methods/conversations.history
    """
    channel = _readable(workspace, args)
    return _page_of(workspace, _between(workspace.messages(channel.id), args)[::-1], args)


def replies(workspace: Workspace, args: Arguments) -> Json:
    """Return a message and the replies to it, oldest first; https://docs.slack.dev/reference/methods/conversations.replies."""
    channel = _readable(workspace, args)
    thread = workspace.thread(channel.id, args["ts"])
    if not thread:
        raise RefusedError("thread_not_found")
    parent, *answers = thread
    return _page_of(workspace, [parent, *_between(answers, args)], args)


def _partner(workspace: Workspace, users: str) -> str:
    if not users:
        raise RefusedError("users_list_not_supplied")
    user = workspace.users.get(users)
    if user is None:
        raise RefusedError("user_not_found")
    if user.deleted:
        raise RefusedError("user_disabled")
    return user.id


def _readable(workspace: Workspace, args: Arguments) -> Channel:
    channel = visible_channel(workspace, args["channel"])
    _need(workspace, channel, "history")
    if workspace.bot_user not in channel.members:
        raise RefusedError("not_in_channel")
    return channel


def _need(workspace: Workspace, channel: Channel, right: str) -> None:
    need_scope(workspace, f"{channel.kind}:{right}")


def need_scope(workspace: Workspace, scope: str) -> None:
    """Refuse a call for which the app was not granted this scope."""
    if scope not in workspace.scopes:
        raise RefusedError("missing_scope", needed=scope, provided=",".join(sorted(workspace.scopes)))


def _between(messages: Sequence[Message], args: Arguments) -> list[Message]:
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or _LATEST)
    if args.get("inclusive"):
        return [one for one in messages if oldest <= float(one.ts) <= latest]
    return [one for one in messages if oldest < float(one.ts) < latest]


def _page_of(workspace: Workspace, messages: Sequence[Message], args: Arguments) -> Json:
    if workspace.rates.of_a_new_app:
        args = {**args, "limit": min(_size(args), _MESSAGES_OF_A_NEW_APP)}
    page, metadata = page_of(messages, args)
    with_metadata = bool(args.get("include_all_metadata"))
    shown = [message_json(workspace, one, with_metadata=with_metadata) for one in page]
    return {"messages": shown, "has_more": bool(metadata), **metadata}


def page_of(all_of_them: Sequence[Any], args: Arguments) -> tuple[list[Any], Json]:
    """Return the page of a list that is asked for, and what leads to the next one, if there is one."""
    start, size = _start(args), _size(args)
    page = list(all_of_them[start : start + size])
    if start + size >= len(all_of_them):
        return page, {}
    return page, {"response_metadata": {"next_cursor": f"next:{start + size}"}}


def _size(args: Arguments) -> int:
    limit = str(args.get("limit") or 100)
    if not limit.isdecimal() or not 1 <= int(limit) < _LIMIT_BELOW:
        raise RefusedError("invalid_limit")
    return int(limit)


def _start(args: Arguments) -> int:
    cursor = args.get("cursor") or "next:0"
    number = str(cursor).removeprefix("next:")
    if not number.isdecimal():
        raise RefusedError("invalid_cursor")
    return int(number)
