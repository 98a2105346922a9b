"""Auto-pipelining: commands that are issued at the same time share round trips to Redis, and so do short pipelines.

A command is sent at once where no other one is in flight. Commands issued while a round trip is in flight are queued
and sent as one pipeline when it returns: many cost little more than one, and none waits for more than one round trip.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeAlias

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.commands.core import AsyncScript
from redis.exceptions import NoScriptError

_QUICK: Final = frozenset(
    {"EVALSHA", "SCRIPT LOAD", "GET", "SET", "MGET", "EXISTS", "PTTL", "UNLINK", "TIME"}
    | {"HGET", "HGETALL", "HEXISTS", "HLEN", "ZADD", "ZREM", "ZRANGE", "ZREMRANGEBYSCORE"}
)
"""What never waits on purpose; everything else gets a connection of its own.

A script is loaded where it is called: after a failover another connection may still lead to the old server.
"""

_SHORT: Final = 16
"""So many commands of a pipeline share a round trip; others wait for no more than that."""

_FOR_ITS_CACHE: Final = "keys"
"""An option of redis-py's that no answer is read with."""

Command: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Pending:
    commands: Sequence[Command]
    answers: asyncio.Future[list[Any]]


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
        (answer,) = await self.share([args])
        if isinstance(answer, Exception):
            raise answer
        return self.read(answer, args, options)

    async def share(self, commands: Sequence[Command]) -> list[Any]:
        """Send commands one right behind the other, and return their answers as they come, errors among them.

        Raises what redis-py raises where none of them has an answer.
        """
        if self._is_in_flight:
            one = _Pending(commands, asyncio.get_running_loop().create_future())
            self._waiting.append(one)
            return await one.answers
        self._is_in_flight = True
        try:
            return await self._together(commands)
        finally:
            self._flush_next()

    def read(self, answer: Any, command: Command, options: Mapping[str, Any]) -> Any:  # noqa: ANN401  # likewise
        """Return an answer as redis-py's methods give it."""
        callback = self.response_callbacks.get(command[0])
        if not callback:
            return answer
        return callback(answer, **{name: option for name, option in options.items() if name != _FOR_ITS_CACHE})

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: FBT001, FBT002  # likewise
        """Return a pipeline that shares a round trip where it is short."""
        pipeline = _Sharing(self.connection_pool, self.response_callbacks, transaction, shard_hint)
        pipeline.redis = self
        return pipeline

    def register_script(self, script: Any) -> AsyncScript:  # type: ignore[override]  # noqa: ANN401  # its type is the other client's
        """Return a script that is called on this client, and loaded where the server does not know it."""
        return Script(self, script)

    def _flush_next(self) -> None:
        self._is_in_flight = bool(self._waiting)
        if self._is_in_flight:
            flush = asyncio.create_task(self._round_trip())
            self._flushes.add(flush)
            flush.add_done_callback(self._flushes.discard)

    async def _round_trip(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            answers = iter(await self._together([command for one in batch for command in one.commands]))
        except Exception as error:  # noqa: BLE001  # every caller of the batch gets it
            for one in batch:
                if not one.answers.done():  # else its caller has gone
                    one.answers.set_exception(error)
            return
        finally:
            self._flush_next()
        for one in batch:
            own = list(islice(answers, len(one.commands)))
            if not one.answers.done():
                one.answers.set_result(own)

    async def _together(self, commands: Sequence[Command]) -> list[Any]:
        """Return an answer to each command, which may be an error; sent again, like redis-py's, where that may help."""
        connection = self._shared or await self.connection_pool.get_connection()  # type: ignore[no-untyped-call]  # likewise
        self._shared = connection  # taken once: to take it each time would cost as much as the round trip
        if connection.is_connected and await connection.can_read():
            await connection.disconnect()  # the server has closed it
        answers: list[Any] = await connection.retry.call_with_retry(
            lambda: connection.exchange(commands), lambda _error: connection.disconnect()
        )
        return answers


class _Sharing(Pipeline):
    """A pipeline that shares a round trip, unless it is long, watches keys or calls scripts: then it is redis-py's."""

    redis: AutoPipelinedRedis

    async def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002  # as redis-py has it
        """Send all commands, and return their answers in order; raises what redis-py raises."""
        if len(self.command_stack) > _SHORT or self.scripts or self.watching or self.explicit_transaction:
            return await super().execute(raise_on_error)
        stack, self.command_stack = self.command_stack, []
        if not stack:
            return []
        commands = [command for command, _ in stack]
        answers = await (self._transaction(commands) if self.is_transaction else self.redis.share(commands))
        if raise_on_error:
            self.raise_first_error(stack, answers)
        return [
            answer if isinstance(answer, Exception) else self.redis.read(answer, command, options)
            for answer, (command, options) in zip(answers, stack, strict=True)
        ]

    async def _transaction(self, commands: Sequence[Command]) -> list[Any]:
        """Return the answers to what is carried out together or not at all; raises what Redis refused."""
        *queued, answers = await self.redis.share([("MULTI",), *commands, ("EXEC",)])
        if isinstance(answers, Exception):
            raise next((one for one in queued if isinstance(one, Exception)), answers)
        return list(answers)
