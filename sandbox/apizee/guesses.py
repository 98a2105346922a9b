"""What Apizee's documentation leaves open, as switches. As they stand at first, a client may rely on least."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from sandbox.apizee.model import TicketState


class ScopeOfOldTickets(Enum):
    """What `GET /tickets/{id}?scope=sso` does: the documentation has the parameter for new tickets only."""

    REFUSED = auto()
    IGNORED = auto()
    TAKEN = auto()


class Envelope(Enum):
    """Around a webhook: `{event, time, object, objectId, props}` or `{id, eventName, timestamp, source, data}`."""

    OBJECT = auto()
    EVENT_NAME = auto()


class ObjectId(Enum):
    """How a webhook names its object."""

    NUMBER = auto()
    TEXT = auto()
    UID = auto()


class Time(Enum):
    """How a webhook writes the time."""

    SECONDS = auto()
    MILLISECONDS = auto()
    DATE = auto()
    NULL = auto()
    ABSENT = auto()


class MeetingStart(Enum):
    """How a webhook announces that a meeting begins: the documentation has only its end, as an example."""

    SILENT = auto()
    CREATED = auto()
    NAMED = auto()


class Return(Enum):
    """What webhooks say of a customer who left and comes back: the documentation names no such event."""

    ESTABLISHED = auto()
    OPENED = auto()
    ALL = auto()


@dataclass(slots=True)
class Guesses:
    """How this Apizee is where nobody knows how Apizee is.

    `tickets_tell_agents_side`: whether a ticket that is read alone has `agent_url`, `button_id`, `status` and `name`.
    `not_invited`: the state of a ticket whose customer was not invited.
    `until_is_inclusive`: whether the day, or the moment, of `until` is a part of what was asked for.
    """

    tickets_tell_agents_side: bool = False
    scope_of_old_tickets: ScopeOfOldTickets = ScopeOfOldTickets.REFUSED
    until_is_inclusive: bool = False
    envelope: Envelope = Envelope.OBJECT
    object_id: ObjectId = ObjectId.NUMBER
    time: Time = Time.SECONDS
    meeting_start: MeetingStart = MeetingStart.SILENT
    comes_back: Return = Return.ESTABLISHED
    not_invited: TicketState = TicketState.NEW


def kind() -> Guesses:
    """Give an Apizee that grants what a client hopes for."""
    return Guesses(
        tickets_tell_agents_side=True,
        scope_of_old_tickets=ScopeOfOldTickets.TAKEN,
        meeting_start=MeetingStart.NAMED,
    )
