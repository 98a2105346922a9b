"""Auto-pipelining: commands that are issued at the same time share round trips to Redis.

A command is sent at once where no other one is in flight. Commands issued while a round trip is in flight are queued
and sent as one pipeline when it returns: many cost little more than one, and none waits for more than one round trip.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import NoScriptError

_QUICK: Final = frozenset({"EVALSHA", "SCRIPT LOAD", "GET", "SET", "HGET", "EXISTS", "UNLINK", "ZREM", "ZRANGE"})
"""What never waits on purpose; everything else gets a connection of its own.

A script is loaded where it is called: after a failover another connection may still lead to the old server.
"""


@dataclass(frozen=True, slots=True)
class _Pending:
    command: tuple[Any, ...]
    answer: asyncio.Future[Any]


class Script(AsyncScript):
    """A script that goes straight to its client: redis-py's looks first whether that is a pipeline."""

    async def __call__(self, keys: Any = (), args: Any = (), client: Any = None) -> Any:  # noqa: ANN401  # as redis-py has it
        """Run the script; raises what redis-py raises."""
        if client is None:
            with suppress(NoScriptError):
                return await self.registered_client.execute_command("EVALSHA", self.sha, len(keys), *keys, *args)
        return await super().__call__(keys, args, client)


class AutoPipelinedRedis(Redis):
    """A client whose quick commands share round trips; each has its own answer, or its own error."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # as redis-py has it
        super().__init__(**options)
        self._shared: Any = None
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
            (answer,) = await self._together([args])
        finally:
            self._flush_next()
        return self._read(answer, args, options)

    async def _enqueue(self, command: tuple[Any, ...], options: dict[str, Any]) -> Any:  # noqa: ANN401  # likewise
        one = _Pending(command, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        return self._read(await one.answer, command, options)

    def _flush_next(self) -> None:
        self._is_in_flight = bool(self._waiting)
        if self._is_in_flight:
            flush = asyncio.create_task(self._round_trip())
            self._flushes.add(flush)
            flush.add_done_callback(self._flushes.discard)

    async def _round_trip(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            answers = await self._together([one.command for one in batch])
        except Exception as error:  # noqa: BLE001  # every caller of the batch gets it
            answers = [error] * len(batch)
        finally:
            self._flush_next()
        for one, answer in zip(batch, answers, strict=True):
            if not one.answer.done():  # else its caller has gone
                one.answer.set_result(answer)

    async def _together(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Return an answer to each command, which may be an error; sent again, like redis-py's, where that may help."""
        connection = self._shared or await self.connection_pool.get_connection()  # type: ignore[no-untyped-call]  # likewise
        self._shared = connection  # taken once: to take it each time would cost as much as the round trip
        if connection.is_connected and await connection.can_read():
            await connection.disconnect()  # the server has closed it
        answers: list[Any] = await connection.retry.call_with_retry(
            lambda: connection.exchange(commands), lambda _error: connection.disconnect()
        )
        return answers

    def register_script(self, script: Any) -> AsyncScript:  # type: ignore[override]  # noqa: ANN401  # its type is the other client's
        """Return a script that is called on this client, and loaded where the server does not know it."""
        return Script(self, script)

    def _read(self, answer: Any, command: tuple[Any, ...], options: dict[str, Any]) -> Any:  # noqa: ANN401  # likewise
        """Return an answer as redis-py's methods give it; raises one that is an error."""
        if isinstance(answer, Exception):
            raise answer
        options.pop("keys", None)  # redis-py's cache would need them
        callback = self.response_callbacks.get(command[0])
        return callback(answer, **options) if callback else answer
