"""What a round over all open sessions costs, with few and with many sessions that are only remembered."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Final

from benchmarks.client import Door, door
from benchmarks.contestants import OURS
from benchmarks.effort import Effort
from benchmarks.http_stub import as_json
from benchmarks.machine import Cores
from benchmarks.measures import progress
from benchmarks.remembering import remember
from benchmarks.results import MILLISECONDS, Results
from benchmarks.stage import WEBHOOK_SECRET, Player, Stage, staged

OPEN_IN: Final = 100
"""One of so many sessions is open."""

_SETTLES = 2.5
_WEBHOOKS_FOR = 12.0
_WEBHOOKS_EVERY = 0.25


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
    every_second = OURS.with_settings(APIZEE_POLL_SECONDS="1")
    async with staged(cores) as stage, stage.playing(every_second) as player, door(player.port) as entrance:
        await asyncio.sleep(_SETTLES)
        before = await _spent(stage, player)
        await asyncio.sleep(effort.watched_seconds)
        idle = _rate(before, await _spent(stage, player))
        known = 1
        for remembered in effort.remembered:
            progress(f"{remembered} remembered sessions")
            await remember(stage, range(known, remembered + 1), is_open=_is_open)
            known = remembered + 1
            stage.apizee.open_tickets = list(filter(_is_open, range(known)))
            await _watch(stage, player, f"round/ours/{remembered}", idle, effort, results)
        progress("webhooks")
        results.note("round/ours/with-webhooks", await _rounds_with_webhooks(stage, entrance))


def _is_open(number: int) -> bool:
    return number % OPEN_IN == 1


async def _watch(
    stage: Stage, player: Player, name: str, idle: tuple[float, float], effort: Effort, results: Results
) -> None:
    """What a round costs beyond what goes on in a bot that remembers nothing."""
    await asyncio.sleep(_SETTLES)
    before = await _spent(stage, player)
    await asyncio.sleep(effort.watched_seconds)
    after = await _spent(stage, player)
    seconds, rounds = after.at - before.at, max(1, after.looks - before.looks)
    cpu = (after.cpu - before.cpu - idle[0] * seconds) * MILLISECONDS / rounds
    results.note(f"{name}/cpu", cpu)
    results.note(f"{name}/cpu-per-open", cpu / len(stage.apizee.open_tickets))
    results.note(f"{name}/round-trips", (after.round_trips - before.round_trips - idle[1] * seconds) / rounds)
    results.note(f"{name}/requests", (after.requests - before.requests) / rounds)


def _rate(before: Spent, after: Spent) -> tuple[float, float]:
    """Processor seconds and round trips in a second."""
    seconds = after.at - before.at
    return (after.cpu - before.cpu) / seconds, (after.round_trips - before.round_trips) / seconds


async def _spent(stage: Stage, player: Player) -> Spent:
    return Spent(
        at=time.perf_counter(),
        cpu=player.program.cpu_seconds(),
        round_trips=await stage.redis.round_trips(),
        looks=stage.apizee.looks,
        requests=stage.apizee.calls["GET /tickets"],
    )


async def _rounds_with_webhooks(stage: Stage, entrance: Door) -> int:
    """Over twelve polls, while Apizee tells of one session after the other."""
    tickets = stage.apizee.open_tickets
    await entrance.send(_webhook(tickets[0], 0))
    await asyncio.sleep(_SETTLES)
    before = stage.apizee.looks
    for number in range(int(_WEBHOOKS_FOR / _WEBHOOKS_EVERY)):
        await entrance.send(_webhook(tickets[number % len(tickets)], number + 1))
        await asyncio.sleep(_WEBHOOKS_EVERY)
    return stage.apizee.looks - before


def _webhook(ticket: int, number: int) -> bytes:
    """As Apizee sends it; the number makes it another one."""
    told = {"event": "update", "time": 1_700_000_000 + number, "object": "ticket", "objectId": ticket, "props": {}}
    body = as_json(told)
    head = (
        "POST /apizee/webhooks HTTP/1.1\r\nHost: bench.example\r\nContent-Type: application/json\r\n"
        f"X-Webhook-Secret: {WEBHOOK_SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
