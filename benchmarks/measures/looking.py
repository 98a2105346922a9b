"""What a round over all open sessions costs, with few and with many sessions that are only remembered."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass
from typing import Final

from benchmarks.client import door
from benchmarks.environment import WEBHOOK_SECRET, Environment, Player, staged
from benchmarks.http_stub import as_json
from benchmarks.machine import Cores
from benchmarks.measures import progress
from benchmarks.results import MILLISECONDS, Results
from benchmarks.seeding import remember
from benchmarks.settings import Effort
from benchmarks.subjects import OURS

OPEN_IN: Final = 100
"""One of so many sessions is open."""

_SETTLES = 1.5
_SETTLED_AFTER = 1
_LOOKED_AT_EVERY = 0.002
_NEVER = 60.0
_IDLE_FOR = 2.0

WATCHED_POLLS: Final = 7
"""So many seconds, and so many rounds if no webhooks came; a session is overdue after nine tenths of ten polls."""

_EVERY_SECOND: Final = OURS.with_settings(APIZEE_POLL_SECONDS="1")
_TOLD_OF = 10
_WEBHOOKS = 70


@dataclass(frozen=True, slots=True)
class Spent:
    """What the bot has used up to a moment."""

    at: float
    cpu: float
    round_trips: int
    looks: int
    requests: int


async def measure(cores: Cores, effort: Effort, results: Results) -> None:
    """A round's processor time, Redis round trips and requests; and the rounds while webhooks arrive."""
    async with staged(cores) as environment, environment.playing(_EVERY_SECOND) as player:
        await asyncio.sleep(_SETTLES)
        before = await _spent(environment, player)
        await asyncio.sleep(_IDLE_FOR)
        idle = _rate(before, await _spent(environment, player))
        known = 1
        for remembered in effort.remembered:
            progress(f"{remembered} remembered sessions")
            await remember(environment, range(known, remembered + 1), is_open=_is_open)
            known = remembered + 1
            environment.apizee.open_tickets = list(filter(_is_open, range(known)))
            await _watch(environment, player, f"round/ours/{remembered}", idle, effort, results)
    await _watch_with_webhooks(cores, results)


def _is_open(number: int) -> bool:
    return number % OPEN_IN == 1


async def _watch(
    environment: Environment, player: Player, name: str, idle: tuple[float, float], effort: Effort, results: Results
) -> None:
    """What a round costs beyond what goes on in a bot that remembers nothing; counted from one's beginning on."""
    await _next_rounds(environment, _SETTLED_AFTER)
    before = await _spent(environment, player)
    await _next_rounds(environment, effort.watched_rounds)
    after = await _spent(environment, player)
    seconds, rounds = after.at - before.at, effort.watched_rounds
    cpu = (after.cpu - before.cpu - idle[0] * seconds) * MILLISECONDS / rounds
    results.note(f"{name}/cpu", cpu)
    results.note(f"{name}/cpu-per-open", cpu / len(environment.apizee.open_tickets))
    results.note(f"{name}/round-trips", (after.round_trips - before.round_trips - idle[1] * seconds) / rounds)
    results.note(f"{name}/requests", (after.requests - before.requests) / rounds)


async def _next_rounds(environment: Environment, how_many: int) -> None:
    """Return at the moment in which the last of them begins."""
    awaited = environment.apizee.looks + how_many
    async with asyncio.timeout(_NEVER):
        while environment.apizee.looks < awaited:  # noqa: ASYNC110  # the stub counts, and wakes nobody
            await asyncio.sleep(_LOOKED_AT_EVERY)


def _rate(before: Spent, after: Spent) -> tuple[float, float]:
    """Processor seconds and round trips in a second."""
    seconds = after.at - before.at
    return (after.cpu - before.cpu) / seconds, (after.round_trips - before.round_trips) / seconds


async def _spent(environment: Environment, player: Player) -> Spent:
    return Spent(
        at=time.perf_counter(),
        cpu=player.program.cpu_seconds(),
        round_trips=await environment.redis.round_trips(),
        looks=environment.apizee.looks,
        requests=environment.apizee.calls["GET /tickets"],
    )


async def _watch_with_webhooks(cores: Cores, results: Results) -> None:
    """Let Apizee tell of fresh sessions, one after the other, for less time than it takes one to be overdue."""
    progress("webhooks")
    numbers = itertools.count()
    async with (
        staged(cores) as environment,
        environment.playing(_EVERY_SECOND) as player,
        door(player.port) as entrance,
    ):
        environment.apizee.open_tickets = range(1, _TOLD_OF + 1)
        await entrance.send(_webhook(0, next(numbers)))
        await remember(environment, environment.apizee.open_tickets, is_open=lambda _number: True)
        for ticket in itertools.islice(itertools.cycle(environment.apizee.open_tickets), _WEBHOOKS):
            await entrance.send(_webhook(ticket, next(numbers)))
            await asyncio.sleep(WATCHED_POLLS / _WEBHOOKS)
        results.note("round/ours/with-webhooks", environment.apizee.looks)


def _webhook(ticket: int, number: int) -> bytes:
    """As Apizee sends it; the number makes it another one."""
    told = {"event": "update", "time": 1_700_000_000 + number, "object": "ticket", "objectId": ticket, "props": {}}
    body = as_json(told)
    head = (
        "POST /apizee/webhooks HTTP/1.1\r\nHost: bench.example\r\nContent-Type: application/json\r\n"
        f"X-Webhook-Secret: {WEBHOOK_SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
