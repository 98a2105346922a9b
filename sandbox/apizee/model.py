"""What the sandbox keeps: tickets, conferences, their media, invitations, events and requests. All frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Operation(StrEnum):
    """The documented calls, as faults and the request log name them."""

    TOKEN = "token"  # noqa: S105  # the name of an operation
    CREATE_TICKET = "create_ticket"
    LIST_TICKETS = "list_tickets"
    TICKET = "ticket"
    TICKET_MEDIAS = "ticket_medias"
    TICKETS_STATS = "tickets_stats"
    CREATE_CONFERENCE = "create_conference"
    LIST_CONFERENCES = "list_conferences"
    CONFERENCE_MEDIA = "conference_media"
    SESSION = "session"
    MEDIA_FILE = "media_file"

    @property
    def is_counted(self) -> bool:
        """Whether it counts against the limit of requests: the whole API does, the files beside it do not."""
        return self is not Operation.MEDIA_FILE


class TicketState(StrEnum):
    """Those of Apizee's documented states that a ticket passes through here."""

    NEW = "new"
    OPEN = "open"
    INVITED = "invited"
    IN_PROGRESS = "inprogress"
    DONE = "done"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """How far the customer has come. Finer than the state that Apizee shows."""

    INVITED = "has the link"
    OPENED = "opened the link"
    ACCEPTED = "gave consent"
    CONNECTED = "allowed the camera"
    AWAY = "left for a moment"
    OVER = "is gone"


class ConferenceStatus(StrEnum):
    """The documented statuses, and `finished`, which the documentation leaves open."""

    SCHEDULED = "scheduled"
    ONGOING = "ongoing"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the enterprise, as conferences and media name them."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Agent(Person):
    """A person who can sign in: `login` is what the parameters `agent` and `moderator` expect."""

    login: str


@dataclass(frozen=True, slots=True)
class Location:
    """Where a photo was taken, in degrees."""

    lat: float
    lng: float


@dataclass(frozen=True, slots=True)
class Medium:
    """A photo or recording. Nobody sees it before `available_at`: recordings take their time."""

    id: int
    hash: str
    title: str
    mime: str
    created: datetime
    available_at: datetime
    owner: Person
    size: int
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A video assistance. `contacts` are phone numbers with their prefix, and e-mail addresses."""

    id: int
    agent: Agent
    contacts: tuple[str, ...]
    reference: str | None
    created: datetime
    modified: datetime
    start_time: datetime
    end_time: datetime
    service_key: str
    button_id: int
    conversation_id: str
    password: str
    short_code: str
    invited: bool = False
    state: TicketState = TicketState.INVITED
    step: Step = Step.INVITED
    call: timedelta | None = None
    media: tuple[Medium, ...] = ()
    surveyed: bool = False

    @property
    def phones(self) -> tuple[str, ...]:
        """The customer's phone numbers."""
        return tuple(contact for contact in self.contacts if "@" not in contact)

    @property
    def emails(self) -> tuple[str, ...]:
        """The customer's e-mail addresses."""
        return tuple(contact for contact in self.contacts if "@" in contact)

    @property
    def has_survey(self) -> bool:
        """Whether the customer may answer a survey: after a call, once."""
        return self.state is TicketState.DONE and self.call is not None and not self.surveyed

    @property
    def location(self) -> Location | None:
        """Where the latest photo that says so was taken."""
        return next((medium.location for medium in reversed(self.media) if medium.location), None)


@dataclass(frozen=True, slots=True)
class Conference:
    """A video meeting. `participants` were asked, `guests` came, `gone` have left again; all by their names.

    In a moderated one, `waiting` are those whom the moderator has not let in yet.
    """

    id: int
    name: str | None
    created: datetime
    modified: datetime
    start_time: datetime
    end_time: datetime
    room: str
    short_code: str
    sip_phone_number: str
    sip_dtmf_code: str
    organizer: Person
    created_by: Person
    moderator: Person | None
    service_key: str
    participants: tuple[str, ...] = ()
    moderated: bool = False
    status: ConferenceStatus = ConferenceStatus.SCHEDULED
    waiting: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    began_at: datetime | None = None
    media: tuple[Medium, ...] = ()

    @property
    def present(self) -> tuple[str, ...]:
        """Who is in the room."""
        return tuple(name for name in self.guests if name not in self.gone)


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the statistics keep of a conference that is over."""

    id: str
    conference_id: int
    began_at: datetime
    ended_at: datetime
    participant_count: int
    organizer: Person
    service_key: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """An SMS or e-mail that Apizee would have sent."""

    to: str
    link: str
    at: datetime
    ticket_id: int | None = None
    conference_id: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, with the fields of Apizee's webhooks; nobody sends it on from here."""

    at: datetime
    change: str
    object: str
    object_id: int
    props: dict[str, str]

    @property
    def name(self) -> str:
        """Apizee's name of a `conversationevent`, such as `consent.accepted`; empty for other objects."""
        return self.props.get("eventType", "")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in, without its password. `status` is `None` where no answer was given.

    `seconds` is how long the sandbox took for it.
    """

    operation: Operation
    method: str
    path: str
    query: dict[str, str] = field(repr=False)
    form_body_present: bool
    status: int | None
    at: datetime
    user: str | None
    seconds: float
