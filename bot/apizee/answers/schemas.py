"""Apizee's answers as frozen models. What is not known here is let through, what cannot be read is absent.

https://cloud.apizee.com/sdk/api
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from pydantic import AliasChoices, ConfigDict, Field, RootModel

from bot.apizee.answers.reading import (
    ApizeeModel,
    Count,
    Instant,
    Items,
    Lenient,
    Link,
    Position,
    Several,
    Text,
    YesOrNo,
)
from bot.model.people import Contact
from bot.model.session import Links, State

T = TypeVar("T")

_TICKET_STATES: Final[Mapping[str, State]] = {
    "new": State.INVITED,
    "open": State.INVITED,
    "opened": State.INVITED,
    "invited": State.INVITED,
    "inprogress": State.IN_PROGRESS,
    "done": State.DONE,
    "closed": State.DONE,
    "rejected": State.DECLINED,
    "declined": State.DECLINED,
    "expired": State.EXPIRED,
    "cancelled": State.CANCELLED,
}
_CONFERENCE_STATES: Final[Mapping[str, State]] = {
    "scheduled": State.INVITED,
    "ongoing": State.IN_PROGRESS,
    "finished": State.DONE,
    "ended": State.DONE,
    "done": State.DONE,
    "closed": State.DONE,
    "cancelled": State.CANCELLED,
}


# ── Signing in, lists ────────────────────────────────────────────────────────────────────────────────────


class SignedIn(ApizeeModel):
    """`POST /token`: a bearer and the seconds it lives."""

    access_token: str = Field(min_length=1, repr=False)
    expires_in: Lenient[float] = None


class Page(ApizeeModel, Generic[T]):
    """A piece of a list: of all in `total`, or at most `limit` as the media of tickets have it.

    `data` has `None` for each item that cannot be read.
    """

    data: Items[T] = Field(validation_alias=AliasChoices("data", "medias"))
    total: Lenient[int] = None
    limit: Lenient[int] = None
    count: Lenient[int] = None

    @property
    def items(self) -> tuple[T, ...]:
        """The items that can be read."""
        return tuple(item for item in self.data if item is not None)

    @property
    def set_aside(self) -> int:
        """How many items cannot be read."""
        return len(self.data) - len(self.items)

    @property
    def denies_itself(self) -> bool:
        """Whether it is empty and yet counts items: as a first page, such an answer means nothing."""
        return not self.data and bool(self.total or self.count)

    def is_last(self, received: int) -> bool:
        """Return whether no page comes after it; `received` counts the items up to its end."""
        if self.total is not None:
            return received >= self.total
        return not self.data or (self.limit is not None and len(self.data) < self.limit)


# ── Tickets ──────────────────────────────────────────────────────────────────────────────────────────────


class Requestor(ApizeeModel):
    """The customer of a ticket."""

    phone: Several = Field((), repr=False)
    email: Several = Field((), repr=False)


class Ticket(ApizeeModel):
    """A video assistance. `sso_url` signs in anyone who has it as the agent, `requestor_url` as the customer."""

    id: int
    state: Lenient[str] = Field(None, validation_alias=AliasChoices("state", "status"))
    reference: Lenient[str] = None
    created: Lenient[Instant] = None
    start_time: Lenient[Instant] = None
    end_time: Lenient[Instant] = None
    agent: Lenient[str] = Field(None, repr=False)
    requestor: Lenient[Requestor] = Field(None, repr=False)
    requestor_url: Lenient[Link] = Field(None, repr=False)
    agent_url: Lenient[Link] = Field(None, repr=False)
    sso_url: Lenient[Link] = Field(None, repr=False)
    button_id: Lenient[int] = None
    service_key: Lenient[str] = Field(None, repr=False)
    geoloc: Lenient[Position] = Field(None, repr=False)

    @property
    def progress(self) -> State | None:
        """How far it has come; `None` for a state that is not documented."""
        return _TICKET_STATES.get(self.state or "")

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Where its customer was invited."""
        who = self.requestor or Requestor()
        return tuple(Contact(value) for value in (*who.phone, *who.email))

    @property
    def conversation(self) -> str | None:
        """The id of its conversation, by which webhooks may name it."""
        return Links(customer=self.requestor_url).conversation


