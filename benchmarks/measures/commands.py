"""Whole commands: from the request to the links, with the card, the ticket and the card again in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.environment import Environment, new_environment
from benchmarks.load import finished, in_flight
from benchmarks.machine import Cores
from benchmarks.measures import available, progress
from benchmarks.measures.acks import CROWD, IN_FLIGHT
from benchmarks.measures.rounds import ReadySubject, Rounds, ready
from benchmarks.release import KEY, last_release
from benchmarks.results.figures import MILLISECONDS, Results
from benchmarks.settings import Settings
from benchmarks.subjects import BOLT, OURS, node, threads

DELAYS: Final[Mapping[int, Sequence[int]]] = {50: IN_FLIGHT, 0: IN_FLIGHT[1:]}
"""By what Apizee takes, in milliseconds: how many commands are in flight."""

_FASTEST = 3_000
_COUNTED = 400
_COUNTED_IN_FLIGHT = 16
_COUNTED_WITHIN = 30.0


async def measure(cores: Cores, settings: Settings, results: Results) -> None:
    """Commands finished a second and their times, and what one asks of others."""
    subjects = [OURS, BOLT, *await available(results, node, threads, last_release)]
    async with new_environment(cores) as environment, ready(environment, subjects, whole=True) as subjects_by_key:
        await _count(environment, subjects_by_key[OURS.key], results)
        for delay, how_many in [(delay, one) for delay, several in DELAYS.items() for one in several]:
            # A crowd takes longer to come up to speed, and to leave.
            seconds = settings.crowd_seconds if how_many == CROWD else settings.command_seconds
            rounds = Rounds(finished(environment.slack), settings.rounds, seconds, _FASTEST, settings.lead_in_seconds)
            progress(f"{how_many} in flight, Apizee answers after {delay} ms")
            environment.apizee.delay = delay / MILLISECONDS
            some = {key: one for key, one in subjects_by_key.items() if _takes_part(key, delay, how_many)}
            for key, samples in (await rounds.measured(environment, some, how_many)).items():
                results.note_ends(f"command/{key}/{delay}/{how_many}", samples, beyond=environment.apizee.delay)


def _takes_part(key: str, delay: int, how_many: int) -> bool:
    """Return whether a goal or a reader needs this figure: all of them would take two minutes."""
    if key == KEY:
        return bool(delay) and how_many == CROWD
    return bool(delay) or key in {OURS.key, node.__name__}


async def _count(environment: Environment, ours: ReadySubject, results: Results) -> None:
    """Count what one command of ours asks of others."""
    idle = await environment.redis.idle_round_trips(2.0)
    asked = await environment.redis.round_trips()
    slack, apizee = Counter(environment.slack.calls), Counter(environment.apizee.calls)
    commands = environment.commands.signed(_COUNTED)
    sample = await in_flight(_COUNTED_IN_FLIGHT, ours.client, commands, finished(environment.slack), _COUNTED_WITHIN)
    done = max(1, len(sample.ends))
    round_trips = await environment.redis.round_trips() - asked - idle * sample.elapsed
    results.note("command/ours/round-trips", round(round_trips / done, 1))
    results.note("command/ours/slack-calls", round((environment.slack.calls - slack).total() / done, 2))
    results.note("command/ours/apizee-calls", round((environment.apizee.calls - apizee).total() / done, 2))
