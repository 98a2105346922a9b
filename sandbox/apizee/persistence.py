"""What is kept of the sandbox from one run to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sandbox.apizee.model import Conference, Event, Invitation, Meeting, Ticket
from sandbox.apizee.world import World


@dataclass(frozen=True, slots=True)
class SavedWorld:
    """All sessions and what came of them, and the tokens that were given: to whom, and until when they are good."""

    tickets: list[Ticket]
    conferences: list[Conference]
    meetings: list[Meeting]
    outbox: list[Invitation]
    events: list[Event]
    tokens: dict[str, tuple[str, datetime]]
    last_id: int


def saved(world: World) -> SavedWorld:
    """Return what is to be kept. It shares its parts with the world: write it down before anything changes."""
    return SavedWorld(
        tickets=list(world.tickets.values()),
        conferences=list(world.conferences.values()),
        meetings=world.meetings,
        outbox=world.outbox,
        events=world.events,
        tokens=world.accounts.tokens,
        last_id=world.last_id,
    )


def restore(world: World, from_before: SavedWorld) -> None:
    """Bring a fresh world into this state; webhooks that were sent are not sent again."""
    world.tickets = {ticket.id: ticket for ticket in from_before.tickets}
    world.conferences = {conference.id: conference for conference in from_before.conferences}
    world.meetings, world.outbox, world.events = from_before.meetings, from_before.outbox, from_before.events
    world.accounts.tokens, world.last_id = from_before.tokens, from_before.last_id
    world.changed()


def forget(world: World) -> None:
    """Let there be no sessions any more. Numbers are not given twice, and tokens stay good."""
    world.tickets, world.conferences, world.meetings, world.outbox = {}, {}, [], []
    world.limit.forget()
    world.changed()
