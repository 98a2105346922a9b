"""Everybody in turn: a round of each, then the next round of each, so that a busy moment of the machine hits all."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from benchmarks.client import Client
from benchmarks.commands import Command
from benchmarks.environment import Environment, RunningSubject, warm_client
from benchmarks.load import Exchange, Sample, in_flight
from benchmarks.measures import progress
from benchmarks.subjects import Subject


@dataclass(frozen=True, slots=True)
class ReadySubject:
    """Somebody who is ready and warm, and the way in."""

    running_subject: RunningSubject
    client: Client


@asynccontextmanager
async def ready(
    environment: Environment, subjects: Iterable[Subject], *, whole: bool
) -> AsyncIterator[Mapping[str, ReadySubject]]:
    """All of them at the same time, by their keys, each with a database of its own."""
    subjects_by_key = {}
    async with AsyncExitStack() as stack:
        for database, one in enumerate(subjects):
            progress(f"starting: {one.title}")
            work = "command" if whole else "ack"
            running_subject = await stack.enter_async_context(environment.running(one, database=database, work=work))
            subjects_by_key[one.key] = ReadySubject(
                running_subject, await stack.enter_async_context(warm_client(environment, running_subject, whole=whole))
            )
        yield subjects_by_key


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often and for how long everybody has a turn; nobody takes commands faster than the `fastest` rate.

    What is done in the first `lead_in` seconds of a turn does not count: the others have had the processor's caches.
    """

    request: Exchange
    rounds: int
    seconds: float
    fastest: float
    lead_in: float

    async def measured(
        self, environment: Environment, subjects_by_key: Mapping[str, ReadySubject], how_many: int
    ) -> Mapping[str, Sequence[Sample]]:
        """Return the rounds of each, with so many commands in flight."""
        samples: dict[str, list[Sample]] = defaultdict(list)
        for _ in range(self.rounds):
            for key, ready_subject in subjects_by_key.items():
                samples[key].append(await self._one_round(environment, ready_subject, how_many))
        return samples

    async def _one_round(self, environment: Environment, ready_subject: ReadySubject, how_many: int) -> Sample:
        await in_flight(
            how_many, ready_subject.client, self._commands(environment, self.lead_in), self.request, self.lead_in
        )
        commands = self._commands(environment, self.seconds)
        loaded, spent = _load_seconds(environment), ready_subject.running_subject.program.cpu_seconds()
        sample = await in_flight(how_many, ready_subject.client, commands, self.request, self.seconds)
        sample.cpu = ready_subject.running_subject.program.cpu_seconds() - spent
        sample.load_busy = (_load_seconds(environment) - loaded) / sample.elapsed
        return sample

    def _commands(self, environment: Environment, seconds: float) -> Sequence[Command]:
        return environment.commands.signed(int(self.fastest * seconds))


def _load_seconds(environment: Environment) -> float:
    """Return what the load, the vendors and Redis have used of their processor; not what else goes on there."""
    return time.process_time() + environment.redis.cpu_seconds()
