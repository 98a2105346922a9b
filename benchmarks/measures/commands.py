"""Whole commands: from the request to the links, with the card, the ticket and the card again in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.environment import Environment, staged
from benchmarks.load import finished, in_flight
from benchmarks.machine import Cores
from benchmarks.measures import available, progress
from benchmarks.measures.acks import CROWD, IN_FLIGHT
from benchmarks.measures.turns import Turns, Way, ready
from benchmarks.results import MILLISECONDS, Results
from benchmarks.settings import Effort
from benchmarks.subjects import BOLT, OURS, node, threads

DELAYS: Final[Mapping[int, Sequence[int]]] = {50: IN_FLIGHT, 0: IN_FLIGHT[1:]}
"""By what Apizee takes, in milliseconds: how many commands are in flight."""

_FASTEST = 3_000
_COUNTED = 400
_COUNTED_IN_FLIGHT = 16
_COUNTED_WITHIN = 30.0


async def measure(cores: Cores, effort: Effort, results: Results) -> None:
    """Commands finished a second and their times, and what one asks of others."""
    subjects = [OURS, BOLT, *await available(results, node, threads)]
    async with staged(cores) as environment, ready(environment, subjects, whole=True) as ways:
        await _count(environment, ways[OURS.key], results)
        for delay, how_many in [(delay, one) for delay, several in DELAYS.items() for one in several]:
            # A crowd takes longer to come up to speed, and to leave.
            seconds = effort.crowd_seconds if how_many == CROWD else effort.command_seconds
            turns = Turns(finished(environment.slack), effort.rounds, seconds, _FASTEST, effort.lead_in_seconds)
            progress(f"{how_many} in flight, Apizee answers after {delay} ms")
            environment.apizee.delay = delay / MILLISECONDS
            for key, samples in (await turns.taken(environment, ways, how_many)).items():
                results.note_ends(f"command/{key}/{delay}/{how_many}", samples, beyond=environment.apizee.delay)


async def _count(environment: Environment, ours: Way, results: Results) -> None:
    """What one command of ours asks of others."""
    idle = await environment.redis.idle_round_trips(2.0)
    asked = await environment.redis.round_trips()
    slack, apizee = Counter(environment.slack.calls), Counter(environment.apizee.calls)
    commands = environment.commands.signed(_COUNTED)
    sample = await in_flight(_COUNTED_IN_FLIGHT, ours.door, commands, finished(environment.slack), _COUNTED_WITHIN)
    done = max(1, len(sample.ends))
    trips = await environment.redis.round_trips() - asked - idle * sample.elapsed
    results.note("command/ours/round-trips", round(trips / done, 1))
    results.note("command/ours/slack-calls", round((environment.slack.calls - slack).total() / done, 2))
    results.note("command/ours/apizee-calls", round((environment.apizee.calls - apizee).total() / done, 2))
