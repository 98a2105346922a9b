"""Apizee's webhooks: only a sender with the secret is believed, and nothing is shown that Apizee does not confirm."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from redis.asyncio import Redis

from sandbox.apizee.model import Ticket
from tests.scenarios.environment import Environment, Vendors, said
from tests.scenarios.waiting import nothing_is_requested
from tests.scenarios.webhooks import HEADER, SECRET, Listening, listening

KNOWN = {HEADER: SECRET}
NONSENSE = [
    b"",
    b"\xff\xfe",
    b"[]",
    b"{}",
    b"{" * 5000,
    b"[" * 100_000,
    b'{"object": 1, "time": 1}',
]
OTHERS: list[dict[str, object]] = [
    {"object": "ticket", "objectId": 1},
    {"object": "ticket", "time": "yesterday"},
    {"object": "ticket", "objectId": None},
    {"object": "ticket", "objectId": "x"},
    {"object": "smsmessage", "objectId": 7},
    {"object": "hologram", "objectId": 7},
    {"object": "media", "objectId": 7, "props": None},
    {"object": "conversation", "props": {"name": "Somebody else's"}},
    {"object": "conversation", "props": {"name": 5}},
    {"object": "conversationevent", "objectId": 1, "props": {"eventType": ["odd"]}},
]


@pytest.fixture
async def listener(around: Vendors) -> AsyncIterator[Listening]:
    async with listening(around) as both:
        yield both


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


def event(ticket: int, name: str = "ticket.invitationClicked") -> bytes:
    return body({"object": "conversationevent", "objectId": ticket, "props": {"eventType": name}})


def body(about: dict[str, object]) -> bytes:
    return json.dumps({"event": "update", "time": 1_700_000_000, **about}).encode()


async def invited(environment: Environment) -> Ticket:
    await environment.assist("+33 6 62 68 21 93")
    ticket = await environment.invited()
    await asyncio.sleep(0.1)  # the starter's last line
    return ticket


async def shown(environment: Environment, word: str, *, within: float = 2.0) -> None:
    await environment.slack.wait_for(lambda: word in said(environment.cards()[0]), within)


async def test_without_a_secret_there_is_no_such_address(environment: Environment, http: httpx.AsyncClient) -> None:
    answer = await http.post(f"{environment.bot_url}/apizee/webhooks", content=event(1), headers=KNOWN)
    assert answer.status_code == 404


async def test_who_does_not_know_the_secret_is_refused(listener: Listening, http: httpx.AsyncClient) -> None:
    for headers in ({}, {HEADER: ""}, {HEADER: "a guess"}, {HEADER: SECRET[:-1]}):
        assert (await http.post(listener.url, content=event(1), headers=headers)).status_code == 401


async def test_nonsense_is_refused_and_does_no_harm(listener: Listening, http: httpx.AsyncClient) -> None:
    for nonsense in NONSENSE:
        assert (await http.post(listener.url, content=nonsense, headers=KNOWN)).status_code == 400


async def test_too_long_a_body_is_refused(listener: Listening, http: httpx.AsyncClient) -> None:
    answer = await http.post(listener.url, content=b" " * (256 * 1024 + 1), headers=KNOWN)
    assert answer.status_code == 413


async def test_what_concerns_no_session_is_accepted_and_asks_apizee_nothing(
    listener: Listening, http: httpx.AsyncClient
) -> None:
    for about in OTHERS:
        assert (await http.post(listener.url, content=body(about), headers=KNOWN)).status_code == 200
    assert listener.environment.apizee.requests == []


async def test_the_card_shows_the_customers_way_within_two_seconds_of_each_step(listener: Listening) -> None:
    environment = listener.environment
    ticket = await invited(environment)
    environment.apizee.customer_opens(ticket.id)
    await shown(environment, "link opened")
    environment.apizee.accepts(ticket.id)
    await shown(environment, "consent given")
    environment.apizee.allows_camera(ticket.id)
    await shown(environment, "connected")
    environment.apizee.hangs_up(ticket.id)
    await shown(environment, "left")
    assert "Done after" in environment.cards()[0].text


async def test_a_step_that_apizee_knows_nothing_of_is_shown_without_a_request(listener: Listening) -> None:
    environment = listener.environment
    ticket = await invited(environment)
    environment.apizee.customer_opens(ticket.id)
    await shown(environment, "link opened")
    assert not environment.asked("GET", f"/api/tickets/{ticket.id}")


async def test_a_step_of_a_ticket_that_apizee_confirmed_long_ago_is_read_first(listener: Listening) -> None:
    environment = listener.environment
    ticket = await invited(environment)
    assert environment.app
    [session] = await environment.app.adapters.sessions.followed()
    long_ago = session.created_at - 3600
    await environment.app.adapters.sessions.update(session, lambda latest: replace(latest, created_at=long_ago))
    environment.apizee.customer_opens(ticket.id)
    await shown(environment, "link opened")
    assert environment.asked("GET", f"/api/tickets/{ticket.id}")


async def test_a_step_that_does_not_fit_what_is_known_is_read_first(
    listener: Listening, http: httpx.AsyncClient
) -> None:
    environment = listener.environment
    ticket = await invited(environment)
    await http.post(listener.url, content=event(ticket.id, "session.established"), headers=KNOWN)
    await shown(environment, "connected")
    assert environment.asked("GET", f"/api/tickets/{ticket.id}")


async def test_a_webhook_alone_changes_nothing(listener: Listening, http: httpx.AsyncClient) -> None:
    environment = listener.environment
    ticket = await invited(environment)
    lie = {"object": "ticket", "objectId": ticket.id, "props": {"state": "done"}}
    await http.post(listener.url, content=body(lie), headers=KNOWN)
    await environment.apizee.wait_for(lambda: environment.asked("GET", f"/api/tickets/{ticket.id}"))
    await asyncio.sleep(0.3)
    assert "Invited by SMS" in environment.cards()[0].text


async def test_many_webhooks_of_a_ticket_become_one_read(
    listener: Listening, http: httpx.AsyncClient, redis: Redis
) -> None:
    environment = listener.environment
    ticket = await invited(environment)
    bodies = [body({"object": "ticket", "objectId": ticket.id, "n": n}) for n in range(100)]
    await asyncio.gather(*(http.post(listener.url, content=one, headers=KNOWN) for one in bodies))
    await environment.apizee.wait_for(lambda: environment.asked("GET", f"/api/tickets/{ticket.id}"))
    await nothing_is_requested(redis)
    assert 1 <= len(environment.asked("GET", f"/api/tickets/{ticket.id}")) <= 3


async def test_a_webhook_that_is_repeated_does_nothing(
    listener: Listening, http: httpx.AsyncClient, redis: Redis
) -> None:
    environment = listener.environment
    listener.sender.faults.missing = True
    ticket = await invited(environment)
    started = event(ticket.id, "ticket.sessionStarted")
    await http.post(listener.url, content=started, headers=KNOWN)
    await environment.apizee.wait_for(lambda: environment.asked("GET", f"/api/tickets/{ticket.id}"))
    asked = len(environment.asked("GET", f"/api/tickets/{ticket.id}"))
    for _ in range(5):
        assert (await http.post(listener.url, content=started, headers=KNOWN)).status_code == 200
    await nothing_is_requested(redis)
    assert len(environment.asked("GET", f"/api/tickets/{ticket.id}")) == asked


async def test_repeated_late_and_swapped_webhooks_lead_to_the_right_card(listener: Listening) -> None:
    environment = listener.environment
    ticket = await invited(environment)
    listener.sender.faults.duplicated = listener.sender.faults.swapped = True
    listener.sender.faults.late_by = 0.2
    for step in (
        environment.apizee.customer_opens,
        environment.apizee.accepts,
        environment.apizee.allows_camera,
        environment.apizee.hangs_up,
    ):
        step(ticket.id)
    await environment.slack.wait_for(lambda: "left" in said(environment.cards()[0]), 5.0)
    way = said(environment.cards()[0])
    assert "Done after" in way
    steps = ["link opened", "consent given", "camera allowed", "connected", "left"]
    assert sorted(steps, key=way.index) == steps


async def test_a_meetings_end_is_noticed_by_its_name(listener: Listening) -> None:
    environment = listener.environment
    await environment.meet('ann@example.com name:"Site visit"')
    await environment.card("invited")
    conference = next(iter(environment.apizee.conferences.values()))
    environment.apizee.guest_joins(conference.id, "Ann")
    environment.apizee.ends(conference.id)
    await environment.slack.wait_for(lambda: "Done after" in environment.cards()[0].text, 5.0)
    call = next(iter(environment.slack.registered_calls.values()))
    await environment.slack.wait_for(lambda: call.ended_at is not None)


async def test_a_late_recording_comes_into_the_thread_as_soon_as_apizee_tells_of_it(listener: Listening) -> None:
    environment = listener.environment
    ticket = await invited(environment)
    environment.apizee.recording_after = timedelta(hours=2)
    environment.apizee.customer_opens(ticket.id)
    environment.apizee.accepts(ticket.id)
    environment.apizee.allows_camera(ticket.id)
    environment.apizee.hangs_up(ticket.id)
    medias = f"/api/enterprises/1/tickets/{ticket.id}/medias"
    await environment.apizee.wait_for(lambda: environment.asked("GET", medias))
    environment.apizee.recording_appears(ticket.id)
    await environment.slack.wait_for(lambda: any("showVideo" in said(one) for one in environment.cards()), 5.0)


async def test_a_webhook_that_names_a_meeting_reaches_all_that_have_its_name(
    listener: Listening, http: httpx.AsyncClient
) -> None:
    for number in (1, 2):
        await listener.environment.meet(f'guest{number}@example.com name:"Site visit"')
        await listener.environment.slack.wait_for(lambda: len(said_to_be_invited(listener.environment)) == number)  # noqa: B023  # awaited at once
    first = next(iter(listener.environment.apizee.conferences.values()))
    listener.environment.apizee.guest_joins(first.id, "Ann")
    named: dict[str, object] = {"object": "conversation", "props": {"name": "Site visit"}}
    assert (await http.post(listener.url, content=body(named), headers=KNOWN)).status_code == 200
    await listener.environment.slack.wait_for(lambda: "In progress" in said(listener.environment.cards()[0]), 5)
    assert "In progress" not in said(listener.environment.cards()[1])


def said_to_be_invited(environment: Environment) -> list[str]:
    return [card.text for card in environment.cards() if "guests are invited" in card.text]
