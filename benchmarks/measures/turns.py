"""Everybody in turn: a round of each, then the next round of each, so that a busy moment of the machine hits all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from benchmarks.client import Door
from benchmarks.commands import Command
from benchmarks.environment import Environment, Player, entered
from benchmarks.load import Errand, Sample, in_flight
from benchmarks.machine import idle_seconds
from benchmarks.measures import progress
from benchmarks.subjects import Subject


@dataclass(frozen=True, slots=True)
class Way:
    """Somebody who is ready and warm, and the way in."""

    player: Player
    door: Door


@asynccontextmanager
async def ready(
    environment: Environment, subjects: Iterable[Subject], *, whole: bool
) -> AsyncIterator[Mapping[str, Way]]:
    """All of them at the same time, by their keys, each with a database of its own."""
    ways = {}
    async with AsyncExitStack() as stack:
        for database, one in enumerate(subjects):
            progress(f"starting: {one.title}")
            work = "command" if whole else "ack"
            player = await stack.enter_async_context(environment.playing(one, database=database, work=work))
            ways[one.key] = Way(player, await stack.enter_async_context(entered(environment, player, whole=whole)))
        yield ways


@dataclass(frozen=True, slots=True)
class Turns:
    """How often and for how long everybody has a turn; nobody takes commands faster than the `fastest` rate.

    What is done in the first `lead_in` seconds of a turn does not count: the others have had the processor's caches.
    """

    request: Errand
    rounds: int
    seconds: float
    fastest: float
    lead_in: float

    async def taken(
        self, environment: Environment, ways: Mapping[str, Way], how_many: int
    ) -> Mapping[str, Sequence[Sample]]:
        """The rounds of each, with so many commands in flight."""
        samples: dict[str, list[Sample]] = defaultdict(list)
        for _ in range(self.rounds):
            for key, way in ways.items():
                samples[key].append(await self._turn(environment, way, how_many))
        return samples

    async def _turn(self, environment: Environment, way: Way, how_many: int) -> Sample:
        await in_flight(how_many, way.door, self._commands(environment, self.lead_in), self.request, self.lead_in)
        commands = self._commands(environment, self.seconds)
        idle, spent = idle_seconds(environment.cores.load), way.player.program.cpu_seconds()
        sample = await in_flight(how_many, way.door, commands, self.request, self.seconds)
        sample.cpu = way.player.program.cpu_seconds() - spent
        sample.load_busy = 1 - (idle_seconds(environment.cores.load) - idle) / sample.elapsed
        return sample

    def _commands(self, environment: Environment, seconds: float) -> Sequence[Command]:
        return environment.commands.signed(int(self.fastest * seconds))
