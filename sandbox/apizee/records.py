"""All that the sandbox knows of tickets and conferences, what happened to them, and who waits for that."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import uuid4

from sandbox.apizee.model import Conference, Event, Invitation, Location, Medium, Meeting, Person, Request, Ticket
from sandbox.apizee.pictures.photos import content_of
from sandbox.observable import Observable

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present."""
    return datetime.now(UTC)


class NotThisWorlds(LookupError):
    """No such ticket, conference or medium."""


class WrongMomentError(Exception):
    """This cannot happen to this session now."""


class Records(Observable):
    """The sandbox's memory. Every change wakes those who `wait_for` something."""

    def __init__(self, *, clock: Clock = utc_now, recording_after: timedelta = timedelta(seconds=10)) -> None:
        super().__init__()
        self.clock = clock
        self.recording_after = recording_after
        self.tickets: dict[int, Ticket] = {}
        self.conferences: dict[int, Conference] = {}
        self.meetings: list[Meeting] = []
        self.outbox: list[Invitation] = []
        self.events: list[Event] = []
        self.requests: list[Request] = []
        self.last_id = 900_000

    def ticket(self, ticket_id: int) -> Ticket:
        """Return the ticket as it is now; raises `NotThisWorlds`."""
        if ticket_id not in self.tickets:
            raise NotThisWorlds(ticket_id)
        return self.tickets[ticket_id]

    def conference(self, conference_id: int) -> Conference:
        """Return the conference as it is now; raises `NotThisWorlds`."""
        if conference_id not in self.conferences:
            raise NotThisWorlds(conference_id)
        return self.conferences[conference_id]

    def media_of(self, session: Ticket | Conference) -> list[Medium]:
        """Return what can be seen of a session by now, newest first."""
        return [medium for medium in reversed(session.media) if medium.available_at <= self.clock()]

    def medium(self, media_hash: str) -> Medium:
        """Return the visible photo or recording of that hash; raises `NotThisWorlds`."""
        sessions: list[Ticket | Conference] = [*self.tickets.values(), *self.conferences.values()]
        for medium in chain.from_iterable(map(self.media_of, sessions)):
            if medium.hash == media_hash:
                return medium
        raise NotThisWorlds(media_hash)

    async def follow_events(self) -> AsyncGenerator[Event]:
        """Every event from now on, each once and in order: what a sender of webhooks reads."""
        sent = len(self.events)
        while True:
            while sent < len(self.events):
                sent += 1
                yield self.events[sent - 1]
            await self._change.wait()

    def next_id(self) -> int:
        """Return a number that no ticket, conference or medium has yet."""
        self.last_id += 1
        return self.last_id

    def update_ticket(self, ticket_id: int, **changes: Any) -> Ticket:  # noqa: ANN401  # the fields of `Ticket`, checked by replace()
        """Change a ticket, tell of a new state as Apizee's webhooks would, and give the ticket that it is now."""
        before = self.ticket(ticket_id)
        ticket = replace(before, modified=self.clock(), **changes)
        self.tickets[ticket_id] = ticket
        if ticket.state is not before.state:
            self.record("update", "ticket", ticket_id, state=ticket.state)
        self.changed()
        return ticket

    def update_conference(self, conference_id: int, **changes: Any) -> Conference:  # noqa: ANN401  # as above
        """Change a conference and give the one that it is now."""
        conference = replace(self.conference(conference_id), modified=self.clock(), **changes)
        self.conferences[conference_id] = conference
        self.changed()
        return conference

    def record(self, change: str, kind: str, object_id: int, **props: str) -> None:
        """Write down that something happened."""
        self.events.append(Event(self.clock(), change, kind, object_id, props))
        self.changed()

    def happen(self, object_id: int, *names: str) -> None:
        """Write down Apizee's conversation events of these names, one after the other."""
        for name in names:
            self.record("create", "conversationevent", object_id, eventType=name)

    def shoot(self, title: str, mime: str, owner: Person, *, location: Location | None, after: timedelta) -> Medium:
        """Return a new photo or recording that can be seen `after` that time."""
        now, media_hash = self.clock(), str(uuid4())
        return Medium(
            id=self.next_id(),
            hash=media_hash,
            title=title,
            mime=mime,
            created=now,
            available_at=now + after,
            owner=owner,
            size=len(content_of(mime, media_hash)),
            location=location,
        )
