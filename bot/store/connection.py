"""The way to Redis: one pool per process, quick to say that nobody answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.errors import StoreAway
from bot.store.trips import SharedTrips

PATIENCE_SECONDS: Final = 0.8
"""Slack's acknowledgement has one second in all, also when Redis hangs."""

OUT_OF_REACH: Final = (RedisConnectionError, RedisTimeoutError, ReadOnlyError, OutOfMemoryError, OSError)
"""Not there, still loading, a replica during a failover, or full: it passes, and nothing here can mend it.

Any other error of Redis is a mistake of ours and stays what it is.
"""


def connect(url: str, *, patience: float | None = None) -> Redis:
    """A client for `redis://`, `rediss://` or `unix://`, which connects with its first command.

    It is closed by `aclose()`, or at the end of its `async with`. Answers are bytes. Reads that block on purpose
    (`BLPOP`, `XREAD BLOCK`) must end within `patience`, in seconds; `PATIENCE_SECONDS` by default.
    """
    patience = patience or PATIENCE_SECONDS
    backoff = ExponentialWithJitterBackoff(base=0.02, cap=0.2)
    pool = BlockingConnectionPool.from_url(
        url,
        # A burst waits for a free connection instead of opening hundreds of them.
        max_connections=50,
        timeout=patience,
        socket_connect_timeout=patience,
        socket_timeout=patience,
        # No `health_check_interval`: with it redis-py 8.1 reconnects without end where a password is missing. Its TCP
        # keepalive finds out a connection that a firewall dropped in the night.
        # A restarted server costs nobody an error. Silence is not asked twice: that would double the patience.
        # A command may be sent again after it was executed, so writes are idempotent.
        retry=Retry(backoff, retries=3, supported_errors=(RedisConnectionError,)),
    )
    return SharedTrips.from_pool(pool)


@contextmanager
def translated() -> Iterator[None]:
    """Around commands to Redis (as `with`, not as a decorator): raises `StoreAway` where Redis is out of reach."""
    try:
        yield
    except OUT_OF_REACH as error:
        raise StoreAway from error
