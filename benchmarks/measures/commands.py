"""Whole commands: from the request to the links, with the card, the ticket and the card again in between."""

from __future__ import annotations

from collections import Counter
from contextlib import AsyncExitStack
from typing import Final

from benchmarks.client import Door
from benchmarks.contestants import BOLT, OURS, node, threads
from benchmarks.effort import Effort
from benchmarks.load import finished, in_flight
from benchmarks.machine import Cores
from benchmarks.measures import available, progress
from benchmarks.measures.acks import IN_FLIGHT
from benchmarks.measures.turns import in_turn
from benchmarks.results import MILLISECONDS, Results
from benchmarks.stage import Player, Stage, entered, staged

DELAYS: Final = {"50": 0.05, "0": 0.0}
"""What Apizee takes, in milliseconds and in seconds."""

_FASTEST = 3_000
_COUNTED = 400
_COUNTED_IN_FLIGHT = 16
_COUNTED_WITHIN = 30.0


async def measure(cores: Cores, effort: Effort, results: Results) -> None:
    """Commands finished a second and their times, and what one costs: requests, round trips, processor."""
    async with staged(cores) as stage, AsyncExitStack() as stack:
        doors: dict[str, Door] = {}
        players: dict[str, Player] = {}
        for database, one in enumerate([OURS, BOLT, *await available(results, node, threads)]):
            progress(f"starting: {one.title}")
            players[one.key] = await stack.enter_async_context(stage.playing(one, database=database))
            doors[one.key] = await stack.enter_async_context(entered(stage, players[one.key], whole=True))
        await _count(stage, players[OURS.key], doors[OURS.key], results)
        for name, delay in DELAYS.items():
            stage.apizee.delay = delay
            for how_many in IN_FLIGHT:
                progress(f"{how_many} in flight, Apizee answers after {name} ms")
                rounds = await in_turn(
                    stage,
                    doors,
                    finished(stage.slack),
                    how_many=how_many,
                    rounds=effort.rounds,
                    seconds=effort.command_seconds,
                    fastest=_FASTEST,
                )
                for key, samples in rounds.items():
                    results.note_ends(f"command/{key}/{name}/{how_many}", samples, beyond=delay)


async def _count(stage: Stage, ours: Player, door: Door, results: Results) -> None:
    """What one command of ours costs."""
    idle = await stage.redis.idle_round_trips(2.0)
    asked, spent = await stage.redis.round_trips(), ours.program.cpu_seconds()
    slack, apizee = Counter(stage.slack.calls), Counter(stage.apizee.calls)
    commands = stage.commands.signed(_COUNTED)
    sample = await in_flight(_COUNTED_IN_FLIGHT, door, commands, finished(stage.slack), _COUNTED_WITHIN)
    done = max(1, len(sample.ends))
    results.note("command/ours/cpu", (ours.program.cpu_seconds() - spent) * MILLISECONDS / done)
    trips = await stage.redis.round_trips() - asked - idle * sample.elapsed
    results.note("command/ours/round-trips", round(trips / done, 1))
    results.note("command/ours/slack-calls", round((stage.slack.calls - slack).total() / done, 2))
    results.note("command/ours/apizee-calls", round((stage.apizee.calls - apizee).total() / done, 2))
