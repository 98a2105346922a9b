"""Everybody in turn: a round of each, then the next round of each, so that a busy moment of the machine hits all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from benchmarks.client import Door
from benchmarks.load import Errand, Sample, in_flight
from benchmarks.machine import idle_seconds
from benchmarks.stage import Stage


async def in_turn(
    stage: Stage,
    doors: Mapping[str, Door],
    errand: Errand,
    *,
    how_many: int,
    rounds: int,
    seconds: float,
    fastest: float,
) -> Mapping[str, Sequence[Sample]]:
    """The rounds of each, with so many commands in flight; no round has commands for more than the `fastest` rate."""
    samples: dict[str, list[Sample]] = defaultdict(list)
    for _ in range(rounds):
        for key, door in doors.items():
            commands = stage.commands.signed(int(fastest * seconds))
            idle = idle_seconds(stage.cores.load)
            sample = await in_flight(how_many, door, commands, errand, seconds)
            sample.load_busy = 1 - (idle_seconds(stage.cores.load) - idle) / sample.elapsed
            samples[key].append(sample)
    return samples
