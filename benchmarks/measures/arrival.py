"""Commands that arrive whatever became of those before: so many a second, and very many at once."""

from __future__ import annotations

from typing import Final

from benchmarks.environment import new_environment, warm_client
from benchmarks.load import arriving, at_once, finished
from benchmarks.machine import Cores
from benchmarks.measures import available, progress
from benchmarks.results.figures import MILLISECONDS, Results
from benchmarks.settings import Settings
from benchmarks.subjects import BOLT, OURS, Subject, node, threads

RATES: Final = (200, 400)
"""Commands a second; the others only meet the first."""
APIZEE_DELAY: Final = 0.2
BURST: Final = 1_000

_WAITS_AT_MOST = 5.0


async def measure(cores: Cores, settings: Settings, results: Results) -> None:
    """Measure an open arrival, and bursts."""
    for rate in RATES:
        await _arrival(cores, OURS, rate, settings.arrival_seconds, results)
    for one in (BOLT, *await available(results, node, threads)):
        await _arrival(cores, one, RATES[0], settings.others_arrival_seconds, results)
    await _bursts(cores, settings, results)


async def _arrival(cores: Cores, subject: Subject, rate: int, seconds: int, results: Results) -> None:
    progress(f"{rate} commands a second for {seconds} s: {subject.title}")
    async with (
        new_environment(cores, apizee_delay=APIZEE_DELAY) as environment,
        environment.running(subject) as running_subject,
        warm_client(environment, running_subject, whole=True) as client,
    ):
        commands = environment.commands.signed(rate * seconds)
        sample = await arriving(rate, client, commands, finished(environment.slack), waits=_WAITS_AT_MOST)
    name = f"arrival/{subject.key}/{rate}"
    results.note_acks(f"{name}/ack", [sample])
    results.note_ends(name, [sample], beyond=APIZEE_DELAY)


async def _bursts(cores: Cores, settings: Settings, results: Results) -> None:
    slowest, gone, refused, rates = 0.0, 0, 0, []
    async with (
        new_environment(cores, apizee_delay=APIZEE_DELAY) as environment,
        environment.running(OURS) as running_subject,
        warm_client(environment, running_subject, whole=True) as client,
    ):
        for number in range(settings.bursts):
            progress(f"{BURST} commands at once, number {number + 1}")
            sample = await at_once(client, environment.commands.signed(BURST), finished(environment.slack))
            slowest = max([slowest, *sample.acks])
            gone, refused = gone + sample.lost, refused + sample.refused
            rates.append(len(sample.ends) / sample.elapsed)
    results.note("burst/ours/slowest-ack", slowest * MILLISECONDS)
    results.note("burst/ours/lost", gone)
    results.note("burst/ours/refused", refused)
    results.note_median("burst/ours/rate", rates)
