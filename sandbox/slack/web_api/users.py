"""People: `users.*` and `usergroups.*`.

https://docs.slack.dev/reference/methods?family=users
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.slack.model import Channel, ChannelKind, Json
from sandbox.slack.serializers import channel_json, user_json
from sandbox.slack.web_api.conversations import need_scope, page_of
from sandbox.slack.web_api.protocol.errors import RefusedError
from sandbox.slack.workspace import Workspace

_KINDS = {
    "public_channel": ChannelKind.PUBLIC,
    "private_channel": ChannelKind.PRIVATE,
    "im": ChannelKind.DIRECT,
    "mpim": None,
}
"""The kinds by the names they have here; of conversations of several people the sandbox has none."""


def info(workspace: Workspace, args: Mapping[str, Any]) -> Json:
    """One user; https://docs.slack.dev/reference/methods/users.info."""
    user = workspace.users.get(args["user"])
    if user is None:
        raise RefusedError("user_not_found")
    return {"user": user_json(workspace, user, with_locale=bool(args.get("include_locale")))}


def list_all(workspace: Workspace, args: Mapping[str, Any]) -> Json:
    """All users, with those who left, page by page; https://docs.slack.dev/reference/methods/users.list."""
    with_locale = bool(args.get("include_locale"))
    found = [user_json(workspace, user, with_locale=with_locale) for user in workspace.users.values()]
    page, metadata = page_of(found, args)
    return {"members": page, **metadata}


def conversations_of(workspace: Workspace, args: Mapping[str, Any]) -> Json:
    """Return the conversations of a user, of the kinds that are asked for; private ones only where the bot is too.

    https://docs.slack.dev/reference/methods/users.conversations
    """
    user = args.get("user") or workspace.bot_user
    if user not in workspace.users:
        raise RefusedError("user_not_found")
    kinds = [_kind(workspace, name.strip()) for name in str(args.get("types") or "public_channel").split(",")]
    found = [
        channel_json(workspace, channel)
        for channel in workspace.channels.values()
        if channel.kind in kinds and user in channel.members and _is_shown(workspace, channel)
        if not (channel.is_archived and args.get("exclude_archived"))
    ]
    page, metadata = page_of(found, args)
    return {"channels": page, **metadata}


def group_members(workspace: Workspace, args: Mapping[str, Any]) -> Json:
    """Who is in a user group; https://docs.slack.dev/reference/methods/usergroups.users.list."""
    group = workspace.user_groups.get(args["usergroup"])
    if group is None or (group.is_disabled and not args.get("include_disabled")):
        raise RefusedError("no_such_subteam")
    return {"users": list(group.users)}


def lookup_by_email(workspace: Workspace, args: Mapping[str, Any]) -> Json:
    """Return the user with this address; https://docs.slack.dev/reference/methods/users.lookupByEmail."""
    for user in workspace.users.values():
        if user.email == args["email"] and not user.deleted:
            return {"user": user_json(workspace, user, with_locale=False)}
    raise RefusedError("users_not_found")


def _kind(workspace: Workspace, name: str) -> ChannelKind | None:
    if name not in _KINDS:
        raise RefusedError("invalid_types")
    kind = _KINDS[name]
    need_scope(workspace, f"{kind or name}:read")
    return kind


def _is_shown(workspace: Workspace, channel: Channel) -> bool:
    return channel.kind is ChannelKind.PUBLIC or workspace.bot_user in channel.members
