"""Connects to Redis: one pool per process, quick to fail where nobody answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NoReturn, cast

import hiredis
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection, Connection, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.outages import is_refusal, translated
from bot.store import keys
from bot.store.server.address import Sentinels, read
from bot.store.server.cluster.client import ClusterRedis
from bot.store.server.cluster.pool import ClusterPool
from bot.store.server.pipelining import AutoPipelinedRedis
from bot.store.timing import RedisTiming

_WRITE_TRIED_FOR: Final = 60
_WRITES: Final = frozenset({"EVALSHA", "EXEC", "SET", "UNLINK", "ZADD", "ZREM", "ZREMRANGEBYSCORE"})
"""Those of the commands that share round trips."""


class _Refused(RedisConnectionError):
    """Redis answered that it is a replica, full, or still loading: the connection that said so is closed."""


class _Leaving(AbstractConnection):
    """A connection that is closed once the server behind it refuses to work, and that can be cancelled at any time.

    After a failover a name leads to another server, but connections that stand lead to the old one. redis-py makes a
    new connection and repeats the command, which the old server did not carry out.

    Where it may not wait for ever, redis-py sends in `asyncio.wait_for`, which before Python 3.12 swallows a cancel
    that arrives together with its result: what is to end would go on. So sending is timed here instead.
    """

    def __init__(self, *, replicas: int = 0, **options: Any) -> None:  # noqa: ANN401  # likewise
        super().__init__(**options)
        self._replicas = replicas

    async def send_packed_command(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  # as redis-py has it
        """Send a command, and connect before where that is needed; raises what redis-py raises."""
        patience, self.socket_timeout = self.socket_timeout, None
        try:
            async with asyncio.timeout(patience):
                await super().send_packed_command(*arguments, **options)
        except TimeoutError:
            await self.disconnect(nowait=True)
            message = "Timeout writing to socket"
            raise RedisTimeoutError(message) from None
        finally:
            self.socket_timeout = patience

    async def read_response(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401  # likewise
        """Read an answer; raises what redis-py raises, and `_Refused`."""
        try:
            return await super().read_response(*arguments, **options)
        except ResponseError as error:
            if not is_refusal(error):
                raise
            await self._refuse(error)

    def pack_command(self, *args: Any) -> list[bytes]:  # noqa: ANN401  # likewise
        """Return a command as it is sent, packed in C: by itself redis-py's asynchronous client does it in Python."""
        name, *rest = args
        return [hiredis.pack_command((*name.encode().split(), *rest))]

    async def exchange(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Send commands in one piece and return an answer to each, which may be an error of that command alone.

        All of it has one timer, where redis-py has one for each answer. Raises what redis-py raises where the
        connection breaks or nothing comes in time, or too few replicas have what was written, and `_Refused`.
        """
        patience, self.socket_timeout = self.socket_timeout, None
        packed = [self.pack_command(*command) for command in commands]
        waits = bool(self._replicas) and any(command[0] in _WRITES for command in commands)
        if waits:
            packed.append(self.pack_command("WAIT", self._replicas, round((patience or 0) * 1000 / 2)))
        try:
            async with asyncio.timeout(patience):
                await super().send_packed_command([piece for pieces in packed for piece in pieces], check_health=False)
                parser = cast("Any", self._parser)
                answers = [await parser.read_response() for _ in packed]
        except TimeoutError:
            await self.disconnect(nowait=True)
            message = "Timeout reading from socket"
            raise RedisTimeoutError(message) from None
        except OSError as error:
            await self.disconnect(nowait=True)
            raise RedisConnectionError(*error.args) from error
        except BaseException:
            await self.disconnect(nowait=True)  # answers may be on their way still
            raise
        finally:
            self.socket_timeout = patience
        for answer in answers:
            if isinstance(answer, ResponseError) and is_refusal(answer):
                await self._refuse(answer)
        if waits and answers.pop() < self._replicas:
            message = "Too few replicas have the write in time"
            raise RedisTimeoutError(message)
        return answers

    async def _refuse(self, error: ResponseError) -> NoReturn:
        await self.disconnect(nowait=True)
        raise _Refused(*error.args) from error


class _LeavingTCP(_Leaving, Connection): ...


class _LeavingTLS(_Leaving, SSLConnection): ...


class _LeavingUnix(_Leaving, UnixDomainSocketConnection): ...


class _Found(AbstractConnection):
    """A connection to whichever server the Sentinels name as the primary when it is made."""

    def __init__(self, *, sentinels: Sentinels, **options: Any) -> None:  # noqa: ANN401  # as redis-py has it
        super().__init__(**options)
        self._sentinels = sentinels

    async def _connect(self) -> None:
        patience = self.socket_connect_timeout or RedisTiming().answer
        self.host, self.port = await self._sentinels.primary(patience)
        await super()._connect()  # type: ignore[no-untyped-call, safe-super]  # that of the class beside this one


class _FoundTCP(_Found, _LeavingTCP): ...


class _FoundTLS(_Found, _LeavingTLS): ...


_CONNECTIONS: Final[dict[type[AbstractConnection], type[_Leaving]]] = {
    Connection: _LeavingTCP,
    SSLConnection: _LeavingTLS,
    UnixDomainSocketConnection: _LeavingUnix,
}
_FOUND: Final[dict[type[AbstractConnection], type[_Leaving]]] = {Connection: _FoundTCP, SSLConnection: _FoundTLS}


def connect(url: str, *, patience: float = RedisTiming().answer) -> Redis:
    """Return a client for an address as `REDIS_URL` has it, which connects with its first command.

    It is closed by `aclose()`, or at the end of its `async with`. Answers are bytes. Reads that block on purpose
    (`BLPOP`, `XREAD BLOCK`) must end within `patience`, in seconds.
    """
    backoff = ExponentialWithJitterBackoff(base=0.02, cap=0.2)
    address = read(url)
    kind: type[BlockingConnectionPool] = ClusterPool if address.cluster else BlockingConnectionPool
    pool = kind.from_url(
        address.url,
        # A burst waits for a free connection instead of opening hundreds of them.
        max_connections=50,
        timeout=patience,
        socket_connect_timeout=patience,
        socket_timeout=patience,
        # No `health_check_interval`: with it redis-py 8.1 reconnects without end where a password is missing. Its TCP
        # keepalive finds a connection that a firewall dropped in the night.
        # A restarted server costs nobody an error. After silence there is no second try: it would double the patience.
        # A command may be sent again after it was executed, so writes are idempotent.
        retry=Retry(backoff, retries=3, supported_errors=(RedisConnectionError,)),
    )
    # Only the address says what kind of connection it is.
    pool.connection_class = (_FOUND if address.sentinels else _CONNECTIONS)[pool.connection_class]
    pool.connection_kwargs["replicas"] = address.replicas
    if address.sentinels:
        pool.connection_kwargs["sentinels"] = address.sentinels
    if isinstance(pool, ClusterPool):
        pool.seeds = address.cluster
        return ClusterRedis.from_pool(pool)
    return AutoPipelinedRedis.from_pool(pool)


async def takes_writes(redis: Redis) -> None:
    """Raise `StoreUnavailable` unless Redis takes a write, on each primary of a cluster.

    A replica or a full disk would still answer a ping.
    """
    with translated():
        if not isinstance(redis, ClusterRedis):
            await redis.set(keys.readiness(), b"1", ex=_WRITE_TRIED_FOR)
            return
        async with redis.pipeline(transaction=False) as everywhere:
            for key in await redis.key_on_each(keys.readiness_of):
                everywhere.set(key, b"1", ex=_WRITE_TRIED_FOR)
            await everywhere.execute()
