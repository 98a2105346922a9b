"""What customers do, step by step; each step leaves the events that Apizee's webhooks would send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from secrets import randbelow, token_urlsafe
from uuid import uuid4

from sandbox.apizee.guesses import Guesses, Return
from sandbox.apizee.model import (
    Agent,
    Invitation,
    Location,
    Step,
    Ticket,
    TicketState,
)
from sandbox.apizee.pictures.photos import JPEG, MP4
from sandbox.apizee.records import Records, WrongMomentError
from sandbox.apizee.urls import Links

TICKET_LASTS = timedelta(minutes=30)
REFERENCE_LENGTH = 50
TICKET_SERVICE_KEY = "115f89503138416a242f40fb7d7f338e"
BUTTON_ID = 223


@dataclass(frozen=True, slots=True)
class TicketOrder:
    """What the parameters of `POST /tickets` ask for."""

    agent: Agent
    contacts: tuple[str, ...]
    reference: str | None
    invite: bool


class TicketSimulation(Records):
    """What happens to tickets: invited, opened, accepted, connected, over."""

    guesses: Guesses

    def open_ticket(self, order: TicketOrder, links: Links) -> Ticket:
        """Create a ticket and, if ordered so, invite its customer."""
        now = self.clock()
        ticket = Ticket(
            id=self.next_id(),
            agent=order.agent,
            contacts=order.contacts,
            reference=order.reference[:REFERENCE_LENGTH] if order.reference else None,
            created=now,
            modified=now,
            start_time=now,
            end_time=now + TICKET_LASTS,
            service_key=TICKET_SERVICE_KEY,
            button_id=BUTTON_ID,
            conversation_id=str(uuid4())[:-4],
            password=f"{randbelow(10**6):06}",
            short_code=token_urlsafe(7),
            invited=order.invite,
            state=TicketState.INVITED if order.invite else self.guesses.not_invited,
        )
        self.tickets[ticket.id] = ticket
        self.record("create", "ticket", ticket.id, state=ticket.state)
        if order.invite:
            link = links.customer(ticket)
            self.outbox += [Invitation(to, link, now, ticket_id=ticket.id) for to in ticket.contacts]
            self.happen(ticket.id, "ticket.invitationSent")
        return ticket

    def customer_opens(self, ticket_id: int) -> None:
        """Let the customer follow the link."""
        self._take(ticket_id, Step.OPENED, Step.INVITED)
        self.happen(ticket_id, "ticket.invitationClicked")

    def accepts(self, ticket_id: int) -> None:
        """Let the customer consent: the session begins."""
        self._take(ticket_id, Step.ACCEPTED, Step.OPENED)
        self.update_ticket(ticket_id, state=TicketState.IN_PROGRESS, start_time=self.clock())
        self.happen(ticket_id, "consent.accepted", "ticket.invitationAccepted", "ticket.sessionStarted")

    def allows_camera(self, ticket_id: int) -> None:
        """Let the customer allow the camera: the call is on."""
        self._take(ticket_id, Step.CONNECTED, Step.ACCEPTED)
        self.happen(ticket_id, "mediaDevice.cameraAllowed", "session.established")

    def refuses_camera(self, ticket_id: int) -> None:
        """Let the customer refuse the camera; they may still allow it."""
        self._take(ticket_id, Step.ACCEPTED, Step.ACCEPTED)
        self.happen(ticket_id, "mediaDevice.cameraDisallowed")

    def refuses_microphone(self, ticket_id: int) -> None:
        """Let the customer refuse the microphone: the agent sees them, and does not hear them."""
        self._take(ticket_id, self.ticket(ticket_id).step, Step.ACCEPTED, Step.CONNECTED)
        self.happen(ticket_id, "mediaDevice.micDisallowed")

    def allows_microphone(self, ticket_id: int) -> None:
        """Let the customer allow the microphone."""
        self._take(ticket_id, self.ticket(ticket_id).step, Step.ACCEPTED, Step.CONNECTED)
        self.happen(ticket_id, "mediaDevice.micAllowed")

    def leaves(self, ticket_id: int) -> None:
        """Let the customer leave without hanging up, as one does who closes the browser: the ticket stays open."""
        self._take(ticket_id, Step.AWAY, Step.CONNECTED)
        self.happen(ticket_id, "session.userLeft")

    def comes_back(self, ticket_id: int) -> None:
        """Let a customer who left open the link once more: the call is on again."""
        self._take(ticket_id, Step.CONNECTED, Step.AWAY)
        match self.guesses.comes_back:
            case Return.ESTABLISHED:
                self.happen(ticket_id, "session.established")
            case Return.OPENED:
                self.happen(ticket_id, "ticket.invitationClicked")
            case Return.ALL:
                self.happen(ticket_id, "ticket.invitationClicked", "mediaDevice.cameraAllowed", "session.established")

    def answers_survey(self, ticket_id: int) -> None:
        """Let the customer answer the survey after the end; Apizee says that, and not what."""
        if not self.ticket(ticket_id).has_survey:
            message = f"There is no survey for the customer of ticket {ticket_id}."
            raise WrongMomentError(message)
        self.update_ticket(ticket_id, surveyed=True)
        self.happen(ticket_id, "survey.answered")

    def takes_photo(self, ticket_id: int, location: Location | None = None) -> None:
        """Take a photo, with its location where the customer shares it."""
        ticket = self._take(ticket_id, Step.CONNECTED, Step.CONNECTED)
        title = f"diag_snapshot_{self.clock().timestamp() * 1000:.0f}"
        photo = self.shoot(title, JPEG, ticket.agent, location=location, after=timedelta())
        self.update_ticket(ticket_id, media=(*ticket.media, photo))
        self.record("create", "media", photo.id)
        self.happen(ticket_id, "media.pictureTaken")

    def hangs_up(self, ticket_id: int) -> None:
        """End the session; where there was a call, its recording appears `recording_after` later."""
        ticket = self._take(ticket_id, Step.OVER, Step.ACCEPTED, Step.CONNECTED, Step.AWAY)
        now, media = self.clock(), ticket.media
        call = None if ticket.step is Step.ACCEPTED else now - ticket.start_time
        if call is not None:
            title = f"{token_urlsafe(6)}-{ticket_id % 10_000}"
            media = (*media, self.shoot(title, MP4, ticket.agent, location=None, after=self.recording_after))
        self.update_ticket(ticket_id, state=TicketState.DONE, end_time=now, call=call, media=media)
        self.happen(ticket_id, "session.userLeft", "ticket.completed")

    def declines(self, ticket_id: int) -> None:
        """Let the customer decline the invitation."""
        self._come_to_nothing(ticket_id, TicketState.DECLINED, "ticket.invitationDeclined")

    def expires(self, ticket_id: int) -> None:
        """Let the invitation expire: the customer never came."""
        self._come_to_nothing(ticket_id, TicketState.EXPIRED, "ticket.invitationExpired")

    def cancels(self, ticket_id: int) -> None:
        """Let the agent cancel the invitation."""
        self._come_to_nothing(ticket_id, TicketState.CANCELLED, "ticket.cancelled")

    def _come_to_nothing(self, ticket_id: int, state: TicketState, event: str) -> None:
        self._take(ticket_id, Step.OVER, Step.INVITED, Step.OPENED)
        self.update_ticket(ticket_id, state=state, end_time=self.clock())
        self.happen(ticket_id, event)

    def _take(self, ticket_id: int, step: Step, *from_steps: Step) -> Ticket:
        """Go to that step and give the ticket as it was before; raises `WrongMomentError`."""
        ticket = self.ticket(ticket_id)
        if ticket.step not in from_steps:
            message = f"The customer of ticket {ticket_id} {ticket.step}: {step} comes too early or too late."
            raise WrongMomentError(message)
        if step is not ticket.step:
            self.update_ticket(ticket_id, step=step)
        return ticket
