"""Commands that arrive whatever became of those before: so many a second, and very many at once."""

from __future__ import annotations

from typing import Final

from benchmarks.environment import entered, staged
from benchmarks.load import arriving, at_once, finished
from benchmarks.machine import Cores
from benchmarks.measures import available, progress
from benchmarks.results import MILLISECONDS, Results
from benchmarks.settings import Effort
from benchmarks.subjects import BOLT, OURS, Subject, node, threads

PER_SECOND: Final = 200
APIZEE_DELAY: Final = 0.2
BURST: Final = 1_000

_PATIENCE = 5.0


async def measure(cores: Cores, effort: Effort, results: Results) -> None:
    """An open arrival, and bursts."""
    await _arrival(cores, OURS, effort.arrival_seconds, results)
    for one in (BOLT, *await available(results, node, threads)):
        await _arrival(cores, one, effort.others_arrival_seconds, results)
    await _bursts(cores, effort, results)


async def _arrival(cores: Cores, subject: Subject, seconds: int, results: Results) -> None:
    progress(f"{PER_SECOND} commands a second for {seconds} s: {subject.title}")
    async with (
        staged(cores, apizee_delay=APIZEE_DELAY) as environment,
        environment.playing(subject) as player,
        entered(environment, player, whole=True) as door,
    ):
        commands = environment.commands.signed(PER_SECOND * seconds)
        sample = await arriving(PER_SECOND, door, commands, finished(environment.slack), patience=_PATIENCE)
    name = f"arrival/{subject.key}"
    results.note_acks(f"{name}/ack", [sample])
    results.note_ends(name, [sample], beyond=APIZEE_DELAY)


async def _bursts(cores: Cores, effort: Effort, results: Results) -> None:
    slowest, gone, refused, rates = 0.0, 0, 0, []
    async with (
        staged(cores, apizee_delay=APIZEE_DELAY) as environment,
        environment.playing(OURS) as player,
        entered(environment, player, whole=True) as door,
    ):
        for number in range(effort.bursts):
            progress(f"{BURST} commands at once, number {number + 1}")
            sample = await at_once(door, environment.commands.signed(BURST), finished(environment.slack))
            slowest = max([slowest, *sample.acks])
            gone, refused = gone + sample.lost, refused + sample.refused
            rates.append(len(sample.ends) / sample.elapsed)
    results.note("burst/ours/slowest-ack", slowest * MILLISECONDS)
    results.note("burst/ours/lost", gone)
    results.note("burst/ours/refused", refused)
    results.note_median("burst/ours/rate", rates)
