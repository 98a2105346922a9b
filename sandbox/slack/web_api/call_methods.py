"""Slack's native calls: `calls.*`.

https://docs.slack.dev/apis/web-api/using-the-calls-api
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sandbox.slack.model import Json, RegisteredCall
from sandbox.slack.serializers import call_json
from sandbox.slack.web_api.protocol.errors import RefusedError
from sandbox.slack.workspace import Workspace

Arguments = Mapping[str, Any]

_CHANGEABLE = ("title", "join_url", "desktop_app_join_url")


def add(workspace: Workspace, args: Arguments) -> Json:
    """Register a call; the same `external_unique_id` gives the same call.

    https://docs.slack.dev/reference/methods/calls.add
    """
    if args.get("created_by") not in workspace.users:
        raise RefusedError("invalid_created_by")
    users = _users(workspace, args.get("users") or [])
    unique_id = args["external_unique_id"]
    for known in workspace.registered_calls.values():
        if known.fields["external_unique_id"] == unique_id:
            return {"call": call_json(known)}
    fields = {name: value for name, value in args.items() if name != "users"}
    call = RegisteredCall(f"R{secrets.token_hex(5).upper()}", {"date_start": int(workspace.clock()), **fields}, users)
    workspace.registered_calls[call.id] = call
    return _changed(workspace, call)


def info(workspace: Workspace, args: Arguments) -> Json:
    """Return a call; https://docs.slack.dev/reference/methods/calls.info."""
    return {"call": call_json(_call(workspace, args))}


def update(workspace: Workspace, args: Arguments) -> Json:
    """Give a call another title or link; https://docs.slack.dev/reference/methods/calls.update."""
    call = _call(workspace, args)
    call.fields |= {name: args[name] for name in _CHANGEABLE if name in args}
    return _changed(workspace, call)


def end(workspace: Workspace, args: Arguments) -> Json:
    """Close a call, whose card then says so; https://docs.slack.dev/reference/methods/calls.end."""
    call = _active(workspace, args)
    start = call.fields["date_start"]
    call.ended_at = start + int(args["duration"]) if "duration" in args else int(workspace.clock())
    return _changed(workspace, call)


def add_participants(workspace: Workspace, args: Arguments) -> Json:
    """Show people as present; https://docs.slack.dev/reference/methods/calls.participants.add."""
    call = _active(workspace, args)
    call.users += [user for user in _users(workspace, args["users"]) if user not in call.users]
    return _changed(workspace, call)


def remove_participants(workspace: Workspace, args: Arguments) -> Json:
    """Show people as gone; https://docs.slack.dev/reference/methods/calls.participants.remove."""
    call = _active(workspace, args)
    gone = _users(workspace, args["users"])
    call.users = [user for user in call.users if user not in gone]
    return _changed(workspace, call)


def _call(workspace: Workspace, args: Arguments) -> RegisteredCall:
    call = workspace.registered_calls.get(args["id"])
    if call is None:
        raise RefusedError("invalid_call_id")
    return call


def _active(workspace: Workspace, args: Arguments) -> RegisteredCall:
    call = _call(workspace, args)
    if call.ended_at is not None:
        raise RefusedError("inactive_call")
    return call


def _users(workspace: Workspace, users: list[Json]) -> list[Json]:
    """People by `slack_id`, guests by `external_id` and `display_name`."""
    for user in users:
        if "slack_id" not in user and not {"external_id", "display_name"} <= user.keys():
            raise RefusedError("bad_users")
        if user.get("slack_id", workspace.bot_user) not in workspace.users:
            raise RefusedError("user_not_found")
    return users


def _changed(workspace: Workspace, call: RegisteredCall) -> Json:
    workspace.changed()
    return {"call": call_json(call)}
