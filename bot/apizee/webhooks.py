"""Parses Apizee's webhooks, without I/O; nothing in them is taken for true before Apizee was asked.

They carry no signature and no promise of order; Apizee's console sets their address and headers. Two envelopes are
documented, `{event, time, object, objectId, props}` and `{id, eventName, timestamp, source, data}`: both are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.apizee.answers.reading import Lenient
from bot.model.errors import KnownError
from bot.model.session.timeline import Milestone, Step

MOST_BYTES: Final = 256 * 1024

_STEPS: Final[Mapping[str, Step]] = {
    "ticket.invitationClicked": Step.LINK_OPENED,
    "consent.accepted": Step.CONSENTED,
    "mediaDevice.cameraAllowed": Step.CAMERA_ALLOWED,
    "mediaDevice.cameraDisallowed": Step.CAMERA_REFUSED,
    "mediaDevice.micAllowed": Step.MICROPHONE_ALLOWED,
    "mediaDevice.micDisallowed": Step.MICROPHONE_REFUSED,
    "session.established": Step.CONNECTED,
    "media.pictureTaken": Step.PHOTO_TAKEN,
    "session.userLeft": Step.LEFT,
    "survey.answered": Step.SURVEY_ANSWERED,
}
_TURNS: Final = frozenset(
    {
        "ticket.invitationAccepted",
        "ticket.invitationDeclined",
        "ticket.invitationExpired",
        "ticket.sessionStarted",
        "ticket.completed",
        "ticket.cancelled",
        "ticket.closed",
    }
)
_NO_REASON_TO_ASK: Final = frozenset(
    {
        "ticket.invitationSent",
        "ticket.invitationResent",
        "ticket.invitationNotclicked",
        "ticket.assigned",
        "geo.ansAllowed",
        "geo.ansDisallowed",
        "session.agentLeft",
        "media.pictureSent",
        "media.OCRDone",
    }
)
_NAMED_AFTER_SESSIONS: Final[Mapping[str, str]] = {
    "ticket.sessionCompleted": "ticket.completed",
    "ticket.sessionCancelled": "ticket.cancelled",
    "ticket.sessionClosed": "ticket.closed",
    "ticket.sessionAssigned": "ticket.assigned",
}
"""Names that the documentation abbreviates in a way that can be read as two."""

_MEETING_ENDED: Final = "conversationEnded"

OBJECTS: Final = frozenset({"ticket", "media", "conversation", "smsmessage", "conversationevent"})
OTHER: Final = "other"

_TICKET: Final = ("objectId", "ticketId", "ticket_id", "ticket")
_CONVERSATION: Final = ("conversationId", "conversation_id", "convId", "conversation")
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_LARGEST: Final = 10**18
_YEAR_2000: Final = 946_684_800.0
_YEAR_3000: Final = 32_503_680_000.0
_MILLI: Final = 1000.0


class Malformed(KnownError):
    """A body that is no webhook of Apizee's."""


class Unknown(KnownError):
    """A webhook about something that this bot does not know; `object` is one of `OBJECTS`, or `OTHER`."""

    def __init__(self, about: str) -> None:
        super().__init__(f"a webhook about {about}")
        self.object = about


class Subject(StrEnum):
    """What webhooks are about: an account may send those of one subject and none of another.

    Apizee documents a webhook for the end of a meeting and none for its start.
    """

    ASSISTANCE = "assistance"
    MEETING_START = "meeting-start"
    MEETING_END = "meeting-end"


@dataclass(frozen=True, slots=True)
class Webhook:
    """What a webhook points at, with the step that it reports.

    A ticket by its number or by its `conversation`, a meeting by its name, `ended` where it is over, or the media of
    some session.
    """

    ticket: int | None = None
    conversation: str | None = field(default=None, repr=False)
    meeting: str | None = field(default=None, repr=False)
    milestone: Milestone | None = None
    media: bool = False
    ended: bool = False

    @property
    def subject(self) -> Subject | None:
        """What it is about; `None` for media, which are no change of a session."""
        if self.media:
            return None
        if self.meeting is None:
            return Subject.ASSISTANCE
        return Subject.MEETING_END if self.ended else Subject.MEETING_START


