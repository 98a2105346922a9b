"""What customers and guests do, step by step; each step leaves the events that Apizee's webhooks would send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from secrets import randbelow, token_hex, token_urlsafe
from uuid import uuid4

from sandbox.apizee.guesses import Guesses, MeetingStart
from sandbox.apizee.model import (
    Agent,
    Conference,
    ConferenceStatus,
    Invitation,
    Location,
    Meeting,
    Person,
    Step,
    Ticket,
    TicketState,
)
from sandbox.apizee.pictures.photos import JPEG, MP4
from sandbox.apizee.records import Records
from sandbox.apizee.urls import Links

TICKET_LASTS = timedelta(minutes=30)
CONFERENCE_LASTS = timedelta(hours=1)
REFERENCE_LENGTH = 50
TICKET_SERVICE_KEY = "115f89503138416a242f40fb7d7f338e"
MEETING_SERVICE_KEY = "f7a0300abf044e86bfcc7d9ae906381e"
BUTTON_ID = 223
API_PERSON = Person(1234, "API")


class WrongMomentError(Exception):
    """This cannot happen to this session now."""


@dataclass(frozen=True, slots=True)
class TicketOrder:
    """What the parameters of `POST /tickets` ask for."""

    agent: Agent
    contacts: tuple[str, ...]
    reference: str | None
    invite: bool


@dataclass(frozen=True, slots=True)
class ConferenceOrder:
    """What the parameters of `POST /conferences` ask for."""

    participants: tuple[str, ...]
    name: str | None
    moderator: Agent | None
    moderated: bool
    invite: bool


class TicketSimulation(Records):
    """What happens to tickets: invited, opened, accepted, connected, over."""

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
        ticket = self._take(ticket_id, Step.OVER, Step.ACCEPTED, Step.CONNECTED)
        now, media = self.clock(), ticket.media
        call = now - ticket.start_time if ticket.step is Step.CONNECTED else None
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


class ConferenceSimulation(Records):
    """What happens to conferences: scheduled, ongoing, finished."""

    guesses: Guesses

    def schedule_conference(self, order: ConferenceOrder, links: Links) -> Conference:
        """Create a conference and, unless ordered otherwise, invite its participants."""
        now = self.clock()
        conference = Conference(
            id=self.next_id(),
            name=order.name,
            created=now,
            modified=now,
            start_time=now,
            end_time=now + CONFERENCE_LASTS,
            room=f"{token_hex(16)}:{token_hex(16)}",
            short_code=token_urlsafe(7),
            sip_phone_number="+33 2 57 57 97 61",
            sip_dtmf_code=f"{randbelow(10**6):06}",
            organizer=order.moderator or API_PERSON,
            created_by=API_PERSON,
            moderator=order.moderator,
            service_key=MEETING_SERVICE_KEY,
            participants=order.participants,
            moderated=order.moderated,
        )
        self.conferences[conference.id] = conference
        if order.invite:
            link = links.meeting_short(conference)
            self.outbox += [Invitation(to, link, now, conference_id=conference.id) for to in order.participants]
        self.changed()
        return conference

    def guest_joins(self, conference_id: int, name: str) -> None:
        """Let a guest join; with the first one the meeting begins. In a moderated one, they wait until they are let in.

        Nothing is documented that Apizee would say of somebody who waits.
        """
        conference = self._unfinished(conference_id)
        if conference.moderated:
            self.update_conference(conference_id, waiting=(*conference.waiting, name))
        else:
            self._enter(conference, name)

    def moderator_lets_in(self, conference_id: int, name: str) -> None:
        """Let a guest in who waits; with the first one the meeting begins."""
        conference = self._unfinished(conference_id)
        if name not in conference.waiting:
            message = f"{name} does not wait for conference {conference_id}."
            raise WrongMomentError(message)
        others = tuple(one for one in conference.waiting if one != name)
        self._enter(self.update_conference(conference_id, waiting=others), name)

    def _enter(self, conference: Conference, name: str) -> None:
        self.update_conference(
            conference.id,
            status=ConferenceStatus.ONGOING,
            began_at=conference.began_at or self.clock(),
            guests=(*conference.guests, name),
        )
        if conference.began_at is None:
            self._begins(conference)

    def guest_leaves(self, conference_id: int, name: str) -> None:
        """Let a guest hang up; with the last one the meeting is over."""
        conference = self._unfinished(conference_id)
        if name not in conference.present:
            message = f"{name} is not in conference {conference_id}."
            raise WrongMomentError(message)
        conference = self.update_conference(conference_id, gone=(*conference.gone, name))
        if not conference.present:
            self.ends(conference_id)

    def ends(self, conference_id: int) -> None:
        """End the meeting; its recording appears `recording_after` later, its statistics after 5 minutes."""
        conference = self._unfinished(conference_id)
        if conference.began_at is None:
            message = f"Nobody has joined conference {conference_id}."
            raise WrongMomentError(message)
        now, owner = self.clock(), conference.moderator or conference.organizer
        title = f"{token_hex(4).upper()}-{conference_id % 10_000}-composite"
        recording = self.shoot(title, MP4, owner, location=None, after=self.recording_after)
        self.meetings.append(
            Meeting(
                id=str(uuid4())[:-4],
                conference_id=conference_id,
                began_at=conference.began_at,
                ended_at=now,
                participant_count=len(conference.guests),
                organizer=conference.organizer,
                service_key=conference.service_key,
            )
        )
        media = (*conference.media, recording)
        self.update_conference(conference_id, status=ConferenceStatus.FINISHED, end_time=now, media=media)
        self.record("update", "conversation", conference_id, name=conference.name or "", eventType="conversationEnded")

    def _begins(self, conference: Conference) -> None:
        match self.guesses.meeting_start:
            case MeetingStart.CREATED:
                self.record("create", "conversation", conference.id, name=conference.name or "")
            case MeetingStart.NAMED:
                said = {"name": conference.name or "", "eventType": "conversationStarted"}
                self.record("update", "conversation", conference.id, **said)

    def _unfinished(self, conference_id: int) -> Conference:
        conference = self.conference(conference_id)
        if conference.status is ConferenceStatus.FINISHED:
            message = f"Conference {conference_id} is over."
            raise WrongMomentError(message)
        return conference
