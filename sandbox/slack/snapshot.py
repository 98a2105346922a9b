"""The workspace as one user sees it, as JSON: what a page needs to draw it."""

from __future__ import annotations

from dataclasses import asdict

from sandbox.slack.model import Channel, Json, Message, View
from sandbox.slack.serializers import channel_json, message_json, view_json
from sandbox.slack.workspace import Workspace


def as_seen_by(workspace: Workspace, user: str) -> Json:
    """Channels with their messages and threads, what only this user sees, the open modal and the Home tab."""
    view, home = workspace.open_view(user), workspace.home(user)
    return {
        "user": _person(workspace, user),
        "users": {one: _person(workspace, one) for one in workspace.users},
        "channels": [_channel(workspace, channel, user) for channel in workspace.channels_of(user)],
        "view": _view(workspace, view) if view else None,
        "home": _view(workspace, home) if home else None,
        "calls": {call.id: asdict(call) for call in workspace.registered_calls.values()},
    }


def _person(workspace: Workspace, user: str) -> Json:
    person = workspace.users[user]
    return {"id": person.id, "name": person.name, "real_name": person.real_name, "is_bot": person.is_bot}


def _channel(workspace: Workspace, channel: Channel, user: str) -> Json:
    seen = sorted([*channel.messages, *workspace.ephemerals(user, channel.id)], key=lambda message: float(message.ts))
    roots = [message for message in seen if not message.is_reply]
    return {
        **channel_json(workspace, channel),
        "messages": [{**_message(workspace, root), "replies": _replies(workspace, root, seen)} for root in roots],
    }


def _replies(workspace: Workspace, root: Message, seen: list[Message]) -> list[Json]:
    return [_message(workspace, one) for one in seen if one.is_reply and one.thread_ts == root.ts]


def _message(workspace: Workspace, message: Message) -> Json:
    return {**message_json(workspace, message), "is_ephemeral": message.visible_to is not None}


def _view(workspace: Workspace, view: View) -> Json:
    return {**view_json(workspace, view), "errors": dict(view.errors)}
