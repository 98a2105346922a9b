"""How commands arrive: so many in flight, so many a second, or all at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.client import Client, NotAcknowledged
from benchmarks.commands import Command
from benchmarks.stubs.slack import SlackStub

_LOST_AFTER = 20.0


@dataclass(slots=True)
class Sample:
    """What became of some commands; times in seconds.

    `cpu` is what the program used of its processor, `load_busy` the part of the time for which the load, the vendors
    and Redis used theirs.
    """

    acks: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    lost: int = 0
    refused: int = 0
    elapsed: float = 0.0
    cpu: float = 0.0
    load_busy: float = 0.0


Exchange = Callable[[Client, Command, Sample, float], Coroutine[Any, Any, None]]
"""Sends one command and notes what became of it, counted from a moment on."""


async def acknowledged(client: Client, command: Command, sample: Sample, begun: float) -> None:
    """Wait for the acknowledgement alone."""
    await _is_acknowledged(client, command, sample, begun)


def finished(slack: SlackStub) -> Exchange:
    """Wait for the acknowledgement, and then for the links."""

    async def request(client: Client, command: Command, sample: Sample, begun: float) -> None:
        links = slack.links_of(command.id)
        if not await _is_acknowledged(client, command, sample, begun):
            return
        try:
            async with asyncio.timeout(_LOST_AFTER):
                sample.ends.append(await links - begun)
        except TimeoutError:
            sample.lost += 1

    return request


async def _is_acknowledged(client: Client, command: Command, sample: Sample, begun: float) -> bool:
    try:
        await client.send(command.request)
    except NotAcknowledged:
        sample.refused += 1
        return False
    sample.acks.append(time.perf_counter() - begun)
    return True


async def in_flight(
    how_many: int, client: Client, commands: Sequence[Command], request: Exchange, seconds: float
) -> Sample:
    """Keep so many commands under way until the time is over, or the commands; those under way are waited for."""
    sample, left = Sample(), iter(commands)
    begun = time.perf_counter()
    until = begun + seconds
    async with asyncio.TaskGroup() as group:
        for _ in range(how_many):
            group.create_task(_one_after_the_other(client, left, request, sample, until))
    sample.elapsed = time.perf_counter() - begun
    return sample


async def _one_after_the_other(
    client: Client, commands: Iterator[Command], request: Exchange, sample: Sample, until: float
) -> None:
    while (begun := time.perf_counter()) < until and (command := next(commands, None)):
        await request(client, command, sample, begun)


async def arriving(
    per_second: float, client: Client, commands: Sequence[Command], request: Exchange, *, waits: float = _LOST_AFTER
) -> Sample:
    """Send the commands at their times, whatever became of those before.

    Those that are not answered `waits` seconds after the last one are lost.
    """
    sample = Sample()
    begun = time.perf_counter()
    under_way = []
    for number, command in enumerate(commands):
        due = begun + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        under_way.append(asyncio.create_task(request(client, command, sample, due)))
    _, late = await asyncio.wait(under_way, timeout=waits)
    sample.lost += len(late)
    await _given_up(late)
    sample.elapsed = time.perf_counter() - begun
    return sample


async def at_once(client: Client, commands: Sequence[Command], request: Exchange) -> Sample:
    """Send all the commands in one moment, each over a connection of its own."""
    return await arriving(float("inf"), client, commands, request)


async def _given_up(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
