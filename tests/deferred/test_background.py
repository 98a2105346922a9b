"""Small work beside an acknowledgement: what it meets is logged, and the process does not end under it."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from bot.deferred.background import Background
from bot.model.errors import StoreUnavailable
from bot.model.timing import AnswerTiming


async def test_work_goes_on_when_nobody_waits_for_it_and_is_waited_for_at_the_end() -> None:
    done, background = asyncio.Event(), Background()

    async def work() -> None:
        await asyncio.sleep(0.01)
        done.set()

    background.run(work())
    assert not done.is_set()
    await background.close()
    assert done.is_set()


async def test_a_known_error_is_logged_and_ends_nothing_else() -> None:
    done, background = asyncio.Event(), Background()

    async def fail() -> None:
        raise StoreUnavailable

    async def work() -> None:
        done.set()

    with capture_logs() as logs:
        background.run(fail())
        background.run(work())
        await background.close()
    assert [(one["event"], one["reason"]) for one in logs] == [
        ("background_work_failed", "StoreUnavailable: retry in 5 s")
    ]
    assert done.is_set()


async def test_a_fault_is_logged_when_it_happens() -> None:
    background = Background()

    async def fail() -> None:
        raise ZeroDivisionError

    with capture_logs() as logs:
        background.run(fail())
        await background.close()
    assert [(one["event"], one["log_level"]) for one in logs] == [("background_work_failed", "error")]


async def test_what_hangs_does_not_keep_the_process_from_ending() -> None:
    ended, background = asyncio.Event(), Background(AnswerTiming(background_ends_within=0.01))

    async def hang() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    background.run(hang())
    await background.close()
    assert ended.is_set()


async def test_with_nothing_to_do_the_end_is_at_once() -> None:
    await Background().close()
