"""What the bot keeps of a session is forgotten: on demand, and by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import cast

import pytest
from redis.asyncio import Redis

from sandbox.apizee.model import Ticket
from sandbox.slack.default_world import TEAM, U_ADMIN, U_EN, U_FR
from tests.scenarios.environment import Stage, Vendors, said, staged
from tests.scenarios.waiting import rounds_pass


@pytest.fixture
async def stage(around: Vendors) -> AsyncIterator[Stage]:
    async with staged(around, apizee_poll_seconds=1) as stage:
        yield stage


async def assisted(stage: Stage) -> Ticket:
    await stage.assist("+33 6 62 68 21 93 ref:CASE-77")
    return await stage.invited()


async def test_a_session_is_forgotten_once_that_is_confirmed(stage: Stage, redis: Redis) -> None:
    ticket = await assisted(stage)
    await stage.assist(f"forget {ticket.id}")
    question = await stage.whisper(f"Forget ticket {ticket.id}?")
    assert "21 93" not in said(question)
    assert "•• 93" in stage.cards()[0].text
    await stage.people.click(U_EN, question, "session_forget")
    card = await stage.card("forgotten")
    assert "93" not in said(card)
    assert not card.metadata
    await stage.whisper(f"Ticket {ticket.id} is forgotten")
    for pattern in ("*:session:*", "*:thread:*", "*:assistance:*", "*:guests:*"):
        assert not [key async for key in redis.scan_iter(match=pattern)]


async def test_what_is_forgotten_is_unknown_from_then_on(stage: Stage, redis: Redis) -> None:
    ticket = await assisted(stage)
    await stage.assist(f"forget {ticket.id}")
    question = await stage.whisper("Forget ticket")
    await stage.people.click(U_EN, question, "session_forget")
    await stage.card("forgotten")
    stage.apizee.declines(ticket.id)
    await rounds_pass(redis, 1)
    assert "forgotten" in stage.cards()[0].text
    await stage.assist(f"forget {ticket.id}")
    await stage.whisper("No video assistance or meeting was found")


async def test_another_persons_session_is_not_mine_to_forget_but_an_administrators(stage: Stage) -> None:
    ticket = await assisted(stage)
    await stage.assist(f"forget {ticket.id}", user=U_FR)
    await stage.whisper("un administrateur peut la faire oublier", user=U_FR)
    await stage.assist(f"forget {ticket.id}", user=U_ADMIN)
    await stage.whisper("Forget ticket", user=U_ADMIN)


async def test_without_a_number_it_says_what_to_type(stage: Stage) -> None:
    for nothing in ("forget", "forget everything", "forget -1", "forget ¹"):
        assert "number of its ticket" in str(await answered(stage, nothing))


async def answered(stage: Stage, text: str) -> str:
    before = len(stage.slack.whispers)
    await stage.assist(text)
    await stage.slack.wait_for(lambda: len(stage.slack.whispers) > before)
    return stage.slack.whispers[-1].text


async def test_what_has_been_kept_long_enough_is_forgotten_by_itself(stage: Stage, redis: Redis) -> None:
    await assisted(stage)
    await stage.apizee.wait_for(lambda: stage.asked("GET", "/api/tickets"))  # so the start is over
    kept = f"apizee:{{{TEAM}}}:changed"
    longer = timedelta(days=90).total_seconds()
    for session_id in cast("list[bytes]", await redis.zrange(kept, 0, -1)):
        await redis.zincrby(kept, -longer, session_id)
    await stage.card("forgotten")
    async with asyncio.timeout(30):
        while [key async for key in redis.scan_iter(match="*:session:*")]:  # noqa: ASYNC110  # the event is in Redis
            await asyncio.sleep(0.05)
