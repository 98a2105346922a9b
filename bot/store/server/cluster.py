"""Speaks to a Redis Cluster as to one server: each command goes to the primary that has its key.

All keys of a command, a script or a transaction have one tag (`bot.store.keys`). A pipeline that is no transaction is
cut by servers; within a server, quick commands share their round trips as they do without a cluster.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import Pipeline, PubSub
from redis.commands.core import AsyncScript
from redis.exceptions import AskError, MovedError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.store.server.pipelining import AutoPipelinedRedis, Script
from bot.store.server.slots import Server, SlotMap, slot_of, slot_of_key, slot_of_pattern

_TRIES: Final = 5
_ASKED_AT_ONCE: Final = 6
_MOVES_AT_MOST: Final = 100
"""So many slots are followed one by one; then the whole map is read again."""

T = TypeVar("T")


class ClusterPool(BlockingConnectionPool):
    """The servers of a cluster, each with a client of its own, and where each slot is.

    The map is read again where a server does not answer, or says that a slot is elsewhere.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # as redis-py has it
        super().__init__(**options)
        self.seeds: Sequence[Server] = ()
        """The servers that are asked first."""
        self._map: SlotMap | None = None
        self._is_stale = False
        self._clients: dict[Server, AutoPipelinedRedis] = {}
        self._reading = asyncio.Lock()
        self._readings = 0
        self._last: SlotMap | RedisError = RedisConnectionError()

    def client(self, server: Server) -> AutoPipelinedRedis:
        """Return the client of one server."""
        if server not in self._clients:
            host, port = server
            pool = BlockingConnectionPool(
                max_connections=self.max_connections,
                timeout=self.timeout,
                connection_class=self.connection_class,
                **{**self.connection_kwargs, "host": host, "port": port},
            )
            self._clients[server] = AutoPipelinedRedis(connection_pool=pool)
            self._clients[server].auto_close_connection_pool = True
        return self._clients[server]

    async def slots(self, *, newest: bool = False) -> SlotMap:
        """Return where the slots are; raises what redis-py raises where no server says it."""
        if newest or self._map is None or self._is_stale:
            return await self._read_again()
        return self._map

    def some_server(self) -> Server:
        """Return one of the servers, which need not be alive."""
        return random.choice(self._map.primaries if self._map and self._map.primaries else self.seeds)  # noqa: S311  # any of them will do

    async def at_owner(self, slot: int | None, work: Callable[[AutoPipelinedRedis], Awaitable[T]]) -> T:
        """Do some work with the client of a slot's primary, with that of any where it is `None`.

        It is done again where the slot has moved, or where another server has taken its place. Raises what redis-py
        raises.
        """
        for tries_left in reversed(range(_TRIES)):
            server = await self._owner(slot)
            try:
                return await work(self.client(server))
            except MovedError as moved:
                if not tries_left:
                    raise
                await self.follow(moved, server)
            except RedisTimeoutError:
                self._is_stale = True  # no second try: it would double the patience
                raise
            except RedisConnectionError:
                self._is_stale = True
                if not tries_left or await self._owner(slot) == server:
                    raise
        message = "unreachable"
        raise AssertionError(message)

    async def found(self, slot: int, key: str) -> AutoPipelinedRedis:
        """Return the client of a slot's primary, once it has answered for a key of the slot that is there or not.

        To `SCAN` no server says that a slot is elsewhere.
        """

        async def itself(client: AutoPipelinedRedis) -> AutoPipelinedRedis:
            try:
                await client.exists(key)
            except MovedError:
                raise
            except AskError:  # the slot is on its way: this is where it has been
                pass
            return client

        return await self.at_owner(slot, itself)

    async def follow(self, moved: AskError, server: Server) -> None:
        """Note where a server says that a slot is, which others may not know yet."""
        slots = await self.slots()
        slots.move(moved.slot_id, (moved.host or server[0], moved.port))
        self._is_stale = slots.moves >= _MOVES_AT_MOST

    async def ask(self, elsewhere: AskError, command: Sequence[Any], options: dict[str, Any]) -> Any:  # noqa: ANN401  # an answer
        """Return the answer of the server to which a slot is being moved; it may be an error."""
        client = self.client((elsewhere.host or self.some_server()[0], elsewhere.port))
        async with client.pipeline(transaction=False) as both:
            both.execute_command("ASKING")
            both.execute_command(*command, **options)
            _, answer = await both.execute(raise_on_error=False)
        return answer

    async def aclose(self) -> None:
        """Close all connections."""
        await super().aclose()
        for client in self._clients.values():
            await client.aclose()

    async def _owner(self, slot: int | None) -> Server:
        slots = await self.slots()
        owner = slots.owner(slot) if slot is not None else self.some_server()
        if owner is None:
            message = "No server of the cluster has this slot"
            raise RedisConnectionError(message)
        return owner

    async def _read_again(self) -> SlotMap:
        """Read the map once for all who wait for it, and return it."""
        before = self._readings
        async with self._reading:
            if self._readings == before:
                try:
                    self._map, self._is_stale = await self._read(), False
                    self._last = self._map
                except RedisError as error:
                    self._last = error
                self._readings += 1
        if isinstance(self._last, RedisError):
            raise self._last
        return self._last

    async def _read(self) -> SlotMap:
        """Return the map as the first of some servers has it that answers."""
        known = list({*self.seeds, *(self._map.servers if self._map else ())})
        some = random.sample(known, min(len(known), _ASKED_AT_ONCE))
        asked = {asyncio.create_task(self._map_of(server)) for server in some}
        errors: list[BaseException] = []
        try:
            while asked:
                done, asked = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    if error := task.exception():
                        errors.append(error)
                    else:
                        return task.result()
            raise errors[0]
        finally:
            for task in asked:
                task.cancel()

    async def _map_of(self, server: Server) -> SlotMap:
        answer = await self.client(server).execute_command("CLUSTER SLOTS")
        return SlotMap.of(answer, server)


