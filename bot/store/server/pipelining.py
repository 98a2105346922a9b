"""Auto-pipelining: commands that are issued at the same time share round trips to Redis.

A command is sent at once where no other one is in flight. Commands issued while a round trip is in flight are queued
and sent as one pipeline when it returns: many cost little more than one, and none waits for more than one round trip.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Redis

_QUICK: Final = frozenset({"EVALSHA", "GET", "SET", "HGET", "EXISTS", "UNLINK", "ZREM", "ZRANGE"})
"""What never waits on purpose; everything else gets a connection of its own."""


@dataclass(frozen=True, slots=True)
class _Pending:
    command: tuple[Any, ...]
    options: Mapping[str, Any]
    answer: asyncio.Future[Any]


class AutoPipelinedRedis(Redis):
    """A client whose quick commands share round trips; each has its own answer, or its own error."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # as redis-py has it
        super().__init__(**options)
        self._is_in_flight = False
        self._waiting: list[_Pending] = []
        self._flushes: set[asyncio.Task[None]] = set()

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # likewise
        """Send a command and return its answer; raises what redis-py raises."""
        if args[0] not in _QUICK:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]  # redis-py's
        if self._is_in_flight:
            return await self._enqueue(args, options)
        self._is_in_flight = True
        try:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]  # likewise
        finally:
            self._flush_next()

    async def _enqueue(self, command: tuple[Any, ...], options: Mapping[str, Any]) -> Any:  # noqa: ANN401  # likewise
        one = _Pending(command, options, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        return await one.answer

    def _flush_next(self) -> None:
        self._is_in_flight = bool(self._waiting)
        if self._is_in_flight:
            flush = asyncio.create_task(self._round_trip())
            self._flushes.add(flush)
            flush.add_done_callback(self._flushes.discard)

    async def _round_trip(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            answers = await self._together(batch)
        except Exception as error:  # noqa: BLE001  # every caller of the batch gets it
            answers = [error] * len(batch)
        finally:
            self._flush_next()
        for one, answer in zip(batch, answers, strict=True):
            _resolve(one.answer, answer)

    async def _together(self, batch: list[_Pending]) -> list[Any]:
        pipeline = self.pipeline(transaction=False)
        for one in batch:
            pipeline.execute_command(*one.command, **one.options)
        return await pipeline.execute(raise_on_error=False)


def _resolve(caller: asyncio.Future[Any], answer: object) -> None:
    if caller.done():
        return  # gone meanwhile
    if isinstance(answer, Exception):
        caller.set_exception(answer)
    else:
        caller.set_result(answer)
