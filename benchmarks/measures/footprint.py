"""How soon the bot is ready, and how much memory it takes, here and in Redis, while commands go by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from benchmarks.client import Door
from benchmarks.commands import Command
from benchmarks.environment import Environment, entered, staged
from benchmarks.load import finished, in_flight
from benchmarks.machine import Cores
from benchmarks.measures import progress
from benchmarks.results import Results
from benchmarks.settings import Effort
from benchmarks.subjects import OURS

IN_FLIGHT: Final = 32
_WARM_AFTER: Final = 0.1
"""This part of the commands has gone by when a process is as large as it should stay."""

_WITHIN = 45.0


async def measure(cores: Cores, effort: Effort, results: Results) -> None:
    """Seconds from start to ready, resident memory, and bytes in Redis for a session."""
    async with staged(cores) as environment:
        await _start_often(environment, effort, results)
        async with environment.playing(OURS) as player:
            results.note("memory/ours/start", player.program.rss_mib())
            async with entered(environment, player, whole=True) as door:
                before = await environment.redis.used_bytes()
                progress(f"{effort.commands} commands")
                first = int(effort.commands * _WARM_AFTER)
                done = await _work(environment, door, environment.commands.signed(first))
                results.note("memory/ours/warm", player.program.rss_mib())
                done += await _work(environment, door, environment.commands.signed(effort.commands - first))
                results.note("memory/ours/worked", player.program.rss_mib())
            results.note("memory/ours/commands", done)
            results.note("redis/ours/fresh", (await environment.redis.used_bytes() - before) / done)
            await environment.redis.forget_soon()
            results.note("redis/ours/remembered", (await environment.redis.used_bytes() - before) / done)
            results.note("apizee/ours/tokens", environment.apizee.calls["POST /token"])


async def _start_often(environment: Environment, effort: Effort, results: Results) -> None:
    progress("starts")
    seconds = []
    for _ in range(effort.starts):
        async with environment.playing(OURS) as player:
            seconds.append(player.ready_after)
    results.note_median("start/ours/seconds", seconds)


async def _work(environment: Environment, door: Door, commands: Sequence[Command]) -> int:
    sample = await in_flight(IN_FLIGHT, door, commands, finished(environment.slack), _WITHIN)
    return len(sample.ends)
