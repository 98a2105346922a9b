"""Apizee's webhooks: who knows the secret is heard, and nothing is shown that Apizee does not confirm."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from redis.asyncio import Redis

from sandbox.apizee.model import Ticket
from tests.scenarios.environment import Stage, Vendors, said
from tests.scenarios.waiting import nothing_is_wanted
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
async def heard(around: Vendors) -> AsyncIterator[Listening]:
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


async def invited(stage: Stage) -> Ticket:
    await stage.assist("+33 6 62 68 21 93")
    ticket = await stage.invited()
    await asyncio.sleep(0.1)  # the starter's last line
    return ticket


async def shown(stage: Stage, word: str, *, within: float = 2.0) -> None:
    await stage.slack.wait_for(lambda: word in said(stage.cards()[0]), within)


async def test_without_a_secret_there_is_no_such_address(stage: Stage, http: httpx.AsyncClient) -> None:
    answer = await http.post(f"{stage.bot_url}/apizee/webhooks", content=event(1), headers=KNOWN)
    assert answer.status_code == 404


async def test_who_does_not_know_the_secret_is_refused(heard: Listening, http: httpx.AsyncClient) -> None:
    for headers in ({}, {HEADER: ""}, {HEADER: "a guess"}, {HEADER: SECRET[:-1]}):
        assert (await http.post(heard.url, content=event(1), headers=headers)).status_code == 401


async def test_nonsense_is_refused_and_does_no_harm(heard: Listening, http: httpx.AsyncClient) -> None:
    for nonsense in NONSENSE:
        assert (await http.post(heard.url, content=nonsense, headers=KNOWN)).status_code == 400


async def test_too_long_a_body_is_refused(heard: Listening, http: httpx.AsyncClient) -> None:
    answer = await http.post(heard.url, content=b" " * (256 * 1024 + 1), headers=KNOWN)
    assert answer.status_code == 413


async def test_what_concerns_no_session_is_accepted_and_asks_apizee_nothing(
    heard: Listening, http: httpx.AsyncClient
) -> None:
    for about in OTHERS:
        assert (await http.post(heard.url, content=body(about), headers=KNOWN)).status_code == 200
    assert heard.stage.apizee.requests == []


async def test_the_card_shows_the_customers_way_within_two_seconds_of_each_step(heard: Listening) -> None:
    stage = heard.stage
    ticket = await invited(stage)
    stage.apizee.customer_opens(ticket.id)
    await shown(stage, "link opened")
    stage.apizee.accepts(ticket.id)
    await shown(stage, "consent given")
    stage.apizee.allows_camera(ticket.id)
    await shown(stage, "connected")
    stage.apizee.hangs_up(ticket.id)
    await shown(stage, "left")
    assert "Done after" in stage.cards()[0].text


async def test_a_webhook_alone_changes_nothing(heard: Listening, http: httpx.AsyncClient) -> None:
    stage = heard.stage
    ticket = await invited(stage)
    lie = {"object": "ticket", "objectId": ticket.id, "props": {"state": "done"}}
    await http.post(heard.url, content=body(lie), headers=KNOWN)
    await stage.apizee.wait_for(lambda: stage.asked("GET", f"/api/tickets/{ticket.id}"))
    await asyncio.sleep(0.3)
    assert "Invited by SMS" in stage.cards()[0].text


async def test_many_webhooks_of_a_ticket_become_one_read(
    heard: Listening, http: httpx.AsyncClient, redis: Redis
) -> None:
    stage = heard.stage
    ticket = await invited(stage)
    bodies = [body({"object": "ticket", "objectId": ticket.id, "n": n}) for n in range(100)]
    await asyncio.gather(*(http.post(heard.url, content=one, headers=KNOWN) for one in bodies))
    await stage.apizee.wait_for(lambda: stage.asked("GET", f"/api/tickets/{ticket.id}"))
    await nothing_is_wanted(redis)
    assert 1 <= len(stage.asked("GET", f"/api/tickets/{ticket.id}")) <= 3


async def test_a_webhook_that_is_repeated_does_nothing(heard: Listening, http: httpx.AsyncClient, redis: Redis) -> None:
    stage = heard.stage
    heard.sender.faults.missing = True
    ticket = await invited(stage)
    await http.post(heard.url, content=event(ticket.id), headers=KNOWN)
    await stage.apizee.wait_for(lambda: stage.asked("GET", f"/api/tickets/{ticket.id}"))
    asked = len(stage.asked("GET", f"/api/tickets/{ticket.id}"))
    for _ in range(5):
        assert (await http.post(heard.url, content=event(ticket.id), headers=KNOWN)).status_code == 200
    await nothing_is_wanted(redis)
    assert len(stage.asked("GET", f"/api/tickets/{ticket.id}")) == asked


async def test_repeated_late_and_swapped_webhooks_lead_to_the_right_card(heard: Listening) -> None:
    stage = heard.stage
    ticket = await invited(stage)
    heard.sender.faults.duplicated = heard.sender.faults.swapped = True
    heard.sender.faults.late_by = 0.2
    for step in (stage.apizee.customer_opens, stage.apizee.accepts, stage.apizee.allows_camera, stage.apizee.hangs_up):
        step(ticket.id)
    await stage.slack.wait_for(lambda: "left" in said(stage.cards()[0]), 5.0)
    way = said(stage.cards()[0])
    assert "Done after" in way
    steps = ["link opened", "consent given", "camera allowed", "connected", "left"]
    assert sorted(steps, key=way.index) == steps


async def test_a_meetings_end_is_noticed_by_its_name(heard: Listening) -> None:
    stage = heard.stage
    await stage.meet('ann@example.com name:"Site visit"')
    await stage.card("invited")
    conference = next(iter(stage.apizee.conferences.values()))
    stage.apizee.guest_joins(conference.id, "Ann")
    stage.apizee.ends(conference.id)
    await stage.slack.wait_for(lambda: "Done after" in stage.cards()[0].text, 5.0)
    call = next(iter(stage.slack.registered_calls.values()))
    await stage.slack.wait_for(lambda: call.ended_at is not None)


async def test_a_late_recording_comes_into_the_thread_as_soon_as_apizee_tells_of_it(heard: Listening) -> None:
    stage = heard.stage
    ticket = await invited(stage)
    stage.apizee.recording_after = timedelta(hours=2)
    stage.apizee.customer_opens(ticket.id)
    stage.apizee.accepts(ticket.id)
    stage.apizee.allows_camera(ticket.id)
    stage.apizee.hangs_up(ticket.id)
    medias = f"/api/enterprises/1/tickets/{ticket.id}/medias"
    await stage.apizee.wait_for(lambda: stage.asked("GET", medias))
    stage.apizee.recording_appears(ticket.id)
    await stage.slack.wait_for(lambda: any("showVideo" in said(one) for one in stage.cards()), 5.0)


async def test_a_webhook_that_names_a_meeting_is_heard_by_all_that_have_its_name(
    heard: Listening, http: httpx.AsyncClient
) -> None:
    for number in (1, 2):
        await heard.stage.meet(f'guest{number}@example.com name:"Site visit"')
        await heard.stage.slack.wait_for(lambda: len(said_to_be_invited(heard.stage)) == number)  # noqa: B023  # awaited at once
    first = next(iter(heard.stage.apizee.conferences.values()))
    heard.stage.apizee.guest_joins(first.id, "Ann")
    named: dict[str, object] = {"object": "conversation", "props": {"name": "Site visit"}}
    assert (await http.post(heard.url, content=body(named), headers=KNOWN)).status_code == 200
    await heard.stage.slack.wait_for(lambda: "In progress" in said(heard.stage.cards()[0]), 5)
    assert "In progress" not in said(heard.stage.cards()[1])


def said_to_be_invited(stage: Stage) -> list[str]:
    return [card.text for card in stage.cards() if "guests are invited" in card.text]
