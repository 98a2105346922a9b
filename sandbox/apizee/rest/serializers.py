"""Tickets, conferences and media as Apizee's JSON, field by field as documented."""

from __future__ import annotations

from datetime import datetime

from sandbox.apizee.model import Conference, Location, Medium, Person, Ticket
from sandbox.apizee.pictures.photos import JPEG
from sandbox.apizee.urls import Links

Json = dict[str, object]


def token(access_token: str, created_at: datetime, expires_in: int) -> Json:
    """Return the answer to a sign-in."""
    return {
        "access_token": access_token,
        "created_at": iso(created_at),
        "expires_in": expires_in,
        "token_type": "bearer",
        "scope": None,
    }


def listed(items: list[Json], total: int) -> Json:
    """Return a page of a list."""
    return {"total": total, "data": items}


def listed_ticket(ticket: Ticket, links: Links) -> Json:
    """Return a ticket as lists give it; `geoloc` once its location is known."""
    shape: Json = {
        "id": ticket.id,
        "state": ticket.state,
        "reference": ticket.reference,
        "created": iso(ticket.created),
        "modified": iso(ticket.modified),
        "start_time": iso(ticket.start_time),
        "end_time": iso(ticket.end_time),
        "subject": None,
        "type": "",
        "description": None,
        "agent": ticket.agent.login,
        "requestor_url": links.customer(ticket),
        "requestor": _requestor(ticket),
        "information_page_url": links.information(ticket),
        "service_key": ticket.service_key,
    }
    return shape | ({"geoloc": _geoloc(ticket.location)} if ticket.location else {})


def created_ticket(ticket: Ticket, links: Links, sign_in: str | None) -> Json:
    """Return a ticket as it is created; with the agent's side where a sign-in token was asked for, and only there."""
    shape = listed_ticket(ticket, links)
    if sign_in is None:
        return shape
    return shape | _agents_side(ticket) | {"agent_url": links.agent, "sso_url": links.sign_in(sign_in)}


def telling_ticket(ticket: Ticket, links: Links, sign_in: str | None) -> Json:
    """Return a ticket that is read alone, with the agent's side: whether the real Apizee shows it is unknown."""
    return created_ticket(ticket, links, sign_in) | _agents_side(ticket) | {"agent_url": links.agent}


def _agents_side(ticket: Ticket) -> Json:
    return {"status": ticket.state, "name": None, "button_id": ticket.button_id}


def _requestor(ticket: Ticket) -> Json:
    reached = {"phone": ticket.phones, "email": ticket.emails}
    return {way: contacts[0] if len(contacts) == 1 else list(contacts) for way, contacts in reached.items() if contacts}


def ticket_medias(media: list[Medium], total: int, limit: int, offset: int, links: Links) -> Json:
    """Return a page of a ticket's media: the one list that is not `{total, data}`."""
    return {"limit": limit, "offset": offset, "medias": [_ticket_medium(item, links) for item in media], "count": total}


def _ticket_medium(medium: Medium, links: Links) -> Json:
    shape: Json = {
        "id": medium.id,
        "title": medium.title,
        "type": medium.mime,
        "hash": medium.hash,
        "description": None,
        "source_type": "unknown",
        "url": links.medium(medium),
    }
    return shape | ({"location": {"lat": medium.location.lat, "lon": medium.location.lng}} if medium.location else {})


def conference(meeting: Conference, links: Links) -> Json:
    """Return a conference, everywhere the same."""
    return {
        "id": meeting.id,
        "name": meeting.name,
        "created": iso(meeting.created),
        "modified": iso(meeting.modified),
        "start_time": iso(meeting.start_time),
        "end_time": iso(meeting.end_time),
        "status": meeting.status,
        "room_name": meeting.room,
        "url": links.meeting(meeting),
        "short_url": links.meeting_short(meeting),
        "sip_phone_number": meeting.sip_phone_number,
        "sip_dtmf_code": meeting.sip_dtmf_code,
        "organizer": person(meeting.organizer),
        "created_by": person(meeting.created_by),
        "service_key": meeting.service_key,
        "moderator": person(meeting.moderator) if meeting.moderator else None,
    }


def conference_medium(medium: Medium, links: Links) -> Json:
    """Return a recorded or shared file of a conference; `geoloc` and `metadata` where its location is known."""
    extension = "jpg" if medium.mime == JPEG else "mp4"
    shape: Json = {
        "id": medium.id,
        "hash": medium.hash,
        "created": iso(medium.created),
        "owner": person(medium.owner),
        "title": medium.title,
        "description": None,
        "filename": f"{medium.title}.{extension}",
        "status": "completed",
        "media_type": medium.mime.partition("/")[0],
        "url": links.medium(medium),
        "filesize": medium.size,
        "source_type": "conf_record",
    }
    if medium.location is None:
        return shape
    geoloc = _geoloc(medium.location)
    return shape | {"geoloc": geoloc, "metadata": {"geoloc": geoloc}}


def iso(moment: datetime) -> str:
    """Return a time as Apizee writes it: to the second, with its offset."""
    return moment.isoformat(timespec="seconds")


def person(somebody: Person) -> Json:
    """Somebody by number and name."""
    return {"id": somebody.id, "name": somebody.name}


def _geoloc(location: Location) -> Json:
    return {"lat": location.lat, "lng": location.lng}
