"""A process that works on nothing any more ends, so that whatever runs it starts it again."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

from tests.scenarios.environment import Vendors, new_environment
from tests.scenarios.kills import SOON_TAKEN_OVER
from tests.scenarios.process import Forked, forked, in_environment


async def lost(bot: Forked) -> int:
    """Let the queue of a bot end, which may have to be asked again, and return the exit code."""
    async with asyncio.timeout(30):
        ended = asyncio.create_task(bot.ended())
        while not ended.done():
            bot.gets(signal.SIGUSR1)
            await asyncio.wait({ended}, timeout=0.5)
        return ended.result()


async def test_a_bot_whose_queue_ends_says_so_and_ends(around: Vendors, tmp_path: Path) -> None:
    async with (
        forked(around.environment, tmp_path, timing=SOON_TAKEN_OVER) as bot,
        in_environment(bot.url, around) as environment,
    ):
        await environment.assist("+33 6 62 68 21 93")
        await environment.invited()
        assert await lost(bot) == 1
    lines = [json.loads(line) for line in (tmp_path / "bot.log").read_text().splitlines() if line.startswith("{")]
    (said,) = [line for line in lines if line["event"] == "worker_lost"]
    assert said["level"] == "critical"


async def test_what_it_left_is_done_by_the_next_one(around: Vendors, tmp_path: Path) -> None:
    async with (
        forked(around.environment, tmp_path, timing=SOON_TAKEN_OVER) as bot,
        in_environment(bot.url, around) as people,
    ):
        losing = asyncio.create_task(lost(bot))
        await people.assist("+33 6 62 68 21 93")
        await losing
    async with new_environment(around) as environment:
        await environment.invited()
