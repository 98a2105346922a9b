"""What a round over all open sessions costs, with few and with many sessions that are over and still stored."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass
from typing import Final

from benchmarks.client import connected
from benchmarks.environment import Environment, RunningSubject, new_environment
from benchmarks.machine import Cores
from benchmarks.measures import progress
from benchmarks.results.figures import MILLISECONDS, Results
from benchmarks.seeding import seed
from benchmarks.settings import Settings
from benchmarks.subjects import OURS
from benchmarks.webhooks import ticket_changed

OPEN_IN: Final = 100
"""One of so many sessions is open."""

_SETTLES = 1.5
_SETTLED_AFTER = 1
_CHECKED_EVERY = 0.002
_NEVER = 60.0
_IDLE_FOR = 2.0

WATCHED_POLLS: Final = 5
"""So many seconds, and so many rounds if no webhooks came; a session is overdue after nine tenths of ten polls."""

_EVERY_SECOND: Final = OURS.with_settings(APIZEE_POLL_SECONDS="1")
_ALIVE = b"GET /healthz HTTP/1.1\r\nHost: bench.example\r\n\r\n"
_CHANGED_SESSIONS = 10
_WEBHOOKS = 50


@dataclass(frozen=True, slots=True)
class Usage:
    """What the bot has used up to a moment."""

    at: float
    cpu: float
    round_trips: int
    polls: int
    requests: int


async def measure(cores: Cores, settings: Settings, results: Results) -> None:
    """Measure a round's processor time, Redis round trips and requests; and the rounds while webhooks arrive."""
    async with new_environment(cores) as environment, environment.running(_EVERY_SECOND) as running_subject:
        await asyncio.sleep(_SETTLES)
        before = await _usage(environment, running_subject)
        await asyncio.sleep(_IDLE_FOR)
        idle = _rate(before, await _usage(environment, running_subject))
        known = 1
        for sessions in settings.session_counts:
            progress(f"{sessions} stored sessions")
            await seed(environment, range(known, sessions + 1), is_open=_is_open)
            known = sessions + 1
            environment.apizee.open_tickets = list(filter(_is_open, range(known)))
            await _watch(environment, running_subject, f"round/ours/{sessions}", idle, settings, results)
    await _watch_the_loop(cores, settings, results)
    await _watch_with_webhooks(cores, results)


def _is_open(number: int) -> bool:
    return number % OPEN_IN == 1


async def _watch(
    environment: Environment,
    running_subject: RunningSubject,
    name: str,
    idle: tuple[float, float],
    settings: Settings,
    results: Results,
) -> None:
    """Measure what a round costs beyond what a bot without sessions does; counted from the beginning of a round."""
    await _next_rounds(environment, _SETTLED_AFTER)
    before = await _usage(environment, running_subject)
    await _next_rounds(environment, settings.watched_rounds)
    after = await _usage(environment, running_subject)
    seconds, rounds = after.at - before.at, settings.watched_rounds
    cpu = (after.cpu - before.cpu - idle[0] * seconds) * MILLISECONDS / rounds
    results.note(f"{name}/cpu", cpu)
    results.note(f"{name}/cpu-per-open", cpu / len(environment.apizee.open_tickets))
    results.note(f"{name}/round-trips", (after.round_trips - before.round_trips - idle[1] * seconds) / rounds)
    results.note(f"{name}/requests", (after.requests - before.requests) / rounds)


async def _watch_the_loop(cores: Cores, settings: Settings, results: Results) -> None:
    """Ask without pause whether the bot is alive while it polls thousands of open sessions."""
    progress(f"{settings.open_sessions} open sessions")
    longest = 0.0
    async with (
        new_environment(cores) as environment,
        environment.running(_EVERY_SECOND) as running_subject,
        connected(running_subject.port) as client,
    ):
        environment.apizee.open_tickets = range(1, settings.open_sessions + 1)
        await seed(environment, environment.apizee.open_tickets, is_open=lambda _number: True)
        await _next_rounds(environment, _SETTLED_AFTER)
        rounds = asyncio.create_task(_next_rounds(environment, settings.watched_rounds))
        while not rounds.done():
            begun = time.perf_counter()
            await client.send(_ALIVE)
            longest = max(longest, time.perf_counter() - begun)
    results.note("round/ours/held", longest * MILLISECONDS)


async def _next_rounds(environment: Environment, how_many: int) -> None:
    """Return at the moment in which the last of them begins."""
    awaited = environment.apizee.polls + how_many
    async with asyncio.timeout(_NEVER):
        while environment.apizee.polls < awaited:  # noqa: ASYNC110  # the stub counts, and wakes nobody
            await asyncio.sleep(_CHECKED_EVERY)


def _rate(before: Usage, after: Usage) -> tuple[float, float]:
    """Processor seconds and round trips in a second."""
    seconds = after.at - before.at
    return (after.cpu - before.cpu) / seconds, (after.round_trips - before.round_trips) / seconds


async def _usage(environment: Environment, running_subject: RunningSubject) -> Usage:
    return Usage(
        at=time.perf_counter(),
        cpu=running_subject.program.cpu_seconds(),
        round_trips=await environment.redis.round_trips(),
        polls=environment.apizee.polls,
        requests=environment.apizee.calls["GET /tickets"],
    )


async def _watch_with_webhooks(cores: Cores, results: Results) -> None:
    """Let Apizee tell of fresh sessions, one after the other, for less time than it takes one to be overdue."""
    progress("webhooks")
    async with (
        new_environment(cores) as environment,
        environment.running(_EVERY_SECOND) as running_subject,
        connected(running_subject.port) as client,
    ):
        environment.apizee.open_tickets = range(1, _CHANGED_SESSIONS + 1)
        await seed(environment, environment.apizee.open_tickets, is_open=lambda _number: True)
        await client.send(ticket_changed(environment.apizee.open_tickets[0]))
        await _next_rounds(environment, 2)  # that of a process which has begun, and the first that is due
        before = environment.apizee.polls
        for ticket in itertools.islice(itertools.cycle(environment.apizee.open_tickets), _WEBHOOKS):
            await client.send(ticket_changed(ticket))
            await asyncio.sleep(WATCHED_POLLS / _WEBHOOKS)
        results.note("round/ours/with-webhooks", environment.apizee.polls - before)
