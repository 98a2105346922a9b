"""The steps of Workflow Builder, as the manifest declares them: https://docs.slack.dev/workflows/workflow-steps.

Slack forbids them to apps with public distribution, so a manifest has them only where they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

USER: Final = "slack#/types/user_id"
CHANNEL: Final = "slack#/types/channel_id"
TEXT: Final = "string"

EVENT: Final = "function_executed"
"""Slack sends it when a workflow comes to one of the steps."""


class Step(StrEnum):
    """The steps, by their callback ids."""

    START_ASSISTANCE = "start_assistance_step"
    START_MEETING = "start_meeting_step"


def with_steps(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest with both steps, run by this bot and not by Slack."""
    settings = manifest["settings"]
    subscriptions = settings["event_subscriptions"]
    events = [*subscriptions["bot_events"], EVENT]
    changed = {
        **settings,
        "event_subscriptions": {**subscriptions, "bot_events": events},
        "org_deploy_enabled": True,
        "function_runtime": "remote",
    }
    return {**manifest, "settings": changed, "functions": functions()}


def functions() -> dict[str, Any]:
    """Return what the manifest says of the steps."""
    where = _parameter(CHANNEL, "Channel", "Where the card is shown")
    card = _parameter(TEXT, "Card", "Link to the card of the session")
    return {
        Step.START_ASSISTANCE.value: _function(
            "Start video assistance",
            "Invite a customer to video assistance, as an agent of this workspace",
            inputs={
                "contact": _parameter(TEXT, "Customer", "Phone number or e-mail address of the customer"),
                "agent": _parameter(USER, "Agent", "Who assists the customer and gets the links"),
                "channel": where,
                "reference": _parameter(TEXT, "Reference", "Your own reference, for example the number of the case"),
            },
            optional_inputs={"reference"},
            outputs={
                "ticket": _parameter(TEXT, "Ticket", "Number of the ticket at Apizee"),
                "state": _parameter(TEXT, "State", "How far it has come"),
                "card": card,
            },
        ),
        Step.START_MEETING.value: _function(
            "Start a video meeting",
            "Invite guests to a video meeting, as a member of this workspace",
            inputs={
                "participants": _parameter(TEXT, "Guests", "Phone numbers and e-mail addresses, separated by commas"),
                "name": _parameter(TEXT, "Name", "Name of the meeting, which guests see"),
                "organizer": _parameter(USER, "Organizer", "Who moderates the meeting"),
                "channel": where,
            },
            outputs={
                "conference": _parameter(TEXT, "Meeting", "Number of the meeting at Apizee"),
                "join_url": _parameter(TEXT, "Join link", "Link into the meeting"),
                "card": card,
            },
        ),
    }


def _function(
    title: str,
    description: str,
    *,
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    optional_inputs: Iterable[str] = (),
) -> dict[str, Any]:
    required = [name for name in inputs if name not in set(optional_inputs)]
    return {
        "title": title,
        "description": description,
        "input_parameters": {"properties": dict(inputs), "required": required},
        # Slack does not say the address of each card: a step is done all the same.
        "output_parameters": {"properties": dict(outputs), "required": [name for name in outputs if name != "card"]},
    }


def _parameter(kind: str, title: str, description: str) -> dict[str, str]:
    return {"type": kind, "title": title, "description": description}
