"""How fast a command is acknowledged, one after the other and many at a time, by everybody in turn."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Final

from benchmarks.client import Door
from benchmarks.contestants import BARE, BARE_REDIS, BOLT, CROWDED, OURS_ANSWERING, node
from benchmarks.effort import Effort
from benchmarks.load import acknowledged, in_flight
from benchmarks.machine import Cores
from benchmarks.measures import available, progress
from benchmarks.measures.turns import in_turn
from benchmarks.results import Results
from benchmarks.stage import Stage, entered, staged

IN_FLIGHT: Final = (1, 16, 64)
_FASTEST = 15_000
_COUNTED = 300


async def measure(cores: Cores, effort: Effort, results: Results) -> None:
    """Acknowledgements a second and their times, and what one costs in Redis."""
    contestants = [BARE, BARE_REDIS, BOLT, *await available(results, node), OURS_ANSWERING, CROWDED]
    async with staged(cores) as stage, AsyncExitStack() as stack:
        doors: dict[str, Door] = {}
        for database, one in enumerate(contestants):
            progress(f"starting: {one.title}")
            player = await stack.enter_async_context(stage.playing(one, database=database, work="ack"))
            doors[one.key] = await stack.enter_async_context(entered(stage, player, whole=False))
        await _count_round_trips(stage, doors[OURS_ANSWERING.key], results)
        for how_many in IN_FLIGHT:
            progress(f"{how_many} in flight")
            rounds = await in_turn(
                stage,
                doors,
                acknowledged,
                how_many=how_many,
                rounds=effort.rounds,
                seconds=effort.ack_seconds,
                fastest=_FASTEST,
            )
            for key, samples in rounds.items():
                results.note_acks(f"ack/{key}/{how_many}", samples)


async def _count_round_trips(stage: Stage, ours: Door, results: Results) -> None:
    idle = await stage.redis.idle_round_trips(1.0)
    before = await stage.redis.round_trips()
    sample = await in_flight(1, ours, stage.commands.signed(_COUNTED), acknowledged, 10.0)
    asked = await stage.redis.round_trips() - before - 1 - idle * sample.elapsed
    results.note("ack/ours/round-trips", round(asked / _COUNTED, 1))
