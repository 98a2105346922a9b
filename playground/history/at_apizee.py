"""Puts past sessions into the sandbox Apizee, as they are there afterwards: tickets, conferences, media, figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from bot.model.session import Kind
from playground.history.plan import PastSession
from sandbox.apizee import World
from sandbox.apizee.meetings import API_PERSON, MEETING_SERVICE_KEY
from sandbox.apizee.model import (
    Agent,
    Conference,
    ConferenceStatus,
    Medium,
    Meeting,
    Step,
    Ticket,
    TicketState,
)
from sandbox.apizee.pictures.photos import JPEG, MP4, content_of
from sandbox.apizee.simulation import BUTTON_ID, TICKET_SERVICE_KEY
from sandbox.slack.default_world import default_users

_FIRST_MEDIUM: Final = 3_000_000
_MEDIA_EACH: Final = 10
_TYPICAL_BYTES: Final = 48_000


def put_at_apizee(sessions: Iterable[PastSession], world: World) -> None:
    """Put the sessions there, each with the media that it left."""
    agents = {user.id: world.agents[user.email] for user in default_users() if user.email in world.agents}
    for session in sessions:
        if session.kind is Kind.ASSISTANCE:
            world.tickets[session.id] = _ticket(session, agents)
        else:
            world.conferences[session.id] = _conference(session, agents)
            world.meetings.append(_meeting(session, agents))
    world.changed()


def _ticket(session: PastSession, agents: Mapping[str, Agent]) -> Ticket:
    agent, is_done = agents[session.agent or session.user], session.state is TicketState.DONE
    return Ticket(
        id=session.id,
        agent=agent,
        contacts=session.guests,
        reference=session.name,
        created=session.began,
        modified=session.began if session.is_open else session.ended,
        start_time=session.began,
        end_time=session.ended,
        service_key=TICKET_SERVICE_KEY,
        button_id=BUTTON_ID,
        conversation_id=_name(f"ticket {session.id}")[:-4],
        password=f"{session.id * 7 % 10**6:06}",
        short_code=_name(f"invitation {session.id}")[:10],
        invited=True,
        state=session.state,
        step=Step.INVITED if session.is_open else Step.OVER,
        call=session.lasted if is_done else None,
        media=_media(session, agent),
    )


def _conference(session: PastSession, agents: Mapping[str, Agent]) -> Conference:
    agent, room = agents[session.user], _name(f"conference {session.id}").replace("-", "")
    return Conference(
        id=session.id,
        name=session.name,
        created=session.began,
        modified=session.ended,
        start_time=session.began,
        end_time=session.ended,
        room=f"{room}:{room[::-1]}",
        short_code=room[:10],
        sip_phone_number="+33 2 57 57 97 61",
        sip_dtmf_code=f"{session.id * 3 % 10**6:06}",
        organizer=agent,
        created_by=API_PERSON,
        moderator=agent,
        service_key=MEETING_SERVICE_KEY,
        participants=session.guests,
        status=ConferenceStatus.FINISHED,
        guests=session.guests,
        gone=session.guests,
        began_at=session.began,
        media=_media(session, agent),
    )


def _meeting(session: PastSession, agents: Mapping[str, Agent]) -> Meeting:
    return Meeting(
        id=_name(f"meeting {session.id}")[:-4],
        conference_id=session.id,
        began_at=session.began,
        ended_at=session.ended,
        participant_count=len(session.guests) + 1,
        organizer=agents[session.user],
        service_key=MEETING_SERVICE_KEY,
    )


def _media(session: PastSession, owner: Agent) -> tuple[Medium, ...]:
    """Return the photos, spread over the session, then the recording."""
    photos = [_medium(session, place, JPEG, owner) for place in range(session.photos)]
    return (*photos, _medium(session, session.photos, MP4, owner)) if session.is_recorded else tuple(photos)


def _medium(session: PastSession, place: int, mime: str, owner: Agent) -> Medium:
    number = _FIRST_MEDIUM + session.id * _MEDIA_EACH + place
    taken = session.ended if mime == MP4 else _at(session, place)
    title = f"{number}-composite" if mime == MP4 else f"diag_snapshot_{taken.timestamp() * 1000:.0f}"
    media_hash = _name(f"medium {number}")
    # To paint a photo takes its time: only those that the bot may bring into a thread are as large as they say.
    size = len(content_of(mime, media_hash)) if session.has_card else _TYPICAL_BYTES
    return Medium(number, media_hash, title, mime, taken, taken, owner, size)


def _at(session: PastSession, place: int) -> datetime:
    return session.began + session.lasted * (place + 1) / (session.photos + 1)


def _name(what: str) -> str:
    """Return what looks like one of Apizee's own random names, the same each time."""
    return str(uuid5(NAMESPACE_URL, what))
