"""Messages: `chat.*`.

https://docs.slack.dev/reference/methods?family=chat
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.slack.block_kit.limits import (
    MOST_METADATA_BYTES,
    MOST_TEXT,
    MOST_TEXT_OF_AN_UPDATE,
    check_blocks,
    check_metadata,
)
from sandbox.slack.model import Channel, ChannelKind, Json, Message, Page, elements_of
from sandbox.slack.serializers import message_json
from sandbox.slack.web_api.protocol.errors import RateLimitedError, RefusedError
from sandbox.slack.workspace import Workspace

Arguments = Mapping[str, Any]

_PICTURES = (".png", ".jpg", ".jpeg", ".gif")
_PAGING = re.compile(r"<!(channel|here|everyone)(?:\|[^>]*)?>")


def post_message(workspace: Workspace, args: Arguments) -> Json:
    """Post into a channel the bot may write in; https://docs.slack.dev/reference/methods/chat.postMessage."""
    channel = writable_channel(workspace, args["channel"])
    _keep_pace(workspace, channel)
    message = by_bot(workspace, channel.id, checked_content(workspace, args))
    message.thread_ts = parent_ts(workspace, channel, args)
    message.metadata = _metadata(args)
    publish(workspace, message)
    return {"channel": channel.id, "ts": message.ts, "message": message_json(workspace, message), **_warning(args)}


