"""Reads what a step was given into what is to be started, for whom and where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.grammar import StartAssistance, StartMeeting, parse_customer, parse_guests, parse_name, parse_reference
from bot.manifest.workflow_steps import Step
from bot.model.errors import StepInputMissing
from bot.model.people import Conversation, Requester

_ID: Final = re.compile(r"[A-Z][A-Z0-9]{2,63}")


@dataclass(frozen=True, slots=True)
class AskedByStep:
    """What a step starts: the requester is the person for whom the step acts."""

    requester: Requester
    request: StartAssistance | StartMeeting


def read_step(team: str, step: Step, inputs: Mapping[str, object], *, region: str) -> AskedByStep:
    """Return what a step starts; numbers without a prefix are of `region`.

    Raises `StepInputMissing` where an input is empty or of another kind, and `NotUnderstood` as the grammar does.
    """
    conversation = Conversation(team, _id(inputs, "channel"))
    match step:
        case Step.START_ASSISTANCE:
            customer = parse_customer(_text(inputs, "contact"), region=region)
            reference = parse_reference(_optional(inputs, "reference"))
            agent = Requester(_id(inputs, "agent"), conversation)
            return AskedByStep(agent, StartAssistance(customer.contact, reference))
        case Step.START_MEETING:
            guests = parse_guests(_text(inputs, "participants"), region=region)
            name = parse_name(_optional(inputs, "name"))
            organizer = Requester(_id(inputs, "organizer"), conversation)
            return AskedByStep(organizer, StartMeeting(guests.contacts, guests.colleagues, name, moderated=False))


def acting_for(inputs: Mapping[str, object]) -> str:
    """Return the person for whom a step acts, `""` where no input names one."""
    named = (inputs.get(name) for name in ("agent", "organizer"))
    return next((user for user in named if isinstance(user, str) and _ID.fullmatch(user)), "")


def _text(inputs: Mapping[str, object], name: str) -> str:
    text = _optional(inputs, name)
    if not text:
        raise StepInputMissing(name)
    return text


def _optional(inputs: Mapping[str, object], name: str) -> str:
    value = inputs.get(name)
    if value is not None and not isinstance(value, str):
        raise StepInputMissing(name)
    return (value or "").strip()


def _id(inputs: Mapping[str, object], name: str) -> str:
    text = _text(inputs, name)
    if not _ID.fullmatch(text):
        raise StepInputMissing(name)
    return text