class _Body(BaseModel):
    """Both envelopes; each field is read for itself."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    event: Lenient[str] = None
    object: Lenient[str] = None
    object_id: Any = Field(None, alias="objectId")
    time: Any = None
    props: Lenient[dict[str, Any]] = None
    event_name: Lenient[str] = Field(None, alias="eventName")
    timestamp: Any = None
    data: Lenient[dict[str, Any]] = None

    @property
    def about(self) -> str:
        """The object it is about; session events of the second envelope name none."""
        if self.object is None:
            return "conversationevent"
        return self.object if self.object in OBJECTS else OTHER

    @property
    def name(self) -> str:
        """The name of a session event, such as `consent.accepted`; `""` where it has none."""
        said = [self.event_name, *(one.get(key) for one in self._inner for key in ("eventType", "eventName"))]
        name = next((one for one in said if isinstance(one, str) and one), "")
        return _NAMED_AFTER_SESSIONS.get(name, name)

    @property
    def conversation_name(self) -> str | None:
        """The name of a conversation, which is a meeting's."""
        said = (one.get("name") for one in self._inner)
        return next((one for one in said if isinstance(one, str) and one), None)

    @property
    def ticket(self) -> int | None:
        """The number of the ticket."""
        said = [self.object_id, *(one.get(key) for one in self._inner for key in _TICKET), (self.data or {}).get("id")]
        return next((number for one in said if (number := _number(one)) is not None), None)

    @property
    def conversation(self) -> str | None:
        """The id of the ticket's conversation, where its number is not given."""
        said = [*(one.get(key) for one in self._inner for key in (*_CONVERSATION, "objectId")), self.object_id]
        return next((one for one in map(_id_of, said) if isinstance(one, str) and one), None)

    def at(self, received_at: float) -> float:
        """When it happened, in Unix seconds: as given in seconds, milliseconds or as a date, else when it came."""
        return _seconds(self.time) or _seconds(self.timestamp) or received_at

    @property
    def _inner(self) -> list[dict[str, Any]]:
        return [one for one in (self.props, self.data) if one]


def parse(body: bytes, *, received_at: float) -> Webhook | None:
    """Return what a webhook says; `None` where it is about nothing that the bot follows.

    Raises `Malformed`, or `Unknown` where the bot does not know what it is about. `received_at` is in Unix seconds.
    """
    try:
        said = _Body.model_validate_json(body)
    except ValidationError:
        raise Malformed from None
    if said.object is None and said.event_name is None:
        raise Malformed
    match said.about:
        case "ticket":
            # A new ticket is no reason to ask: each sync costs one of few requests.
            return None if said.event == "create" else _of_ticket(said, None)
        case "conversationevent":
            return _session_event(said, received_at)
        case "conversation":
            return _of_meeting(said)
        case "media":
            return Webhook(media=True)
        case "smsmessage":
            return None
    raise Unknown(said.about)


def _session_event(said: _Body, received_at: float) -> Webhook | None:
    if said.name in _NO_REASON_TO_ASK:
        return None
    step = _STEPS.get(said.name)
    if step is None and said.name not in _TURNS:
        raise Unknown(said.about)
    return _of_ticket(said, Milestone(step, said.at(received_at)) if step else None)


def _of_meeting(said: _Body) -> Webhook | None:
    name = said.conversation_name
    return Webhook(meeting=name, ended=said.name == _MEETING_ENDED) if name else None


def _of_ticket(said: _Body, milestone: Milestone | None) -> Webhook:
    if said.ticket is not None:
        return Webhook(ticket=said.ticket, milestone=milestone)
    if said.conversation is not None:
        return Webhook(conversation=said.conversation, milestone=milestone)
    raise Unknown(said.about)


def _id_of(value: object) -> object:
    return value.get("id") if isinstance(value, dict) else value


def _number(value: object) -> int | None:
    found = _id_of(value)
    if isinstance(found, int) and not isinstance(found, bool):
        return found if 0 <= found < _LARGEST else None
    return int(found) if isinstance(found, str) and _NUMBER.fullmatch(found) else None


def _seconds(value: object) -> float | None:
    """Return a time in Unix seconds; `None` for what is no time of this century."""
    if isinstance(value, str):
        value = float(value) if _NUMBER.fullmatch(value) else _of_date(value)
    if not isinstance(value, int | float) or abs(value) > _LARGEST:
        return None
    seconds = value / _MILLI if value > _YEAR_3000 else value
    return float(seconds) if _YEAR_2000 <= seconds <= _YEAR_3000 else None


def _of_date(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
