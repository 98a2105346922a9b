"""Whole commands: from the request to the links, with the card, the ticket and the card again in between."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from benchmarks.client import Door
from benchmarks.contestants import BOLT, OURS, node, threads
from benchmarks.effort import Effort
from benchmarks.load import Sample, finished, in_flight
from benchmarks.machine import Cores
from benchmarks.measures import available, progress
from benchmarks.measures.acks import IN_FLIGHT
from benchmarks.results import MILLISECONDS, Results
from benchmarks.stage import Player, Stage, entered, staged

DELAYS: Final = {"50": 0.05, "0": 0.0}
"""What Apizee takes, in milliseconds and in seconds."""

_FASTEST = 3_000
_COUNTED = 400
_COUNTED_IN_FLIGHT = 16
_COUNTED_WITHIN = 30.0


@dataclass(frozen=True, slots=True)
class Way:
    """A player, and the way in."""

    player: Player
    door: Door


async def measure(cores: Cores, effort: Effort, results: Results) -> None:
    """Commands finished a second and their times, and what one costs: requests, round trips, processor."""
    async with staged(cores) as stage, AsyncExitStack() as stack:
        ways: dict[str, Way] = {}
        for database, one in enumerate([OURS, BOLT, *await available(results, node, threads)]):
            progress(f"starting: {one.title}")
            player = await stack.enter_async_context(stage.playing(one, database=database))
            door = await stack.enter_async_context(entered(stage, player, whole=True))
            ways[one.key] = Way(player, door)
        await _count(stage, ways[OURS.key], results)
        for name, delay in DELAYS.items():
            stage.apizee.delay = delay
            for how_many in IN_FLIGHT:
                progress(f"{how_many} in flight, Apizee answers after {name} ms")
                for key, rounds in (await _rounds(stage, ways, how_many, effort)).items():
                    results.note_ends(f"command/{key}/{name}/{how_many}", rounds, beyond=delay)


async def _count(stage: Stage, way: Way, results: Results) -> None:
    """What one command of ours costs."""
    idle = await stage.redis.idle_round_trips(2.0)
    asked, spent = await stage.redis.round_trips(), way.player.program.cpu_seconds()
    slack, apizee = Counter(stage.slack.calls), Counter(stage.apizee.calls)
    commands = stage.commands.signed(_COUNTED)
    sample = await in_flight(_COUNTED_IN_FLIGHT, way.door, commands, finished(stage.slack), _COUNTED_WITHIN)
    done = max(1, len(sample.ends))
    results.note("command/ours/cpu", (way.player.program.cpu_seconds() - spent) * MILLISECONDS / done)
    trips = await stage.redis.round_trips() - asked - idle * sample.elapsed
    results.note("command/ours/round-trips", round(trips / done, 1))
    results.note("command/ours/slack-calls", round((stage.slack.calls - slack).total() / done, 2))
    results.note("command/ours/apizee-calls", round((stage.apizee.calls - apizee).total() / done, 2))


async def _rounds(
    stage: Stage, ways: Mapping[str, Way], how_many: int, effort: Effort
) -> Mapping[str, Sequence[Sample]]:
    """Everybody in turn."""
    samples: dict[str, list[Sample]] = defaultdict(list)
    errand, seconds = finished(stage.slack), effort.command_seconds
    for _ in range(effort.rounds):
        for key, way in ways.items():
            commands = stage.commands.signed(int(_FASTEST * seconds))
            samples[key].append(await in_flight(how_many, way.door, commands, errand, seconds))
    return samples
