"""The customer's telephone: the messages that Apizee would have sent, and what can be done about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sandbox.apizee import World
from sandbox.apizee.model import Conference, ConferenceStatus, Invitation, Step, Ticket, TicketState
from sandbox.apizee.pictures.photos import JPEG


@dataclass(frozen=True, slots=True)
class Touch:
    """A button: its label, the name of what it does, and whether it can be pressed now."""

    label: str
    action: str
    is_possible: bool


@dataclass(frozen=True, slots=True)
class Received:
    """A message on the telephone; `photos` is how many its customer has taken.

    `missed`: it is over, and nobody came.
    """

    number: int
    at: datetime
    kind: str
    to: str
    link: str
    state: str
    photos: int
    missed: bool
    touches: tuple[Touch, ...]


_MOMENTS: Final[Mapping[str, tuple[str, frozenset[Step]]]] = {
    "open": ("Open link", frozenset({Step.INVITED})),
    "accept": ("Accept", frozenset({Step.OPENED})),
    "camera": ("Allow camera", frozenset({Step.ACCEPTED})),
    "refuse": ("Refuse camera", frozenset({Step.ACCEPTED})),
    "mute": ("Refuse microphone", frozenset({Step.ACCEPTED, Step.CONNECTED})),
    "photo": ("Take photo", frozenset({Step.CONNECTED})),
    "leave": ("Leave", frozenset({Step.CONNECTED})),
    "return": ("Come back", frozenset({Step.AWAY})),
    "hang-up": ("Hang up", frozenset({Step.ACCEPTED, Step.CONNECTED, Step.AWAY})),
}
_REFUSAL: Final = "mediaDevice.cameraDisallowed"
_MISSED: Final[Mapping[TicketState, str]] = {
    TicketState.EXPIRED: "The link has expired.",
    TicketState.DECLINED: "The customer declined.",
    TicketState.CANCELLED: "The link is cancelled.",
}


def inbox(world: World) -> list[Received]:
    """All messages, newest first."""
    return [_received(world, number, one) for number, one in enumerate(world.outbox)][::-1]


def touch(world: World, number: int, action: str) -> None:
    """Press a button below a message; raises `LookupError` for one that is not there, `WrongMomentError`."""
    invitation = world.outbox[number]
    actions = _customer(world, invitation) if invitation.ticket_id else _guest(world, invitation)
    actions[action]()


def _customer(world: World, invitation: Invitation) -> dict[str, Callable[[], None]]:
    ticket = invitation.ticket_id or 0
    return {
        "open": lambda: world.customer_opens(ticket),
        "accept": lambda: world.accepts(ticket),
        "camera": lambda: world.allows_camera(ticket),
        "refuse": lambda: world.refuses_camera(ticket),
        "mute": lambda: world.refuses_microphone(ticket),
        "photo": lambda: world.takes_photo(ticket),
        "leave": lambda: world.leaves(ticket),
        "return": lambda: world.comes_back(ticket),
        "hang-up": lambda: world.hangs_up(ticket),
        "survey": lambda: world.answers_survey(ticket),
    }


def _guest(world: World, invitation: Invitation) -> dict[str, Callable[[], None]]:
    conference = invitation.conference_id or 0
    return {
        "open": lambda: world.guest_joins(conference, invitation.to),
        "let-in": lambda: world.moderator_lets_in(conference, invitation.to),
        "hang-up": lambda: world.guest_leaves(conference, invitation.to),
    }


def _received(world: World, number: int, invitation: Invitation) -> Received:
    kind = "E-mail" if "@" in invitation.to else "SMS"
    if invitation.ticket_id is None:
        state, touches = _of_guest(world.conference(invitation.conference_id or 0), invitation.to)
        photos, missed = 0, False
    else:
        ticket = world.ticket(invitation.ticket_id)
        state, touches = _of_customer(world, ticket)
        photos, missed = sum(medium.mime == JPEG for medium in ticket.media), ticket.state in _MISSED
    return Received(number, invitation.at, kind, invitation.to, invitation.link, state, photos, missed, touches)


def _of_customer(world: World, ticket: Ticket) -> tuple[str, tuple[Touch, ...]]:
    touches = (
        *(Touch(label, action, ticket.step in moments) for action, (label, moments) in _MOMENTS.items()),
        Touch("Answer survey", "survey", ticket.has_survey),
    )
    state = "The customer refused the camera." if _has_refused(world, ticket) else f"The customer {ticket.step}."
    return _MISSED.get(ticket.state, state), touches


def _has_refused(world: World, ticket: Ticket) -> bool:
    """Whether the camera was refused and not allowed since."""
    refusals = (one for one in world.events if one.object_id == ticket.id and one.name == _REFUSAL)
    return ticket.step is Step.ACCEPTED and any(refusals)


def _of_guest(conference: Conference, guest: str) -> tuple[str, tuple[Touch, ...]]:
    is_waiting, is_present = guest in conference.waiting, guest in conference.present
    is_over, has_come = conference.status is ConferenceStatus.FINISHED, is_waiting or guest in conference.guests
    touches = [Touch("Open link", "open", not has_come and not is_over), Touch("Hang up", "hang-up", is_present)]
    if conference.moderated:  # what the moderator does in the meeting
        touches.insert(1, Touch("Let in", "let-in", is_waiting and not is_over))
    return f"The guest {_whereabouts(conference, guest)}.", tuple(touches)


def _whereabouts(conference: Conference, guest: str) -> str:
    if guest in conference.waiting:
        return "waits until the moderator lets them in"
    if guest in conference.present:
        return "is in the meeting"
    return "is gone" if guest in conference.gone else "has the link"
