"""Reading Slack's payloads: who asks, where, on which message, in which delivery.

https://docs.slack.dev/interactivity/handling-user-interaction#payloads
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from bot.model import Asker, Place
from bot.services.locating import Spot
from bot.ui.ids import METADATA_EVENT, Field, Origin

Body: TypeAlias = Mapping[str, Any]


def team_of(body: Body) -> str:
    """The workspace a payload comes from."""
    return str(body.get("team_id") or (body.get("team") or {}).get("id") or body.get("user", {}).get("team_id", ""))


def command_asker(body: Body) -> Asker:
    """Who typed a command, and where."""
    place = Place(team_of(body), body["channel_id"], body.get("thread_ts"))
    return Asker(user=body["user_id"], place=place, response_url=body.get("response_url", ""))


def interaction_asker(body: Body) -> Asker:
    """Who pressed a button or chose a shortcut; in a thread where the message stands in one."""
    channel = (body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id", "")
    thread_ts = (body.get("message") or {}).get("thread_ts") or (body.get("container") or {}).get("thread_ts")
    place = Place(team_of(body), channel, thread_ts)
    return Asker(user=body["user"]["id"], place=place, response_url=body.get("response_url", ""))


def submission_asker(body: Body, origin: Origin) -> Asker:
    """Who sent a form, and where its card goes: into the thread it came from, unless another channel was chosen."""
    channel = chosen_channel(body)
    thread_ts = origin.thread_ts if channel == origin.channel else None
    urls = [one["response_url"] for one in body.get("response_urls", ()) if one.get("channel_id") == channel]
    place = Place(team_of(body), channel, thread_ts or None)
    return Asker(user=body["user"]["id"], place=place, response_url=urls[0] if urls else "")


def spot(body: Body) -> Spot:
    """The message that a button stands on or a shortcut was chosen on."""
    message, container = body.get("message") or {}, body.get("container") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id", "")
    ts = message.get("ts") or body.get("message_ts") or container.get("message_ts", "")
    return Spot(channel, ts, message.get("thread_ts"), _card_metadata(message))


def delivery(body: Body) -> str:
    """The name of one delivery: Slack's event id or trigger id, which no two deliveries share."""
    view = body.get("view") or {}
    submitted = f"{view['id']}:{view.get('hash', '')}" if body.get("type") == "view_submission" else ""
    return str(body.get("event_id") or submitted or body.get("trigger_id") or body.get("action_ts", ""))


def happened_at(body: Body) -> float:
    """When an event came about, in Unix seconds."""
    return float(body["event_time"])


def typed(body: Body, field: Field) -> str:
    """What was typed into a field of a form."""
    return str(_state(body, field).get("value") or "").strip()


def chosen(body: Body, field: Field) -> set[str]:
    """Which choices of a field were ticked."""
    return {option["value"] for option in _state(body, field).get("selected_options") or ()}


def chosen_channel(body: Body) -> str:
    """Where the card is to go."""
    return str(_state(body, Field.CHANNEL).get("selected_conversation") or "")


def _state(body: Body, field: Field) -> Body:
    return body["view"]["state"]["values"].get(field, {}).get(field, {})  # type: ignore[no-any-return]  # Slack's JSON


def _card_metadata(message: Body) -> dict[str, str] | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != METADATA_EVENT:
        return None
    return {name: str(value) for name, value in metadata.get("event_payload", {}).items()}