class TicketStatistics(ApizeeModel):
    """One ticket of `tickets-stats`; columns that are not known here are kept as they are.

    Its times have no zone and are naive here too.
    """

    model_config = ConfigDict(extra="allow")

    id: int = Field(alias="ID")
    reference: Text = Field("", alias="Ref")
    description: Text = Field("", alias="Description", repr=False)
    priority: Text = Field("", alias="Priorité")
    requestor: Text = Field("", alias="Demandeur", repr=False)
    contact: Text = Field("", alias="Contact", repr=False)
    state: Text = Field("", alias="Etat")
    agent_name: Text = Field("", alias="Assigné à", repr=False)
    group: Text = Field("", alias="Groupe")
    type: Text = Field("", alias="Type")
    started_at: Lenient[datetime] = Field(None, alias="Date de début de session")
    ended_at: Lenient[datetime] = Field(None, alias="Date de fin")
    answered: YesOrNo = Field(None, alias="Répondues")
    invitations: Count = Field(0, alias="Nombre d'invitations")
    invitations_by_email: Count = Field(0, alias="Nombre d'invitations email")
    invitations_by_sms: Count = Field(0, alias="Nombre d'invitations SMS")
    calls: Count = Field(0, alias="Nombre Appels")
    call_seconds: Count = Field(0, alias="Durée totale des appels (secondes)")
    photos: Count = Field(0, alias="Photos")
    videos: Count = Field(0, alias="Vidéos")
    agent: Text = Field("", alias="Identifiant", repr=False)
    service: Text = Field("", alias="Service")
    scans: Count = Field(0, alias="Scans")
    device: Text = Field("", alias="Appareil")
    operating_system: Text = Field("", alias="Système d'exploitation")
    browser: Text = Field("", alias="Navigateur")

    @property
    def unknown(self) -> Mapping[str, Any]:
        """The columns that Apizee has added since."""
        return self.model_extra or {}


class TicketsStatistics(RootModel[Items[TicketStatistics]]):
    """`GET …/tickets-stats`: the one list that comes bare; `None` for each row that cannot be read."""


# ── Conferences ──────────────────────────────────────────────────────────────────────────────────────────


class Named(ApizeeModel):
    """A name and an id to which an answer refers."""

    id: Lenient[int] = None
    name: Text = ""


class Conference(ApizeeModel):
    """A video meeting. `url` and `short_url` let anybody in who has them."""

    id: int
    name: Text = ""
    status: Lenient[str] = None
    created: Lenient[Instant] = None
    start_time: Lenient[Instant] = None
    end_time: Lenient[Instant] = None
    url: Lenient[Link] = Field(None, repr=False)
    short_url: Lenient[Link] = Field(None, repr=False)
    sip_phone_number: Lenient[str] = Field(None, repr=False)
    sip_dtmf_code: Lenient[str] = Field(None, repr=False)
    service_key: Lenient[str] = None

    @property
    def progress(self) -> State | None:
        """How far it has come; `None` for a status that is not known."""
        return _CONFERENCE_STATES.get(self.status or "")


class MeetingSession(ApizeeModel):
    """One meeting that took place in a conference, as `GET /session` lists it five minutes after its end."""

    id: str
    start_time: Lenient[Instant] = None
    end_time: Lenient[Instant] = None
    billing_duration: Count = 0
    total_participant_count: Count = 0
    organizer: Lenient[Named] = Field(None, repr=False)
    service: Lenient[Named] = None

    @property
    def duration(self) -> timedelta | None:
        """How long it took, where both ends are known."""
        if self.start_time is None or self.end_time is None:
            return None
        return self.end_time - self.start_time
