"""The operator's own system learns of each state of each session, in order, also after a bad day of its own."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.model.errors import TryLater
from bot.model.session import Card, Links, Outcome, Session, State
from bot.store import keys
from sandbox.slack.default_world import SUPPORT, TEAM
from tests.events.conftest import Sending
from tests.scenarios.receiver import SECRET, EventReceiver

BEGAN = datetime(2026, 12, 1, 14, 0, 3, 512_000, tzinfo=UTC)


async def test_an_event_says_what_became_of_a_session_and_nothing_of_the_customer(
    sending: Sending, receiver: EventReceiver, session: Session
) -> None:
    asked = session.with_invitation(agent="agent1@apizee.com", reference="call +33 6 62 68 21 93")
    await sending.sessions.record(asked, delivery="d1")
    links = Links(agent="https://agent.test", customer="https://customer.test")
    await sending.sessions.change(
        TEAM,
        session.id,
        lambda one: replace(
            one.with_remote(id=82070, links=links, started_at=BEGAN, ended_at=BEGAN),
            state=State.DONE,
            card=Card(SUPPORT, "1764597600.000100"),
            outcome=Outcome(photos=2, videos=1),
        ),
    )
    await sending.send(session)
    first, last = receiver.events
    assert (first["type"], first["session"]["state"], first["session"]["thread"]) == (
        "session.inviting",
        "inviting",
        None,
    )
    assert last["session"] == {
        "id": session.id,
        "kind": "assistance",
        "ticket": 82070,
        "reference": "call +33 6 •• •• •• 93",
        "state": "done",
        "agent": "agent1@apizee.com",
        "channel": SUPPORT,
        "thread": "1764597600.000100",
        "started_at": "2026-12-01T14:00:03.512Z",
        "ended_at": "2026-12-01T14:00:03.512Z",
        "photos": 2,
        "videos": 1,
        "outcome": None,
    }
    assert last.keys() == {"id", "type", "time", "session"}
    assert last["type"] == "session.done"
    assert abs(datetime.fromisoformat(last["time"]).timestamp() - time.time()) < 60
    assert last["time"].endswith("Z")
    assert b"33662682193" not in b"".join(receiver.bodies)
    assert b"http" not in b"".join(receiver.bodies)


async def test_each_request_is_signed_at_the_time_it_is_sent(
    sending: Sending, receiver: EventReceiver, session: Session
) -> None:
    await sending.sessions.record(session, delivery="d1")
    await sending.send(session)
    [headers], [body] = receiver.headers, receiver.bodies
    at = headers["x-apizee-slack-timestamp"]
    assert int(at) == int(sending.now[0])
    digest = hmac.new(SECRET.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    assert headers["x-apizee-slack-signature"] == f"v0={digest}"
    assert headers["content-type"] == "application/json"


async def test_until_it_is_sent_redis_holds_neither_login_nor_reference(
    sending: Sending, redis: Redis, session: Session
) -> None:
    asked = session.with_invitation(agent="agent1@apizee.com", reference="jean@client.com")
    await sending.sessions.record(asked, delivery="d1")
    kept = str(await redis.hgetall(keys.events(TEAM, session.id)))
    assert "session.inviting" in kept
    assert "@" not in kept


async def test_what_is_not_accepted_comes_again_later_and_later_and_holds_back_what_follows(
    sending: Sending, receiver: EventReceiver, session: Session
) -> None:
    receiver.answers = [500, 302, 404, 429, 301, 400, 401, 503, 500, 500, 500, 500]
    await sending.sessions.record(session, delivery="d1")
    await sending.comes_into(session, State.INVITED)
    pauses: list[float] = []
    while receiver.answers:
        with pytest.raises(TryLater) as later:
            await sending.send(session)
        pauses.append(round(later.value.retry_in, 3))
        sent = len(receiver.events)
        sending.now[0] += later.value.retry_in - 0.5
        with pytest.raises(TryLater) as still:
            await sending.send(session)
        assert still.value.retry_in == pytest.approx(0.5, abs=0.01)
        assert len(receiver.events) == sent
        sending.now[0] += 0.6
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    await sending.send(session)
    assert receiver.types == ["session.inviting"] * 13 + ["session.invited"]
    assert len({event["id"] for event in receiver.events}) == 2
    assert sending.counted["session.inviting", "refused"] == 12
    assert sending.counted["session.inviting", "sent"] == sending.counted["session.invited", "sent"] == 1


async def test_the_pauses_begin_again_with_the_next_event(
    sending: Sending, receiver: EventReceiver, session: Session
) -> None:
    receiver.answers = [500, 500, 200, 500]
    await sending.sessions.record(session, delivery="d1")
    await sending.comes_into(session, State.INVITED)
    for pause in (1, 2, 1):
        with pytest.raises(TryLater) as later:
            await sending.send(session)
        assert later.value.retry_in == pytest.approx(pause)
        sending.now[0] += pause + 0.1


async def test_after_a_day_an_event_is_dropped_and_those_after_it_are_sent(
    sending: Sending, receiver: EventReceiver, session: Session
) -> None:
    receiver.answers = [500]
    await sending.sessions.record(session, delivery="d1")
    with pytest.raises(TryLater):
        await sending.send(session)
    sending.now[0] += 86_401
    with capture_logs() as logs:
        await sending.send(session)
    assert receiver.types == ["session.inviting"]
    assert [(line["event"], line["type"]) for line in logs] == [("event_dropped", "session.inviting")]
    assert sending.counted["session.inviting", "dropped"] == 1
    assert await sending.outbox.due(sending.now[0] + 1e6) == []


async def test_a_redirect_is_not_followed(sending: Sending, receiver: EventReceiver, session: Session) -> None:
    receiver.answers = [307]
    await sending.sessions.record(session, delivery="d1")
    with pytest.raises(TryLater):
        await sending.send(session)
    assert len(receiver.events) == 1


async def test_what_one_session_is_refused_holds_back_no_other(
    sending: Sending, receiver: EventReceiver, session: Session
) -> None:
    other = replace(session, id="s2")
    receiver.answers = [400]
    await sending.sessions.record(session, delivery="d1")
    await sending.sessions.record(other, delivery="d2")
    with pytest.raises(TryLater):
        await sending.send(session)
    await sending.send(other)
    assert [event["session"]["id"] for event in receiver.events] == ["s1", "s2"]


async def test_a_receiver_that_hangs_holds_a_few_jobs_for_a_short_time(
    open_sending: Callable[[float], Sending], receiver: EventReceiver, session: Session
) -> None:
    sending = open_sending(0.3)
    sending.now[0] = session.created_at + 1
    hanging = asyncio.Event()
    receiver.before = hanging.wait  # type: ignore[assignment]  # what it returns is not looked at
    many = [replace(session, id=f"s{number}") for number in range(20)]
    for one in many:
        await sending.sessions.record(one, delivery=one.id)
    began = time.monotonic()
    ended = await asyncio.gather(*(sending.send(one) for one in many), return_exceptions=True)
    assert time.monotonic() - began < 5
    assert all(isinstance(one, TryLater) for one in ended)
    assert len(receiver.events) == 8
    assert sending.counted == {("session.inviting", "refused"): 8}
    hanging.set()


async def test_that_events_are_refused_is_logged_once_without_secrets(
    sending: Sending, receiver: EventReceiver, session: Session
) -> None:
    receiver.answers = [500, 500, 500]
    await sending.sessions.record(session, delivery="d1")
    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(TryLater):
                await sending.send(session)
            sending.now[0] += 10
        await sending.send(session)
    assert [line["event"] for line in logs] == ["events_not_accepted", "events_accepted_again"]
    assert logs[0]["reason"] == "status 500"
    assert not any(secret in str(logs) for secret in (SECRET, "in-the-address", receiver.url))


async def test_what_is_forgotten_sends_nothing_more(
    sending: Sending, redis: Redis, receiver: EventReceiver, session: Session
) -> None:
    await sending.sessions.record(session, delivery="d1")
    await sending.sessions.forget(session)
    await sending.send(session)
    assert receiver.events == []
    assert await redis.keys("*events*") == []


async def test_a_change_that_is_no_new_state_is_no_event_and_nothing_is_left_of_what_is_sent(
    sending: Sending, redis: Redis, receiver: EventReceiver, session: Session
) -> None:
    await sending.sessions.record(session, delivery="d1")
    await sending.sessions.update(session, lambda one: one.with_progress(reminded=True))
    await sending.send(session)
    assert receiver.types == ["session.inviting"]
    assert await redis.keys("*events*") == []
