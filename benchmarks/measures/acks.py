"""How fast a command is acknowledged, one after the other and many at a time, by everybody in turn."""

from __future__ import annotations

from typing import Final

from benchmarks.client import Door
from benchmarks.environment import Environment, staged
from benchmarks.load import acknowledged, in_flight
from benchmarks.machine import Cores
from benchmarks.measures import available, progress
from benchmarks.measures.turns import Turns, ready
from benchmarks.results import Results
from benchmarks.settings import Effort
from benchmarks.subjects import BARE, BARE_REDIS, BOLT, CROWDED, OURS, OURS_ANSWERING, node

CROWD: Final = 64
IN_FLIGHT: Final = (1, 16, CROWD)
_FASTEST = 12_000
_COUNTED = 300
_COUNTED_WITHIN = 10.0


async def measure(cores: Cores, effort: Effort, results: Results) -> None:
    """Acknowledgements a second and their times, and what one costs in Redis."""
    subjects = [BARE, BARE_REDIS, BOLT, *await available(results, node), OURS_ANSWERING, CROWDED]
    turns = Turns(acknowledged, effort.rounds, effort.ack_seconds, _FASTEST, effort.lead_in_seconds)
    async with staged(cores) as environment, ready(environment, subjects, whole=False) as ways:
        await _count_round_trips(environment, ways[OURS.key].door, results)
        for how_many in IN_FLIGHT:
            progress(f"{how_many} in flight")
            for key, samples in (await turns.taken(environment, ways, how_many)).items():
                results.note_acks(f"ack/{key}/{how_many}", samples)


async def _count_round_trips(environment: Environment, ours: Door, results: Results) -> None:
    idle = await environment.redis.idle_round_trips(1.0)
    before = await environment.redis.round_trips()
    sample = await in_flight(1, ours, environment.commands.signed(_COUNTED), acknowledged, _COUNTED_WITHIN)
    asked = await environment.redis.round_trips() - before - 1 - idle * sample.elapsed
    results.note("ack/ours/round-trips", round(asked / _COUNTED, 1))
