"""Sorts Redis' errors: what passes by itself is an outage, everything else is a mistake of ours.

The store, and Apizee's token and budget, which live in Redis as well, share this one translation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from redis.exceptions import (
    AskError,
    BusyLoadingError,
    ClusterDownError,
    MasterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.model.errors import StoreUnavailable

_REFUSALS: Final = (
    BusyLoadingError,  # it has just been started
    ClusterDownError,
    MasterDownError,
    OutOfMemoryError,
    ReadOnlyError,  # a replica, or what was the primary before a failover
    TryAgainError,
)
# Those for which redis-py has no class: a script runs for too long, the disk is full, fewer replicas follow than are
# asked for, it became a replica while a reader waited. In a pipeline redis-py puts words before them.
_UNNAMED: Final = re.compile(r"""(?:^|\(['"])-?(?:BUSY|MISCONF|NOREPLICAS|UNBLOCKED) """)


def is_refusal(error: BaseException) -> bool:
    """Return whether Redis takes no commands now, or no writes: another server may, and this one may soon."""
    return isinstance(error, _REFUSALS) or (isinstance(error, ResponseError) and bool(_UNNAMED.search(str(error))))


def is_redis_away(error: BaseException) -> bool:
    """Return whether redis-py says of an error of its own that Redis is away, silent, or refuses for now."""
    # Where even the cluster's newest map leads to a server that has a slot no more, the slot is on its way.
    return isinstance(error, RedisConnectionError | RedisTimeoutError | AskError) or is_refusal(error)


def is_outage(error: BaseException) -> bool:
    """Return whether a command failed because Redis is out of reach, whatever the system calls that."""
    return isinstance(error, OSError) or is_redis_away(error)


@contextmanager
def translated() -> Iterator[None]:
    """Raise `StoreUnavailable` where Redis is out of reach; stands around commands as `with`, not as a decorator."""
    try:
        yield
    except Exception as error:
        if not is_outage(error):
            raise
        raise StoreUnavailable from error
