"""What is asked of Apizee, word for word, and what is made of the answers its documentation shows."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from bot.apizee.client import Apizee, join_url
from bot.model.people import Contact
from bot.model.session import State
from tests.apizee.conftest import BASE, FakeApizee, recorded

SUMMER = timezone(timedelta(hours=2))
SINCE, UNTIL = datetime(2023, 7, 11, 2, tzinfo=SUMMER), datetime(2023, 7, 14, tzinfo=UTC)


def asked(remote: FakeApizee) -> tuple[str, str, dict[str, str]]:
    request = remote.last
    assert request.headers["Authorization"] == "Bearer bearer-1"
    assert request.content == b""
    return request.method, request.url.path.removeprefix("/api"), dict(request.url.params)


async def test_a_ticket_by_phone(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(recorded("ticket_created"))
    ticket = await apizee.create_ticket(agent="agent1@apizee.com", contact=Contact("+33662682193"), reference="1234")

    assert asked(remote) == (
        "POST",
        "/tickets",
        {"agent": "agent1@apizee.com", "phone": "+33662682193", "invite": "1", "reference": "1234", "scope": "sso"},
    )
    assert b"phone=%2B33662682193" in remote.last.url.query
    assert (ticket.id, ticket.reference, ticket.progress) == (82070, "1234", State.INVITED)
    assert ticket.contacts == (Contact("+33662682193"),)
    assert (ticket.agent_url, ticket.button_id) == ("https://cloud.apizee.com", 223)
    assert ticket.conversation == "88a2c81a-2b5a-496f-8546-0d7bdde8"
    assert ticket.requestor_url == "https://diag.apizee.com?convId=88a2c81a-2b5a-496f-8546-0d7bdde8&pwd=798042"


async def test_a_ticket_by_email_without_an_invitation(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(recorded("ticket_created"))
    await apizee.create_ticket(agent="a", contact=Contact("jo@client.com"), reference="1", invite=False)

    assert asked(remote)[2] == {"agent": "a", "email": "jo@client.com", "invite": "0", "reference": "1", "scope": "sso"}


async def test_tickets_are_found_by_their_whole_reference(apizee: Apizee, remote: FakeApizee) -> None:
    page = json.loads(recorded("tickets_by_reference"))
    page["data"].append(page["data"][0] | {"id": 2, "reference": "ref123456789"})
    remote.will_list(page | {"total": 2})
    found = await apizee.find_tickets(reference="ref12345678")

    assert asked(remote) == (
        "GET",
        "/tickets",
        {"orderby": "date", "order": "desc", "limit": "10", "reference": "ref12345678"},
    )
    assert found.is_whole
    assert [(ticket.id, ticket.progress) for ticket in found.items] == [(663614, State.DONE)]


async def test_a_page_of_the_tickets_since_a_moment(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(recorded("tickets_by_reference"))
    page = await apizee.tickets_page(since=SINCE, offset=200)

    assert asked(remote)[2] == {
        "orderby": "date",
        "order": "desc",
        "limit": "100",
        "since": "2023-07-11T00:00:00Z",
        "offset": "200",
    }
    assert ([ticket.id for ticket in page.items], page.next_offset) == ([663614], None)


async def test_one_ticket(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(recorded("ticket_created"))
    await apizee.ticket(82070)

    assert asked(remote) == ("GET", "/tickets/82070", {})


async def test_one_ticket_with_its_sign_in_link(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(recorded("ticket_created"))
    ticket = await apizee.ticket(82070, sign_in=True)

    assert asked(remote) == ("GET", "/tickets/82070", {"scope": "sso"})
    assert (ticket.sso_url or "").startswith("https://cloud.apizee.com?access_token=")


async def test_the_media_of_a_ticket(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(recorded("ticket_medias"))
    recording, photo = await apizee.ticket_medias(663614)

    assert asked(remote) == ("GET", "/enterprises/1/tickets/663614/medias", {"limit": "100"})
    assert (recording.is_recording, photo.is_photo) == (True, True)
    assert photo.title == "diag_snapshot_1677103206155"
    assert photo.url.endswith("445f0780-b2fc-11ed-89d4-09e76cc8a403")


async def test_the_statistics_of_some_days(apizee: Apizee, remote: FakeApizee) -> None:
    rows = json.loads(recorded("tickets_stats"))
    remote.will_list([rows[0] | {"Satisfaction": 5}])
    (row,) = await apizee.ticket_statistics(since=date(2023, 7, 13), until=date(2023, 7, 14))

    assert asked(remote) == (
        "GET",
        "/enterprises/1/tickets-stats",
        {"format": "JSON", "since": "2023-07-13", "until": "2023-07-14"},
    )
    assert (row.id, row.reference, row.agent, row.answered) == (821793, "1234", "agent1@apizee.com", False)
    assert (row.invitations_by_sms, row.calls, row.call_seconds, row.photos, row.videos) == (1, 1, 335, 1, 0)
    assert row.started_at == datetime(2023, 7, 13, 18, 3, 13)  # noqa: DTZ001  # Apizee sends no zone
    assert row.unknown == {"Satisfaction": 5}


async def test_a_conference(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(recorded("conference_created"))
    conference = await apizee.create_conference(
        participants=["invite12345@yopmail.com", "0612345678"],
        name="TEST",
        moderator="agent1@apizee.com",
        moderated=True,
    )

    assert asked(remote) == (
        "POST",
        "/conferences",
        {
            "participants": "invite12345@yopmail.com,0612345678",
            "name": "TEST",
            "moderation": "true",
            "invite": "true",
            "moderator": "agent1@apizee.com",
        },
    )
    assert (conference.id, conference.progress) == (842199, State.INVITED)
    assert (conference.sip_phone_number, conference.sip_dtmf_code) == ("+33 2 57 57 97 61", "342543")
    assert conference.short_url == "https://apz.fr/v639BqrklV"


async def test_conferences_by_their_name(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(recorded("conferences_by_search"))
    (found,) = (await apizee.find_conferences(search="TEST", since=SINCE)).items

    assert asked(remote) == (
        "GET",
        "/conferences",
        {"limit": "100", "since": "2023-07-11T00:00:00Z", "search": "TEST", "orderby": "date", "order": "desc"},
    )
    assert (found.name, found.progress) == ("TEST XX", State.IN_PROGRESS)


async def test_all_conferences(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(recorded("conferences_by_search"))
    await apizee.list_conferences()

    assert asked(remote)[2] == {"limit": "100", "orderby": "date", "order": "desc"}


async def test_the_media_of_a_conference_that_are_ready(apizee: Apizee, remote: FakeApizee) -> None:
    page = json.loads(recorded("conference_media"))
    page["data"].append(page["data"][0] | {"id": 2, "status": "processing"})
    remote.will_list(page)
    (recording,) = await apizee.conference_media(842341)

    assert asked(remote) == (
        "GET",
        "/conferences/842341/media",
        {"limit": "100", "orderby": "date", "order": "desc"},
    )
    assert (recording.id, recording.is_recording) == (2343988, True)
    assert recording.created_at == datetime(2023, 7, 13, 16, 24, 4, tzinfo=UTC)


async def test_the_meetings_that_took_place(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(recorded("session"))
    (meeting,) = await apizee.meeting_sessions(service_key="f7a0", since=SINCE, until=UNTIL)

    assert asked(remote) == (
        "GET",
        "/session",
        {
            "limit": "100",
            "service_key": "f7a0",
            "since": "2023-07-11T00:00:00Z",
            "until": "2023-07-14T00:00:00Z",
        },
    )
    assert (meeting.total_participant_count, meeting.duration) == (2, timedelta(minutes=1, seconds=8))


async def test_what_is_asked_is_counted(apizee: Apizee, remote: FakeApizee) -> None:
    remote.will_answer(recorded("ticket_created"))
    await apizee.ticket(82070)

    assert remote.counted == [("ticket", 200)]


@pytest.mark.parametrize(
    ("url", "joined"),
    [
        ("https://meet.apizee.com/private/a/b", "https://meet.apizee.com/private/a/b?name=Zo%C3%A9+%26+Co"),
        ("https://meet.apizee.com/b?lang=fr", "https://meet.apizee.com/b?lang=fr&name=Zo%C3%A9+%26+Co"),
        ("https://meet.apizee.com/b?name=Jo", "https://meet.apizee.com/b?name=Zo%C3%A9+%26+Co"),
    ],
)
def test_a_meeting_is_joined_under_a_name(url: str, joined: str) -> None:
    assert join_url(url, "Zoé & Co") == joined


def test_nothing_secret_is_shown(apizee: Apizee) -> None:
    assert repr(apizee) == f"Apizee(base_url={BASE!r}, enterprise_id=1, claim=None, background=False)"
