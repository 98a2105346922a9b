"""How fast a command is acknowledged, one after the other and many at a time, by everybody in turn."""

from __future__ import annotations

from typing import Final

from benchmarks.client import Client
from benchmarks.environment import Environment, new_environment
from benchmarks.load import acknowledged, in_flight
from benchmarks.machine import Cores
from benchmarks.measures import available, progress
from benchmarks.measures.rounds import Rounds, ready
from benchmarks.results.figures import Results
from benchmarks.settings import Settings
from benchmarks.subjects import BARE, BARE_REDIS, BOLT, MANY_LISTENERS, OURS, OURS_ANSWERING, node

CROWD: Final = 64
IN_FLIGHT: Final = (1, 16, CROWD)
_FASTEST = 12_000
_COUNTED = 300
_COUNTED_WITHIN = 10.0


async def measure(cores: Cores, settings: Settings, results: Results) -> None:
    """Acknowledgements a second and their times, and what one costs in Redis; listeners weigh on a single one."""
    subjects = [BARE, BARE_REDIS, BOLT, *await available(results, node), OURS_ANSWERING, MANY_LISTENERS]
    rounds = Rounds(acknowledged, settings.rounds, settings.ack_seconds, _FASTEST, settings.lead_in_seconds)
    async with new_environment(cores) as environment, ready(environment, subjects, whole=False) as subjects_by_key:
        await _count_round_trips(environment, subjects_by_key[OURS.key].client, results)
        for how_many in IN_FLIGHT:
            progress(f"{how_many} in flight")
            some = {key: one for key, one in subjects_by_key.items() if how_many == 1 or key != MANY_LISTENERS.key}
            for key, samples in (await rounds.measured(environment, some, how_many)).items():
                results.note_acks(f"ack/{key}/{how_many}", samples)


async def _count_round_trips(environment: Environment, ours: Client, results: Results) -> None:
    idle = await environment.redis.idle_round_trips(1.0)
    before = await environment.redis.round_trips()
    sample = await in_flight(1, ours, environment.commands.signed(_COUNTED), acknowledged, _COUNTED_WITHIN)
    asked = await environment.redis.round_trips() - before - 1 - idle * sample.elapsed
    results.note("ack/ours/round-trips", round(asked / _COUNTED, 1))
