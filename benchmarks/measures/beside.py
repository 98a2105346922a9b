"""The bot beside its last release, in turn on the same machine: short enough for each run of CI."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from benchmarks.environment import new_environment
from benchmarks.load import acknowledged, finished
from benchmarks.machine import Cores
from benchmarks.measures import available, sessions
from benchmarks.measures.rounds import Rounds, ready
from benchmarks.release import last_release
from benchmarks.results.figures import MILLISECONDS, Results
from benchmarks.settings import Settings
from benchmarks.subjects import OURS, OURS_ANSWERING, Subject

FEW: Final = 1
CROWD: Final = 64
_ROUNDS: Final = 3
_APIZEE_DELAY: Final = 0.05
_FASTEST: Final = 12_000


async def measure(cores: Cores, settings: Settings, results: Results) -> None:
    """Measure acknowledgements, whole commands and whole sessions of both; nothing where there is no release."""
    theirs = await available(results, last_release)
    if theirs:
        both = [OURS, *theirs]
        await _acks(cores, [OURS_ANSWERING, *map(_answering, theirs)], settings, results)
        await _commands(cores, both, settings, results)
        for one in both:
            await sessions.measure_subject(cores, settings, results, one)


async def _acks(cores: Cores, both: list[Subject], settings: Settings, results: Results) -> None:
    rounds = Rounds(acknowledged, _ROUNDS, settings.ack_seconds, _FASTEST, settings.lead_in_seconds)
    async with new_environment(cores) as environment, ready(environment, both, whole=False) as subjects_by_key:
        for how_many in (FEW, CROWD):
            for key, samples in (await rounds.measured(environment, subjects_by_key, how_many)).items():
                results.note_acks(f"ack/{key}/{how_many}", samples)


async def _commands(cores: Cores, both: list[Subject], settings: Settings, results: Results) -> None:
    async with (
        new_environment(cores, apizee_delay=_APIZEE_DELAY) as environment,
        ready(environment, both, whole=True) as subjects_by_key,
    ):
        request = finished(environment.slack)
        rounds = Rounds(request, _ROUNDS, settings.crowd_seconds, _FASTEST, settings.lead_in_seconds)
        for key, samples in (await rounds.measured(environment, subjects_by_key, CROWD)).items():
            name = f"command/{key}/{_APIZEE_DELAY * MILLISECONDS:.0f}/{CROWD}"
            results.note_ends(name, samples, beyond=_APIZEE_DELAY)


def _answering(subject: Subject) -> Subject:
    """Return a bot that acknowledges and runs no jobs."""
    return replace(subject, command=(*subject.command, "--no-worker"))
