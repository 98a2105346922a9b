"""Apizee's two statistics: a row in French columns per ticket, a session per meeting that is over."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sandbox.apizee.model import Meeting, Ticket, TicketState
from sandbox.apizee.pictures.photos import JPEG
from sandbox.apizee.rest.serializers import Json, iso, person

SESSIONS_SHOWN_AFTER = timedelta(minutes=5)
_BILLED_IN = timedelta(minutes=5)  # as the documented session suggests: 68 seconds are billed as 5
_STATES = {
    TicketState.NEW: "Nouveau",
    TicketState.OPEN: "Ouvert",
    TicketState.INVITED: "Invité",
    TicketState.IN_PROGRESS: "En cours",
    TicketState.DONE: "Fermé",
    TicketState.DECLINED: "Refusé",
    TicketState.EXPIRED: "Expiré",
    TicketState.CANCELLED: "Annulé",
}


def ticket_row(ticket: Ticket) -> Json:
    """Return a ticket's statistics. Times are UTC and, as at Apizee, do not say so."""
    photos = sum(medium.mime == JPEG for medium in ticket.media)
    return {
        "ID": ticket.id,
        "Ref": _reference(ticket),
        "Description": "",
        "Priorité": "Immédiat",
        "Demandeur": "xx",
        "Contact": ",".join(ticket.contacts),
        "Etat": _STATES[ticket.state],
        "Assigné à": ticket.agent.name,
        "Groupe": "Support",
        "Type": None,
        "Date de début de session": _written(ticket.start_time),
        "Date de fin": _written(ticket.end_time),
        "Répondues": "non",
        "Nombre d'invitations": 0,
        "Nombre d'invitations email": len(ticket.emails) if ticket.invited else 0,
        "Nombre d'invitations SMS": len(ticket.phones) if ticket.invited else 0,
        "Nombre Appels": 0 if ticket.call is None else 1,
        "Durée totale des appels (secondes)": int(ticket.call.total_seconds()) if ticket.call else 0,
        "Photos": photos,
        "Vidéos": len(ticket.media) - photos,
        "Identifiant": ticket.agent.login,
        "Service": "Tickets",
        "Scans": 0,
        "Appareil": "K",
        "Système d'exploitation": "Android 10",
        "Navigateur": "Chrome 114.0.0.0",
    }


def _reference(ticket: Ticket) -> str | int:
    """Return a number where the reference looks like one: so does the documented row."""
    reference = ticket.reference or ""
    return int(reference) if reference.isdecimal() else reference


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def sessions(meetings: list[Meeting], total: int, since: datetime | None, until: datetime | None) -> Json:
    """Return a page of `/session`, which repeats the time that was asked for."""
    return {
        "total": total,
        "since": iso(since) if since else None,
        "until": iso(until) if until else None,
        "data": [_session(meeting) for meeting in meetings],
    }


def _session(meeting: Meeting) -> Json:
    return {
        "id": meeting.id,
        "start_time": iso(meeting.began_at),
        "end_time": iso(meeting.ended_at),
        "billing_duration": _billed_minutes(meeting.ended_at - meeting.began_at),
        "total_participant_count": meeting.participant_count,
        "organizer": person(meeting.organizer),
        "enterprise": {"id": 1, "name": "Apizee"},
        "service": {"id": 5633, "key": meeting.service_key, "name": "Conference"},
        "type": "conference",
    }


def _billed_minutes(lasted: timedelta) -> int:
    return math.ceil(lasted / _BILLED_IN) * int(_BILLED_IN.total_seconds() // 60)
