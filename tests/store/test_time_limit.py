"""Waits that share one timer: each has its time, and none takes away what another one said."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.store.server.time_limit import TimeLimit


async def test_what_takes_too_long_is_stopped_and_all_else_goes_on() -> None:
    limit = TimeLimit(0.04)

    async def wait_for(event: asyncio.Event) -> str:
        async with limit():
            await event.wait()
        return "answered"

    never, soon = asyncio.Event(), asyncio.Event()
    waits = [asyncio.create_task(wait_for(one)) for one in (never, soon)]
    await asyncio.sleep(0.01)
    soon.set()
    late, answered = await asyncio.gather(*waits, return_exceptions=True)
    assert isinstance(late, TimeoutError)
    assert answered == "answered"
    with pytest.raises(TimeoutError):  # the timer begins again where nobody waited any more
        await wait_for(never)


async def test_who_is_cancelled_by_others_is_cancelled() -> None:
    limit = TimeLimit(60)

    async def wait() -> None:
        async with limit():
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_answer_that_has_arrived_counts_although_the_process_was_busy() -> None:
    limit, answer = TimeLimit(0.04), asyncio.get_running_loop().create_future()

    async def wait() -> str:
        async with limit():
            return str(await answer)

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    time.sleep(0.08)  # noqa: ASYNC251  # longer than the limit: nothing else runs meanwhile
    answer.set_result("there")
    assert await task == "there"
