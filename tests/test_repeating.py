"""Work that nobody else would do any more goes on, whatever became of it before."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from bot.model.errors import StoreUnavailable
from bot.repeating import repeat


async def test_what_fails_is_done_again_and_only_a_fault_is_logged() -> None:
    failures, done = [StoreUnavailable(), ZeroDivisionError()], asyncio.Event()

    async def work() -> None:
        if failures:
            raise failures.pop(0)
        done.set()

    with capture_logs() as logs:
        task = asyncio.create_task(repeat("count", work, every=0.01))
        async with asyncio.timeout(5):
            await done.wait()
        task.cancel()
    assert [(one["event"], one["work"]) for one in logs] == [("repeated_work_failed", "count")]
