"""How soon the bot is ready, and how much memory it takes, here and in Redis, while commands go by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from benchmarks.client import Client
from benchmarks.commands import Command
from benchmarks.environment import Environment, new_environment, warm_client
from benchmarks.load import finished, in_flight
from benchmarks.machine import Cores
from benchmarks.measures import progress
from benchmarks.results.figures import Results
from benchmarks.settings import Settings
from benchmarks.subjects import OURS

IN_FLIGHT: Final = 32
_WARM_AFTER: Final = 0.1
"""This part of the commands has gone by when a process is as large as it should stay."""

_WITHIN = 45.0


async def measure(cores: Cores, settings: Settings, results: Results) -> None:
    """Seconds from start to ready, resident memory, and bytes in Redis for a session."""
    async with new_environment(cores) as environment:
        await _start_often(environment, settings, results)
        async with environment.running(OURS) as running_subject:
            results.note("memory/ours/start", running_subject.program.rss_mib())
            async with warm_client(environment, running_subject, whole=True) as client:
                before = await environment.redis.used_bytes()
                progress(f"{settings.commands} commands")
                first = int(settings.commands * _WARM_AFTER)
                done = await _work(environment, client, environment.commands.signed(first))
                results.note("memory/ours/warm", running_subject.program.rss_mib())
                done += await _work(environment, client, environment.commands.signed(settings.commands - first))
                results.note("memory/ours/worked", running_subject.program.rss_mib())
            results.note("memory/ours/commands", done)
            results.note("redis/ours/fresh", (await environment.redis.used_bytes() - before) / done)
            await environment.redis.forget_soon()
            results.note("redis/ours/kept", (await environment.redis.used_bytes() - before) / done)
            results.note("apizee/ours/tokens", environment.apizee.calls["POST /token"])


async def _start_often(environment: Environment, settings: Settings, results: Results) -> None:
    progress("starts")
    seconds = []
    for _ in range(settings.starts):
        async with environment.running(OURS) as running_subject:
            seconds.append(running_subject.ready_after)
    results.note_median("start/ours/seconds", seconds)


async def _work(environment: Environment, client: Client, commands: Sequence[Command]) -> int:
    sample = await in_flight(IN_FLIGHT, client, commands, finished(environment.slack), _WITHIN)
    return len(sample.ends)
