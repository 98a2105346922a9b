"""Round trips to Redis, shared by those who ask at the same time.

A command goes at once, as redis-py sends it, where no other one is under way. Those that are given meanwhile travel
together, in one piece, as soon as it is back: a crowd costs little more than one, and nobody waits for more than the
trip that has begun.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Redis

_QUICK: Final = frozenset({"EVALSHA", "GET", "SET", "HGET", "EXISTS", "UNLINK", "ZREM", "ZRANGE"})
"""What never waits on purpose; all else keeps a connection to itself."""


@dataclass(frozen=True, slots=True)
class _Pending:
    command: tuple[Any, ...]
    options: Mapping[str, Any]
    answer: asyncio.Future[Any]


class AutoPipelinedRedis(Redis):
    """A client whose quick commands share round trips; each has its own answer, or its own error."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # as redis-py has it
        super().__init__(**options)
        self._is_under_way = False
        self._waiting: list[_Pending] = []
        self._trips: set[asyncio.Task[None]] = set()

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # likewise
        """Send a command and answer what came back; raises what redis-py raises."""
        if args[0] not in _QUICK:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]  # redis-py's
        if self._is_under_way:
            return await self._enqueue(args, options)
        self._is_under_way = True
        try:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]  # likewise
        finally:
            self._flush_next()

    async def _enqueue(self, command: tuple[Any, ...], options: Mapping[str, Any]) -> Any:  # noqa: ANN401  # likewise
        one = _Pending(command, options, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        return await one.answer

    def _flush_next(self) -> None:
        self._is_under_way = bool(self._waiting)
        if self._is_under_way:
            trip = asyncio.create_task(self._round_trip())
            self._trips.add(trip)
            trip.add_done_callback(self._trips.discard)

    async def _round_trip(self) -> None:
        passengers, self._waiting = self._waiting, []
        try:
            answers = await self._together(passengers)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is an answer to those who asked
            answers = [error] * len(passengers)
        finally:
            self._flush_next()
        for one, answer in zip(passengers, answers, strict=True):
            _tell(one.answer, answer)

    async def _together(self, passengers: list[_Pending]) -> list[Any]:
        pipeline = self.pipeline(transaction=False)
        for one in passengers:
            pipeline.execute_command(*one.command, **one.options)
        return await pipeline.execute(raise_on_error=False)


def _tell(caller: asyncio.Future[Any], answer: object) -> None:
    if caller.done():
        return  # gone meanwhile
    if isinstance(answer, Exception):
        caller.set_exception(answer)
    else:
        caller.set_result(answer)
