"""The page as one person sees it from one place: the JSON that the page's script renders."""

from __future__ import annotations

from collections.abc import Sequence

from playground.page import conversation
from playground.page.controls.faults import FAULTS
from playground.page.controls.phone import Received, inbox
from playground.page.demo_state import DemoState
from playground.page.features import Shortcut
from playground.page.modal import modal_json
from playground.page.traffic.entries import Entry
from playground.page.viewer import HOME, ROLES, Destination, Viewer
from sandbox.apizee.world import API_USER
from sandbox.slack import Workspace, as_seen_by
from sandbox.slack.model import Channel, ChannelKind, Json

_SLACK_ITSELF = {"USLACKBOT": {"name": "Slackbot", "handle": "slackbot", "isBot": True}}
_KINDS = {ChannelKind.PUBLIC: "public", ChannelKind.PRIVATE: "private", ChannelKind.DIRECT: "direct"}


def render(demo_state: DemoState, viewer: Viewer, new_since: float | None = None) -> Json:
    """Return the whole view state. What its viewer sees of a conversation counts as read.

    `new_since` is until when they had read when they came; `None` where they have never been there.
    """
    channel = viewer.channel_in(demo_state.workspace)  # a conversation with the bot begins when it is first looked at
    seen = as_seen_by(demo_state.workspace, viewer.user)
    in_home = viewer.place is HOME
    if not in_home:
        conversation.mark_read(seen, channel, demo_state.attention, viewer.user)
    return {
        "version": f"{demo_state.began_at}-{demo_state.changes}",
        **_who_and_where(demo_state, viewer, seen),
        "newSince": new_since,
        "messages": [] if in_home else conversation.messages_of(seen, channel),
        "thread": None if in_home else conversation.thread_of(seen, channel, viewer.thread),
        "modal": modal_json(demo_state, viewer.user, seen["view"]),
        "home": {"blocks": seen["home"]["blocks"]} if seen["home"] else None,
        **_menus(demo_state),
        **_names(demo_state.workspace),
        "calls": {name: conversation.call_json(demo_state.workspace, call) for name, call in seen["calls"].items()},
        "phone": [_received(one) for one in inbox(demo_state.world)],
        **_behind(demo_state),
    }


def _who_and_where(demo_state: DemoState, viewer: Viewer, seen: Json) -> Json:
    role, user = viewer.role, demo_state.workspace.users[viewer.user]
    places = viewer.places(demo_state.workspace)
    channels = [_channel(demo_state, viewer, place) for place in places]
    for channel, place in zip(channels, places, strict=True):
        held = viewer.channel_in(demo_state.workspace, place)
        channel["unread"] = conversation.unread_of(seen, held, demo_state.attention, user.id)
    return {
        "me": {"slug": role.slug, "name": user.real_name, "user": user.id, "locale": user.locale},
        "roles": [{"slug": one.slug, "name": one.name} for one in ROLES],
        "channels": channels,
        "channel": _channel(demo_state, viewer, viewer.place),
    }


def _channel(demo_state: DemoState, viewer: Viewer, place: Destination) -> Json:
    channel: Channel = demo_state.workspace.channels[viewer.channel_in(demo_state.workspace, place)]
    return {
        "id": channel.id,
        "slug": place.slug,
        "name": place.name,
        "label": place.label,
        "kind": _KINDS[channel.kind],
        "hasBot": demo_state.workspace.bot_user in channel.members,
    }


def _menus(demo_state: DemoState) -> Json:
    features = demo_state.features
    menus = {"global": features.global_shortcuts, "message": features.message_shortcuts}
    return {
        "shortcuts": {kind: _shortcuts(menu) for kind, menu in menus.items()},
        "commands": [
            {"command": one.command, "hint": one.hint, "description": one.description} for one in features.commands
        ],
    }


def _shortcuts(menu: Sequence[Shortcut]) -> list[Json]:
    return [{"callbackId": one.callback_id, "name": one.name} for one in menu]


def _names(workspace: Workspace) -> Json:
    people = {
        one.id: {"name": one.real_name, "handle": one.name, "isBot": one.is_bot} for one in workspace.users.values()
    }
    channels = {one.id: one.name for one in workspace.channels.values() if one.name}
    return {"people": people | _SLACK_ITSELF, "channelNames": channels}


def _received(received: Received) -> Json:
    return {
        "number": received.number,
        "kind": received.kind,
        "to": received.to,
        "link": received.link,
        "at": received.at.timestamp(),
        "state": received.state,
        "photos": received.photos,
        "missed": received.missed,
        "touches": [
            {"label": touch.label, "action": touch.action, "possible": touch.is_possible} for touch in received.touches
        ],
    }


def _behind(demo_state: DemoState) -> Json:
    limit, clock, bot_control = demo_state.world.limit, demo_state.clock, demo_state.bot_control
    return {
        "wire": {
            "entries": [_entry(one) for one in demo_state.traffic.latest()],
            "budget": {"used": limit.used(API_USER), "limit": limit.per_minute},
        },
        "faults": [
            {"name": one.name, "label": one.label, "about": one.about, "on": one.is_on(demo_state)} for one in FAULTS
        ],
        "clock": {"now": clock().timestamp(), "ahead": clock.ahead.total_seconds()},
        "bot": {"state": bot_control.state, "kills": bot_control.kills},
    }


def _entry(entry: Entry) -> Json:
    return {
        "number": entry.number,
        "at": entry.at,
        "direction": entry.direction,
        "title": entry.title,
        "content": entry.content,
        "status": entry.status,
        "well": entry.is_well,
        "ms": None if entry.seconds is None else round(entry.seconds * 1000, 1),
    }
