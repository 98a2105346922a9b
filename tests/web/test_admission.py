"""Who goes first: those who wait for an acknowledgement, then the work behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from bot.model.errors import StoreUnavailable
from bot.model.timing import AnswerTiming
from bot.web.admission import AT_ONCE, CROWD, AckGate


async def test_only_so_many_have_their_turn_at_once() -> None:
    gate, inside, most = AckGate(), 0, 0

    async def go_through() -> None:
        nonlocal inside, most
        async with gate:
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(go_through() for _ in range(5 * AT_ONCE)))
    assert most == AT_ONCE


async def test_who_is_not_admitted_in_time_is_answered_so() -> None:
    gate, done = AckGate(AnswerTiming(turn_at_most=0.01)), asyncio.Event()

    async def stay() -> None:
        async with gate:
            await done.wait()

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(stay())
        await asyncio.sleep(0)
        with pytest.raises(StoreUnavailable):
            await gate.__aenter__()
        done.set()
    async with gate:
        """There is room again."""


@asynccontextmanager
async def waiting_for_acknowledgements(gate: AckGate, how_many: int) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for _ in range(how_many):
            await stack.enter_async_context(gate)
        yield


async def test_jobs_yield_while_a_crowd_waits_for_acknowledgements() -> None:
    gate = AckGate(AnswerTiming(one_goes_on_every=10.0))
    await gate.yield_to_acks()
    async with waiting_for_acknowledgements(gate, CROWD - 1):
        await gate.yield_to_acks()
        async with gate:
            jobs = [asyncio.create_task(gate.yield_to_acks()) for _ in range(10)]
            await asyncio.sleep(0.01)
            assert not any(one.done() for one in jobs)
        await asyncio.gather(*jobs)


async def test_where_a_crowd_always_waits_jobs_start_one_after_the_other() -> None:
    gate, begun = AckGate(AnswerTiming(one_goes_on_every=0.01)), asyncio.get_running_loop().time()
    async with waiting_for_acknowledgements(gate, CROWD):
        await asyncio.gather(*(gate.yield_to_acks() for _ in range(5)))
    assert asyncio.get_running_loop().time() - begun >= 0.049
