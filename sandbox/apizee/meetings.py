"""What guests of meetings do, step by step; each step leaves the events that Apizee's webhooks would send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from secrets import randbelow, token_hex, token_urlsafe
from uuid import uuid4

from sandbox.apizee.guesses import Guesses, MeetingStart
from sandbox.apizee.model import Agent, Conference, ConferenceStatus, Invitation, Meeting, Person
from sandbox.apizee.pictures.photos import MP4
from sandbox.apizee.records import Records, WrongMomentError
from sandbox.apizee.urls import Links

CONFERENCE_LASTS = timedelta(hours=1)
MEETING_SERVICE_KEY = "f7a0300abf044e86bfcc7d9ae906381e"
API_PERSON = Person(1234, "API")


@dataclass(frozen=True, slots=True)
class ConferenceOrder:
    """What the parameters of `POST /conferences` ask for."""

    participants: tuple[str, ...]
    name: str | None
    moderator: Agent | None
    moderated: bool
    invite: bool


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
