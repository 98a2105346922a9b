"""Speaks to a Redis Cluster as to one server: each command goes to the primary that has its key.

All keys of a command, a script or a transaction have one tag (`bot.store.keys`). A pipeline that is no transaction is
cut by servers; within a server, quick commands share their round trips as they do without a cluster.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline, PubSub
from redis.commands.core import AsyncScript
from redis.exceptions import AskError, MovedError, NoScriptError

from bot.store.server.cluster.pool import TRIES, ClusterPool
from bot.store.server.cluster.slots import slot_of, slot_of_key, slot_of_pattern
from bot.store.server.pipelining import AutoPipelinedRedis, Script

T = TypeVar("T")


class ClusterRedis(Redis):
    """A client of a cluster; what has no key is asked of any server."""

    connection_pool: ClusterPool

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # as redis-py has it
        super().__init__(**options)
        self._scripts: dict[str, str] = {}

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # as redis-py has it
        """Send a command to the server that has its key; raises what redis-py raises."""
        try:
            return await self.connection_pool.at_owner(
                slot_of(args), lambda server: server.execute_command(*args, **options)
            )
        except NoScriptError:
            if args[1] not in self._scripts:
                raise
            return await self.execute_command(*_whole(args, self._scripts), **options)
        except AskError as elsewhere:
            if isinstance(elsewhere, MovedError):
                raise
            answer = await self.connection_pool.ask(elsewhere, _whole(args, self._scripts), options)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: FBT001, FBT002  # likewise
        """Return a pipeline: all of a transaction has one tag, others are cut by servers."""
        pipeline = _Split(self.connection_pool, self.response_callbacks, transaction, shard_hint)
        pipeline.known = self._scripts
        return pipeline

    def pubsub(self, **options: Any) -> PubSub:  # noqa: ANN401  # likewise
        """Return what listens to channels at one of the servers: each passes on what is published at any."""
        return self.connection_pool.client(self.connection_pool.some_server()).pubsub(**options)

    def register_script(self, script: Any) -> AsyncScript:  # type: ignore[override]  # noqa: ANN401  # likewise
        """Return a script that is sent whole to a server which does not know it."""
        registered = Script(self, script)
        self._scripts[registered.sha] = script
        return registered

    async def script_load(self, script: str) -> str:  # type: ignore[override]  # likewise
        """Return a script's name. It is sent with its first call: which server will need it shows only then."""
        return str(self.register_script(script).sha)

    async def scan_iter(  # type: ignore[override]  # likewise
        self, match: str | None = None, count: int | None = None
    ) -> AsyncIterator[bytes]:
        """Go over the keys of all servers, or of the one that has what the pattern says."""
        slot = slot_of_pattern(match)
        for client in await self.servers() if slot is None else [await self.connection_pool.found(slot, match or "")]:
            async for key in client.scan_iter(match, count):
                yield key

    async def servers(self) -> list[AutoPipelinedRedis]:
        """Return a client of each primary; raises what redis-py raises."""
        slots = await self.connection_pool.slots(newest=True)
        return [self.connection_pool.client(server) for server in slots.primaries]

    async def key_on_each(self, name: Callable[[str], str]) -> list[str]:
        """Return a key on each primary, named after a number; raises what redis-py raises."""
        slots = await self.connection_pool.slots()
        missing, found = set(slots.primaries), []
        for number in itertools.count():
            if not missing:
                break
            key = name(str(number))
            if (owner := slots.owner(slot_of_key(key))) in missing:
                missing.remove(owner)
                found.append(key)
        return found


def is_cluster(redis: Redis) -> bool:
    """Return whether what a client speaks to is several servers, each with a part of the keys."""
    return isinstance(redis, ClusterRedis)


async def servers_of(redis: Redis) -> Sequence[Redis]:
    """Return a client of each server that has keys; raises what redis-py raises."""
    return await redis.servers() if isinstance(redis, ClusterRedis) else [redis]


class _Split(Pipeline):
    """A pipeline whose commands go to the servers that have their keys."""

    connection_pool: ClusterPool

    known: Mapping[str, str]
    """Scripts by their names."""

    async def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002  # as redis-py has it
        """Send all commands, and return their answers in order; raises what redis-py raises."""
        commands = [(_whole(command, self.known), options) for command, options in self.command_stack]
        try:
            answers = await (self._together(commands) if self.is_transaction else self._apart(commands))
        finally:
            await self.reset()  # type: ignore[no-untyped-call]  # redis-py's
        if raise_on_error:
            self.raise_first_error(commands, answers)
        return answers

    async def _together(self, commands: Sequence[Any]) -> list[Any]:
        slot = next((slot for command, _ in commands if (slot := slot_of(command)) is not None), None)
        return await self._sent(slot, commands, transaction=True)

    async def _apart(self, commands: Sequence[Any]) -> list[Any]:
        """Send the commands to their servers at once, and again what has moved meanwhile."""
        answers: dict[int, Any] = {}
        left = _slots(commands)
        for _ in range(TRIES):
            slots = await self.connection_pool.slots()
            groups: dict[Any, list[int]] = {}
            for place, slot in left.items():
                groups.setdefault(None if slot is None else slots.owner(slot), []).append(place)
            sending = [
                self._sent(left[places[0]], [commands[place] for place in places], transaction=False)
                for places in groups.values()
            ]
            for places, said in zip(groups.values(), await _all(sending), strict=True):
                answers.update(zip(places, said, strict=True))
            left = {place: slot for place, slot in left.items() if isinstance(answers[place], AskError)}
            if not left:
                break
            for place in left:
                answers[place] = await self._followed(answers[place], commands[place])
            left = {place: slot for place, slot in left.items() if isinstance(answers[place], MovedError)}
        return [answers[place] for place in range(len(commands))]

    async def _followed(self, elsewhere: AskError, command: Any) -> Any:  # noqa: ANN401  # an answer
        if isinstance(elsewhere, MovedError):
            await self.connection_pool.follow(elsewhere, self.connection_pool.some_server())
            return elsewhere
        return await self.connection_pool.ask(elsewhere, *command)

    async def _sent(self, slot: int | None, commands: Sequence[Any], *, transaction: bool) -> list[Any]:
        async def send(client: AutoPipelinedRedis) -> list[Any]:
            async with client.pipeline(transaction=transaction) as pipeline:
                pipeline.command_stack = list(commands)
                pipeline.scripts = set(self.scripts)
                return await pipeline.execute(raise_on_error=False)

        return await self.connection_pool.at_owner(slot, send)


def _whole(command: tuple[Any, ...], known: Mapping[str, str]) -> tuple[Any, ...]:
    """Return a script's call with the script in the place of its name, for a server that may not know it."""
    if command[0] == "EVALSHA" and (script := known.get(command[1])):
        return ("EVAL", script, *command[2:])
    return command


def _slots(commands: Sequence[Any]) -> dict[int, int | None]:
    """Return the slot of each command; one without a key belongs to the command before it."""
    found: dict[int, int | None] = {}
    last: int | None = None
    for place, (command, _) in enumerate(commands):
        last = found[place] = slot if (slot := slot_of(command)) is not None else last
    return found


async def _all(waiting: Sequence[Awaitable[T]]) -> list[T]:
    """Return what all return, once all have ended; raises the first error."""
    if len(waiting) == 1:
        return [await waiting[0]]
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException)]