class ClusterRedis(Redis):
    """A client of a cluster; what has no key is asked of any server."""

    connection_pool: ClusterPool

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # as redis-py has it
        """Send a command to the server that has its key; raises what redis-py raises."""
        try:
            return await self.connection_pool.at_owner(
                slot_of(args), lambda server: server.execute_command(*args, **options)
            )
        except AskError as elsewhere:
            if isinstance(elsewhere, MovedError):
                raise
            answer = await self.connection_pool.ask(elsewhere, args, options)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: FBT001, FBT002  # likewise
        """Return a pipeline: all of a transaction has one tag, others are cut by servers."""
        return _Split(self.connection_pool, self.response_callbacks, transaction, shard_hint)

    def pubsub(self, **options: Any) -> PubSub:  # noqa: ANN401  # likewise
        """Return what listens to channels at one of the servers: each passes on what is published at any."""
        return self.connection_pool.client(self.connection_pool.some_server()).pubsub(**options)

    def register_script(self, script: Any) -> AsyncScript:  # type: ignore[override]  # noqa: ANN401  # likewise
        """Return a script that is loaded where a server does not know it."""
        return Script(self, script)

    async def script_load(self, script: Any) -> Any:  # noqa: ANN401  # likewise
        """Load a script on all servers, and return its name; raises what redis-py raises where none takes it."""
        loading = [server.script_load(script) for server in await self.servers()]
        answers = await asyncio.gather(*loading, return_exceptions=True)
        names = [answer for answer in answers if not isinstance(answer, BaseException)]
        if not names and isinstance(answers[0], BaseException):
            raise answers[0]
        return names[0]

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

    async def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002  # as redis-py has it
        """Send all commands, and return their answers in order; raises what redis-py raises."""
        commands = list(self.command_stack)
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
        for _ in range(_TRIES):
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
