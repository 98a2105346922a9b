"""Apizee's answers as odd as they come."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.apizee.answers.media import ConferenceMedia, TicketMedia, finished
from bot.apizee.answers.reading import Position
from bot.apizee.answers.schemas import (
    Conference,
    MeetingSession,
    Page,
    Ticket,
    TicketStatistics,
)
from bot.model.people import Contact
from bot.model.session import State
from tests.apizee.conftest import recorded


@pytest.mark.parametrize(
    ("state", "progress"),
    [
        ("new", State.INVITED),
        ("open", State.INVITED),
        ("opened", State.INVITED),
        ("invited", State.INVITED),
        ("inprogress", State.IN_PROGRESS),
        ("done", State.DONE),
        ("closed", State.DONE),
        ("rejected", State.DECLINED),
        ("declined", State.DECLINED),
        ("expired", State.EXPIRED),
        ("cancelled", State.CANCELLED),
        ("teleported", None),
        (None, None),
    ],
)
def test_how_far_a_ticket_has_come(state: str | None, progress: State | None) -> None:
    assert Ticket(id=1, state=state).progress is progress


@pytest.mark.parametrize(
    ("status", "progress"),
    [
        ("scheduled", State.INVITED),
        ("ongoing", State.IN_PROGRESS),
        ("finished", State.DONE),
        ("ended", State.DONE),
        ("cancelled", State.CANCELLED),
        ("postponed", None),
    ],
)
def test_how_far_a_conference_has_come(status: str, progress: State | None) -> None:
    assert Conference(id=1, status=status).progress is progress


@pytest.mark.parametrize(
    ("requestor", "contacts"),
    [
        ({"phone": "+33612345678"}, ["+33612345678"]),
        ({"phone": ["+33612345678", "+33612345679"], "email": None}, ["+33612345678", "+33612345679"]),
        ({"phone": "+33612345678, +33612345679"}, ["+33612345678", "+33612345679"]),
        ({"phone": None, "email": "jo@client.com"}, ["jo@client.com"]),
        ({}, []),
        (None, []),
        ("somebody", []),
    ],
)
def test_where_a_customer_was_invited(requestor: object, contacts: list[str]) -> None:
    ticket = Ticket.model_validate({"id": 1, "requestor": requestor})

    assert ticket.contacts == tuple(map(Contact, contacts))


def test_odd_fields_cost_themselves_alone() -> None:
    ticket = Ticket.model_validate(
        {
            "id": "7",
            "status": "invited",
            "reference": 1234,
            "created": "0000-00-00 00:00:00",
            "start_time": "2023-07-12T15:48:12",
            "description": "<p>Broken <b>boiler</b></p>",
            "geoloc": {"lat": 48.7, "lon": -3.5},
            "button_id": {"id": 223},
            "agent_url": "https://cloud.apizee.com",
            "survey": [1, 2, 3],
        }
    )

    assert (ticket.id, ticket.reference, ticket.progress) == (7, "1234", State.INVITED)
    assert ticket.created is None
    assert ticket.start_time == datetime(2023, 7, 12, 15, 48, 12, tzinfo=UTC)
    assert ticket.button_id is None
    assert ticket.geoloc == Position(lat=48.7, lng=-3.5)


def test_a_ticket_is_recognisable_without_its_secrets() -> None:
    shown = repr(Ticket.model_validate_json(recorded("ticket_created")))

    assert "82070" in shown
    assert not any(secret in shown for secret in ("access_token", "+33662682193", "pwd=", "arnaud"))


def test_a_conference_is_recognisable_without_its_links() -> None:
    shown = repr(Conference.model_validate_json(recorded("conference_created")))

    assert "842199" in shown
    assert not any(secret in shown for secret in ("https://", "342543", "Dr Doe"))


def test_media_that_cannot_be_had_are_left_out() -> None:
    ready = {"id": 1, "url": "https://x", "status": None}
    listed = [ready, ready | {"status": "processing"}, ready | {"url": None}]

    assert [one.id for one in finished([TicketMedia.model_validate(item) for item in listed])] == [1]
    assert ConferenceMedia.model_validate(ready | {"media_type": "video"}).type == "video"


def test_statistics_with_holes() -> None:
    row = TicketStatistics.model_validate(
        {"ID": 1, "Ref": None, "Répondues": "oui", "Photos": None, "Vidéos": "2", "Nombre Appels": "", "Scans": "many"}
    )

    assert (row.reference, row.answered) == ("", True)
    assert (row.photos, row.videos, row.calls, row.scans) == (0, 2, 0, 0)
    assert TicketStatistics.model_validate({"ID": 1, "Répondues": "peut-être"}).answered is None


def test_a_meeting_whose_end_is_not_known_has_no_duration() -> None:
    meeting = MeetingSession.model_validate({"id": 5, "start_time": "2023-07-13T16:23:26Z", "end_time": None})

    assert (meeting.id, meeting.duration) == ("5", None)


def test_a_page_without_a_total_ends_below_its_own_limit() -> None:
    page = Page[TicketMedia].model_validate_json(recorded("ticket_medias"))

    assert (page.limit, page.is_last(2)) == (10, True)
