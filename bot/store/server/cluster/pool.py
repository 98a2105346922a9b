"""Finds the servers of a Redis Cluster, and who of them has which slot now."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

from redis.asyncio import BlockingConnectionPool
from redis.exceptions import AskError, MovedError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.store.server.cluster.slots import Server, SlotMap
from bot.store.server.pipelining import AutoPipelinedRedis

TRIES: Final = 5
"""So often a command is sent that servers send elsewhere."""

_ASKED_AT_ONCE: Final = 6
_MOVES_AT_MOST: Final = 100
"""So many slots are followed one by one; then the whole map is read again."""

_READ_AGAIN_AFTER: Final = 0.2

T = TypeVar("T")


class ClusterPool(BlockingConnectionPool):
    """The servers of a cluster, each with a client of its own, and where each slot is.

    The map is read again where a server says that a slot is elsewhere; and where one does not answer, again and again
    until it does, or another has taken its place. A machine that has lost its power refuses no connection.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # as redis-py has it
        super().__init__(**options)
        self.seeds: Sequence[Server] = ()
        """The servers that are asked first."""
        self._map: SlotMap | None = None
        self._is_stale = False
        self._read_at = 0.0
        self._suspects: set[Server] = set()
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
        if newest or self._map is None or self._is_stale or self._may_have_failed_over():
            return await self._read_again()
        return self._map

    def _may_have_failed_over(self) -> bool:
        return bool(self._suspects) and time.monotonic() - self._read_at > _READ_AGAIN_AFTER

    def some_server(self) -> Server:
        """Return one of the servers, which need not be alive."""
        return random.choice(self._map.primaries if self._map and self._map.primaries else self.seeds)  # noqa: S311  # any of them will do

    async def at_owner(self, slot: int | None, work: Callable[[AutoPipelinedRedis], Awaitable[T]]) -> T:
        """Do some work with the client of a slot's primary, with that of any where it is `None`.

        It is done again where the slot has moved, or where another server has taken its place. Raises what redis-py
        raises.
        """
        tries = 0
        while True:
            tries += 1
            server = await self._owner(slot)
            try:
                answer = await work(self.client(server))
            except MovedError as moved:
                if tries == TRIES:
                    raise
                await self.follow(moved, server)
            except (RedisTimeoutError, asyncio.CancelledError):  # who asked may have given up before
                self._suspects.add(server)  # no second try: it would double the patience
                raise
            except RedisConnectionError:
                self._suspects.add(server)
                if tries == TRIES or await self._owner(slot) == server:
                    raise
            else:
                self._suspects.discard(server)
                return answer

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
                    self._map = self._last = await self._read()
                    self._is_stale, self._read_at = False, time.monotonic()
                    self._suspects &= set(self._map.primaries)
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