def update(workspace: Workspace, args: Arguments) -> Json:
    """Replace a message of the bot's own; https://docs.slack.dev/reference/methods/chat.update."""
    message = _own(workspace, args, "cant_update_message")
    if len(args.get("text") or "") > MOST_TEXT_OF_AN_UPDATE:
        raise RefusedError("msg_too_long")
    content = checked_content(workspace, args)
    message.text, message.blocks = content["text"], content["blocks"]
    if "metadata" in args:
        message.metadata = _metadata(args)
    message.edited_ts = workspace.next_ts()
    _note_pages(workspace, message)
    workspace.changed()
    shown = message_json(workspace, message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": shown}


def delete(workspace: Workspace, args: Arguments) -> Json:
    """Take a message of the bot's own away; https://docs.slack.dev/reference/methods/chat.delete."""
    message = _own(workspace, args, "cant_delete_message")
    workspace.remove(message)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(workspace: Workspace, args: Arguments) -> Json:
    """Show one member of a channel a message; https://docs.slack.dev/reference/methods/chat.postEphemeral."""
    channel = writable_channel(workspace, args["channel"])
    user = workspace.users.get(args["user"])
    if user is None or user.deleted or user.id not in channel.members:
        raise RefusedError("user_not_in_channel")
    message = by_bot(workspace, channel.id, checked_content(workspace, args))
    message.visible_to = user.id
    message.thread_ts = parent_ts(workspace, channel, args)
    workspace.add(message)
    return {"message_ts": message.ts}


def get_permalink(workspace: Workspace, args: Arguments) -> Json:
    """Return a message's address for people; https://docs.slack.dev/reference/methods/chat.getPermalink."""
    channel = visible_channel(workspace, args["channel"])
    message = workspace.message(channel.id, args["message_ts"])
    if message is None:
        raise RefusedError("message_not_found")
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else ""
    address = f"https://{workspace.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}{thread}"
    return {"channel": channel.id, "permalink": address}


def visible_channel(workspace: Workspace, channel_id: str) -> Channel:
    """Return a channel that the bot can see: a public one, or one it is in. To it there is no other."""
    channel = workspace.channels.get(channel_id)
    if channel is None or (channel.kind is not ChannelKind.PUBLIC and workspace.bot_user not in channel.members):
        raise RefusedError("channel_not_found")
    return channel


def writable_channel(workspace: Workspace, channel_id: str) -> Channel:
    """Return a channel that the bot may write in."""
    channel = visible_channel(workspace, channel_id)
    if workspace.bot_user not in channel.members and "chat:write.public" not in workspace.scopes:
        raise RefusedError("not_in_channel")
    if channel.is_archived:
        raise RefusedError("is_archived")
    if channel.is_restricted:
        raise RefusedError("restricted_action")
    return channel


def parent_ts(workspace: Workspace, channel: Channel, args: Arguments) -> str | None:
    """Return the thread that a message goes into; refuses what is no message, or itself a reply."""
    thread_ts = args.get("thread_ts")
    if not thread_ts:
        return None
    if channel.is_thread_locked:
        raise RefusedError("restricted_action_thread_locked")
    parent = workspace.message(channel.id, thread_ts)
    if parent is None or parent.is_reply:
        raise RefusedError("cannot_reply_to_message")
    return parent.ts


def checked_content(workspace: Workspace, args: Arguments) -> Json:
    """Text and blocks of a message; refuses what Slack would not take. Blocks are given the ids they lack."""
    text, blocks = args.get("text") or args.get("markdown_text") or "", args.get("blocks") or []
    if args.get("markdown_text") and (args.get("text") or blocks):
        raise RefusedError("markdown_text_conflict")
    if not text and not blocks:
        raise RefusedError("no_text")
    if len(text) > MOST_TEXT:
        raise RefusedError("msg_too_long")
    if problems := [*check_blocks(blocks), *_unknown_calls(workspace, blocks), *unknown_files(workspace, blocks)]:
        raise RefusedError("invalid_blocks", problems)
    return {"text": text, "blocks": with_ids(blocks)}


def by_bot(workspace: Workspace, channel: str, content: Json) -> Message:
    """Return a new message of the bot's, not yet anywhere."""
    return Message(workspace.next_ts(), channel, workspace.bot_user, bot_id=workspace.bot_id, **content)


def publish(workspace: Workspace, message: Message) -> None:
    """Put a message into its channel, and note who is paged by it."""
    workspace.add(message)
    _note_pages(workspace, message)


def with_ids(blocks: Sequence[Json]) -> list[Json]:
    """Return the blocks with the ids that Slack makes up where the app gave none."""
    named = [{"block_id": secrets.token_hex(3), **block} for block in blocks]
    for block in named:
        for element in elements_of(block):
            element.setdefault("action_id", secrets.token_hex(3))
    return named


def _own(workspace: Workspace, args: Arguments, refusal: str) -> Message:
    channel = visible_channel(workspace, args["channel"])
    message = workspace.message(channel.id, args["ts"])
    if message is None:
        raise RefusedError("message_not_found")
    if message.bot_id != workspace.bot_id:
        raise RefusedError(refusal)
    return message


def _metadata(args: Arguments) -> Json | None:
    metadata: Json = args.get("metadata") or {}
    if problems := check_metadata(metadata):
        raise RefusedError("invalid_metadata_format", problems)
    if len(str(metadata)) > MOST_METADATA_BYTES:
        raise RefusedError("metadata_too_large")
    return metadata or None


def _keep_pace(workspace: Workspace, channel: Channel) -> None:
    own = [message for message in channel.messages if message.bot_id == workspace.bot_id]
    if workspace.one_message_per_second and own and workspace.clock() - float(own[-1].ts) < 1:
        raise RateLimitedError(retry_after=1)


def _unknown_calls(workspace: Workspace, blocks: Sequence[Json]) -> list[str]:
    named = {block["call_id"] for block in blocks if block.get("type") == "call" and "call_id" in block}
    return [f"/blocks: call_id {call_id} is unknown" for call_id in named - workspace.registered_calls.keys()]


def unknown_files(workspace: Workspace, part: object) -> Iterator[str]:
    """Yield what is wrong with the files that blocks show: each has to be there, and to be a picture."""
    if isinstance(part, Mapping):
        shown = part.get("slack_file")
        named = str(shown.get("id") or shown.get("url", "").split("-")[-1].split("/")[0]) if shown else ""
        file = workspace.files.get(named)
        if shown and (file is None or file.shared_in is None or not file.name.endswith(_PICTURES)):
            yield "/blocks: invalid slack file"
        for inner in part.values():
            yield from unknown_files(workspace, inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from unknown_files(workspace, inner)


def _warning(args: Arguments) -> Json:
    if args.get("text"):
        return {}
    warning = "missing_text_in_message"
    return {"warning": warning, "response_metadata": {"warnings": [warning]}}


def _note_pages(workspace: Workspace, message: Message) -> None:
    for text in (message.text, *_marked_up(message.blocks)):
        for match in _PAGING.finditer(text):
            workspace.pages.append(Page(message.channel, message.ts, match[1]))


def _marked_up(part: object) -> Iterator[str]:
    """Every text in a message's blocks in which Slack reads markup."""
    if isinstance(part, Mapping):
        if part.get("type") in {"mrkdwn", "markdown"}:
            yield str(part["text"])
        for inner in part.values():
            yield from _marked_up(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from _marked_up(inner)
