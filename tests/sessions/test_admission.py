"""Who goes first: whoever waits for an acknowledgement, then the work behind it."""

from __future__ import annotations

import asyncio

import pytest

from bot.model.timing import AnswerTiming
from bot.sessions.admission import AT_ONCE, Turns


async def test_only_so_many_have_their_turn_at_once() -> None:
    turns, inside, most = Turns(), 0, 0

    async def go_through() -> None:
        nonlocal inside, most
        async with turns:
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(go_through() for _ in range(5 * AT_ONCE)))
    assert most == AT_ONCE


async def test_whoever_has_no_turn_in_time_is_told() -> None:
    turns, done = Turns(AnswerTiming(turn_at_most=0.01)), asyncio.Event()

    async def stay() -> None:
        async with turns:
            await done.wait()

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(stay())
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            await turns.__aenter__()
        done.set()
    async with turns:
        """There is room again."""


async def test_what_can_wait_lets_pass_until_nobody_is_in_a_hurry() -> None:
    turns = Turns(AnswerTiming(one_goes_on_every=10.0))
    await turns.let_pass()
    async with turns:
        waiting = [asyncio.create_task(turns.let_pass()) for _ in range(10)]
        await asyncio.sleep(0.01)
        assert not any(one.done() for one in waiting)
    await asyncio.gather(*waiting)


async def test_where_somebody_is_always_in_a_hurry_work_goes_on_one_after_the_other() -> None:
    turns, begun = Turns(AnswerTiming(one_goes_on_every=0.01)), asyncio.get_running_loop().time()
    async with turns:
        await asyncio.gather(*(turns.let_pass() for _ in range(5)))
    assert asyncio.get_running_loop().time() - begun >= 0.049
