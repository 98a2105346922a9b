"""Each example of Apizee's documentation, field for field: the request as it is sent, the answer as it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from bot.apizee.answers.schemas import Conference, MeetingSession, Ticket, TicketStatistics
from bot.apizee.asking import Listing
from bot.apizee.client import Apizee
from bot.model.media import Location, Media
from bot.model.people import Contact
from bot.model.session import State
from tests.apizee.conftest import RECORDED, FakeApizee, recorded

REQUESTS: dict[str, Any] = json.loads((RECORDED / "requests.json").read_text())
PAGE = Path(__file__).parents[2] / "docs" / "apizee.md"
FIRST_DAY, LAST_DAY = date(2023, 7, 13), date(2023, 7, 14)
MORE_AT_ONCE = {"limit": "100"}
"""Where the documentation asks for ten, or leaves it open: it uses a hundred itself for conferences."""

CALLS: dict[str, Callable[[Apizee], Awaitable[object]]] = {
    "ticket_created": lambda apizee: apizee.create_ticket(
        agent="arnaud.vallee@apizee.com", contact=Contact("+33662682193"), reference="1234"
    ),
    "tickets_by_reference": lambda apizee: apizee.find_tickets(reference="ref12345678"),
    "ticket_medias": lambda apizee: apizee.ticket_medias(663614),
    "tickets_stats": lambda apizee: apizee.ticket_statistics(since=FIRST_DAY, until=LAST_DAY),
    "conference_created": lambda apizee: apizee.create_conference(
        participants=["invite12345@yopmail.com", "0612345678"],
        name="TEST",
        moderator="agent1@apizee.com",
        moderated=True,
    ),
    "conferences_by_search": lambda apizee: apizee.find_conferences(
        search="TEST", since=datetime(2023, 7, 11, tzinfo=UTC)
    ),
    "conference_media": lambda apizee: apizee.conference_media(842341),
    "session": lambda apizee: apizee.meeting_sessions(
        service_key="f7a0300abf044e86bfcc7d9ae906381e",
        since=datetime(2023, 7, 13, tzinfo=UTC),
        until=datetime(2023, 7, 14, tzinfo=UTC),
    ),
}
ADDED = {
    "ticket_medias": MORE_AT_ONCE,
    "conference_media": MORE_AT_ONCE,
    "session": MORE_AT_ONCE | {"since": "2023-07-13T00:00:00Z", "until": "2023-07-14T00:00:00Z"},
}


async def answer_to(name: str, apizee: Apizee, remote: FakeApizee) -> object:
    remote.will_answer(recorded(name), '{"medias": [], "data": []}')
    return await CALLS[name](apizee)


@pytest.mark.parametrize("name", REQUESTS)
async def test_it_is_asked_as_the_documentation_asks(name: str, apizee: Apizee, remote: FakeApizee) -> None:
    await answer_to(name, apizee, remote)

    request, documented = remote.asked[0], REQUESTS[name]
    assert (request.method, request.url.path) == (documented["method"], f"/api{documented['path']}")
    assert dict(request.url.params) == documented["query"] | ADDED.get(name, {})
    assert request.content == b""
    assert request.headers["Accept"].casefold() == "application/json"
    assert request.headers["Authorization"].startswith("Bearer ")


async def test_the_created_ticket(apizee: Apizee, remote: FakeApizee) -> None:
    ticket = cast("Ticket", await answer_to("ticket_created", apizee, remote))

    assert (ticket.id, ticket.state, ticket.reference) == (82070, "invited", "1234")
    assert ticket.created == datetime(2023, 7, 12, 15, 48, 11, tzinfo=UTC)
    assert ticket.start_time == datetime(2023, 7, 12, 15, 48, 12, tzinfo=UTC)
    assert ticket.end_time == datetime(2023, 7, 12, 16, 18, 12, tzinfo=UTC)
    assert ticket.agent == "arnaud.vallee@apizee.com"
    assert ticket.requestor_url == "https://diag.apizee.com?convId=88a2c81a-2b5a-496f-8546-0d7bdde8&pwd=798042"
    assert ticket.contacts == (Contact("+33662682193"),)
    assert ticket.service_key == "115f89503138416a242f40fb7d7f338e"
    assert (ticket.agent_url, ticket.button_id) == ("https://cloud.apizee.com", 223)
    assert (ticket.sso_url or "").startswith("https://cloud.apizee.com?access_token=eyJ0")
    assert ticket.geoloc is None
    assert ticket.progress is State.INVITED


async def test_the_listed_ticket(apizee: Apizee, remote: FakeApizee) -> None:
    found = cast("Listing[Ticket]", await answer_to("tickets_by_reference", apizee, remote))

    (ticket,) = found.items
    assert found.is_whole
    assert (ticket.id, ticket.state, ticket.reference) == (663614, "done", "ref12345678")
    assert ticket.created == datetime(2023, 2, 22, 21, 56, 34, tzinfo=UTC)
    assert ticket.start_time == datetime(2023, 2, 22, 21, 56, 45, tzinfo=UTC)
    assert ticket.end_time == datetime(2023, 2, 22, 22, 12, 18, tzinfo=UTC)
    assert ticket.agent == "agent1@apizee.com"
    assert ticket.requestor_url == "https://diag.apizee.com?convId=3efcffcc-abc6-4917-b822-e659ea26&pwd=908120"
    assert ticket.contacts == (Contact("+33612345678"),)
    assert ticket.geoloc is not None
    assert (ticket.geoloc.lat, ticket.geoloc.lng) == (48.7, -3.5)
    assert ticket.service_key == "115f89503138416a242f40fb7d7f338e"
    assert (ticket.agent_url, ticket.button_id, ticket.sso_url) == (None, None, None)


async def test_the_media_of_the_ticket(apizee: Apizee, remote: FakeApizee) -> None:
    home = "https://cloud.apizee.com/media/showVideo/1/hash"
    assert await answer_to("ticket_medias", apizee, remote) == [
        Media(
            1973404,
            "ysExSVPf-2552-477",
            "video/mp4",
            f"{home}/4b6c0600-b2fc-11ed-afc2-a9d424af1014",
        ),
        Media(
            1973403,
            "diag_snapshot_1677103206155",
            "image/jpeg",
            f"{home}/445f0780-b2fc-11ed-89d4-09e76cc8a403",
            created_at=datetime(2023, 2, 22, 22, 0, 6, 155000, tzinfo=UTC),
            number=1,
            location=Location(48.7703337, -3.5149756),
        ),
    ]


async def test_the_statistics_of_the_day(apizee: Apizee, remote: FakeApizee) -> None:
    (row,) = cast("list[TicketStatistics]", await answer_to("tickets_stats", apizee, remote))

    (documented,) = json.loads(recorded("tickets_stats"))
    read = row.model_dump(mode="json", by_alias=True)
    for column, value in documented.items():
        assert read[column] == _as_read(column, value), column
    assert row.unknown == {}


def _as_read(column: str, value: object) -> object:
    match column:
        case "Ref":
            return str(value)
        case "Date de début de session" | "Date de fin":
            return str(value).replace(" ", "T")
        case "Répondues":
            return value == "oui"
        case "Type":
            return value or ""
    return value


async def test_the_created_conference(apizee: Apizee, remote: FakeApizee) -> None:
    conference = cast("Conference", await answer_to("conference_created", apizee, remote))

    assert (conference.id, conference.name, conference.status) == (842199, "TEST", "scheduled")
    assert conference.created == conference.start_time == datetime(2023, 7, 13, 8, 28, 31, tzinfo=UTC)
    assert conference.end_time == datetime(2023, 7, 13, 9, 28, 31, tzinfo=UTC)
    provider = "7a3dc7993234907508525829e02f2388/ae226154999f5d50f9e6f909e27c5113"
    assert conference.url == f"https://meet.apizee.com/private/{provider}"
    assert conference.short_url == "https://apz.fr/v639BqrklV"
    assert (conference.sip_phone_number, conference.sip_dtmf_code) == ("+33 2 57 57 97 61", "342543")
    assert conference.service_key == "f7a0300abf044e86bfcc7d9ae906381e"
    assert conference.progress is State.INVITED


async def test_the_listed_conference(apizee: Apizee, remote: FakeApizee) -> None:
    (conference,) = cast("Listing[Conference]", await answer_to("conferences_by_search", apizee, remote)).items

    assert (conference.id, conference.name, conference.status) == (842341, "TEST XX", "ongoing")
    assert conference.created == conference.start_time == datetime(2023, 7, 13, 16, 21, 57, tzinfo=UTC)
    assert conference.end_time == datetime(2023, 7, 13, 17, 21, 57, tzinfo=UTC)
    assert (conference.url or "").endswith("/5c310ee2210c24730a12929e1ec10a21")
    assert conference.short_url == "https://apz.fr/5lKzrPDXWQ"
    assert (conference.sip_phone_number, conference.sip_dtmf_code) == ("+33 2 57 57 97 61", "031092")
    assert conference.service_key == "f7a0300abf044e86bfcc7d9ae906381e"
    assert conference.progress is State.IN_PROGRESS


async def test_the_media_of_the_conference(apizee: Apizee, remote: FakeApizee) -> None:
    assert await answer_to("conference_media", apizee, remote) == [
        Media(
            2343988,
            "0YW553BN-8214-composite",
            "video",
            "https://cloud.apizee.com/media/showVideo/1/hash/aec9aca0-2199-11ee-9a17-c7ee7339236a",
            created_at=datetime(2023, 7, 13, 16, 24, 4, tzinfo=UTC),
            size=2270386,
            location=Location(48.7611333, -3.4669605),
            file_name="0YW553BN-8214-composite.mp4",
        )
    ]


async def test_the_session_of_the_service(apizee: Apizee, remote: FakeApizee) -> None:
    (meeting,) = cast("list[MeetingSession]", await answer_to("session", apizee, remote))

    assert meeting.id == "1057a6af-eb9e-4730-b570-b0df1cfb"
    assert meeting.start_time == datetime(2023, 7, 13, 16, 23, 26, tzinfo=UTC)
    assert meeting.end_time == datetime(2023, 7, 13, 16, 24, 34, tzinfo=UTC)
    assert (meeting.billing_duration, meeting.total_participant_count) == (5, 2)
    assert meeting.organizer is not None
    assert (meeting.organizer.id, meeting.organizer.name) == (2899, "Dr Doe")
    assert meeting.service is not None
    assert (meeting.service.id, meeting.service.name) == (5633, "Conference")


@pytest.mark.parametrize("name", [*REQUESTS, "token"])
def test_the_documentation_says_of_each_field_how_well_it_is_known(name: str) -> None:
    documented = set(re.findall(r"`([^`]+)`", PAGE.read_text()))
    names = {*_names(json.loads(recorded(name))), *REQUESTS.get(name, {"query": {}})["query"]}
    assert sorted(names - documented) == []


def _names(value: object) -> Iterator[str]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict):
        yield from value
    for one in inner:
        yield from _names(one)
