"""The page as one person sees it from one place: values for its template, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from playground.page.faults import FAULTS
from playground.page.mrkdwn import Mrkdwn
from playground.page.phone import inbox
from playground.page.rendering import render
from playground.page.stage import Stage
from playground.page.viewpoint import PLACES, ROLES, Place, Viewpoint
from playground.page.wire import passages
from playground.slack import Workspace, as_seen_by
from playground.slack.model import Json

_SLACK_ITSELF = {"USLACKBOT": "Slackbot"}


def draw(stage: Stage, viewpoint: Viewpoint) -> str:
    """The whole page as HTML; the same as long as nothing has changed."""
    channel = viewpoint.channel_in(stage.workspace)  # a conversation with the bot begins when it is first looked at
    seen = as_seen_by(stage.workspace, viewpoint.role.user)
    messages = next(one["messages"] for one in seen["channels"] if one["id"] == channel)
    return render(
        "page.html",
        viewpoint=viewpoint,
        roles=ROLES,
        places=PLACES,
        features=stage.features,
        messages=messages,
        thread=next((one for one in messages if one["ts"] == viewpoint.thread), None),
        view=_modal(stage, viewpoint, seen),
        calls=seen["calls"],
        received=inbox(stage.world),
        passages=passages(stage),
        faults={name: label for name, (label, _) in FAULTS.items()},
        fault=stage.fault,
        names=_names(stage.workspace),
        mrkdwn=Mrkdwn(_names(stage.workspace)),
        time_of=time_of,
    )


def time_of(ts: str) -> str:
    """A message's time of day on this machine."""
    return f"{datetime.fromtimestamp(float(ts)).astimezone():%H:%M}"


def _names(workspace: Workspace) -> Mapping[str, str]:
    people = {user.id: user.real_name for user in workspace.users.values()}
    return people | {channel.id: channel.name for channel in workspace.channels.values()} | _SLACK_ITSELF


def _modal(stage: Stage, viewpoint: Viewpoint, seen: Json) -> Json | None:
    """The open modal; each of its fields with what is in it and what is wrong with it."""
    view: Json | None = seen["view"]
    if view is None:
        return None
    opened_in = _opened_in(stage.workspace, viewpoint)
    typed = stage.typed.get(view["id"], {})
    fields = [_field(block, typed, opened_in, view["errors"]) for block in view["blocks"]]
    places = [(viewpoint.channel_in(stage.workspace, place), _place_name(place)) for place in PLACES]
    return {**view, "fields": fields, "places": places, "trouble": view["errors"].get("")}


def _field(block: Json, typed: Mapping[str, object], opened_in: str | None, errors: Mapping[str, str]) -> Json:
    element, name = block.get("element", {}), block["block_id"]
    return {**block, "held": typed.get(name, _initial(element, opened_in)), "error": errors.get(name)}


def _initial(element: Json, opened_in: str | None) -> Any:  # noqa: ANN401  # a text, or the values that are ticked
    if element.get("type") == "conversations_select":
        at_once = opened_in if element.get("default_to_current_conversation") else None
        return element.get("initial_conversation") or at_once
    if element.get("type") == "checkboxes":
        return [option["value"] for option in element.get("initial_options", ())]
    return element.get("initial_value")


def _opened_in(workspace: Workspace, viewpoint: Viewpoint) -> str | None:
    view = workspace.open_view(viewpoint.role.user)
    return view.channel if view else None


def _place_name(place: Place) -> str:
    return f"#{place.name}" if place.channel else place.name
