"""How soon the bot is ready, and how much memory it takes, here and in Redis, while commands go by."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.client import Client
from benchmarks.commands import Command
from benchmarks.environment import Environment, new_environment, warm_client
from benchmarks.installing import output_of
from benchmarks.load import finished, in_flight
from benchmarks.machine import Cores
from benchmarks.measures import available, progress
from benchmarks.results.figures import Results
from benchmarks.settings import Settings
from benchmarks.subjects import OURS, Subject, alone

IN_FLIGHT: Final = 32
_WARM_AFTER: Final = 0.1
"""This part of the commands has gone by when a process is as large as it should stay."""

REDIS_7: Final = "redis-7"
_REDIS_7: Final = "Redis server v=7."
_REMEMBERED: Final = 3_000
_WITHIN = 45.0


async def measure(cores: Cores, settings: Settings, results: Results) -> None:
    """Seconds from start to ready, resident memory, and bytes in Redis for a session.

    Where they can be had, the bot has the libraries of an installation, and not those of its developers.
    """
    bot = next(iter(await available(results, alone)), OURS)
    async with new_environment(cores) as environment:
        await _start_often(environment, bot, settings, results)
        async with environment.running(bot) as running_subject:
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

    await _remember_in_redis_7(cores, settings, results)
    await _start_two(cores, bot, results)


async def _remember_in_redis_7(cores: Cores, settings: Settings, results: Results) -> None:
    """Measure a session's bytes in the server of the system, where that is a Redis 7."""
    found = shutil.which("redis-server")
    about = await output_of(found, "--version") if found else ""
    if found is None or not about.startswith(_REDIS_7):
        results.skipped[REDIS_7] = "there is no redis-server of version 7 here"
        return
    progress(about.partition(" sha")[0])
    async with (
        new_environment(cores, redis=Path(found)) as environment,
        environment.running(OURS) as running_subject,
        warm_client(environment, running_subject, whole=True) as client,
    ):
        before = await environment.redis.used_bytes()
        done = await _work(environment, client, environment.commands.signed(min(_REMEMBERED, settings.commands)))
        await environment.redis.forget_soon()
        results.note(f"{REDIS_7}/ours/kept", (await environment.redis.used_bytes() - before) / done)


async def _start_two(cores: Cores, bot: Subject, results: Results) -> None:
    """Measure what a second process on the same port has of its own."""
    progress("two processes on one port")
    two = replace(bot, command=(*bot.command, "--processes", "2"))
    async with (
        new_environment(cores) as environment,
        environment.running(two) as running_subject,
        warm_client(environment, running_subject, whole=True),
    ):
        if own := running_subject.program.own_mib():
            results.note("memory/ours/second", min(own))


async def _start_often(environment: Environment, bot: Subject, settings: Settings, results: Results) -> None:
    progress("starts")
    seconds = []
    for _ in range(settings.starts):
        async with environment.running(bot) as running_subject:
            seconds.append(running_subject.ready_after)
    results.note_median("start/ours/seconds", seconds)


async def _work(environment: Environment, client: Client, commands: Sequence[Command]) -> int:
    sample = await in_flight(IN_FLIGHT, client, commands, finished(environment.slack), _WITHIN)
    return len(sample.ends)
