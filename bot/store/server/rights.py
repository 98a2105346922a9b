"""Checks what the bot must be allowed to do in Redis, with one command of each kind.

A user of Redis (ACL) may be forbidden some commands, keys or channels. A bot that found out by itself would take in
work first, and fail with it later: the queue listens to a channel only once it has begun.
"""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, AuthorizationError, NoPermissionError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.log import get_logger
from bot.model.errors import CannotStart, StoreUnavailable
from bot.outages import translated
from bot.store.server.cluster.client import is_cluster

SUBJECT: Final = "The Redis of REDIS_URL"
ACL: Final = "~apizee:* &apizee:* &apizee:cancel:* +@all -@admin -@dangerous +info"
"""Enough for the bot and its doctor: https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/

Who listens to a pattern must be allowed this very pattern, not only one that covers it.
"""

CANCELLED: Final = "apizee:cancel:*"
"""What the queue listens to."""

_CANCELLED_IN_CLUSTER: Final = "apizee:{queue}:cancel:*"

_TRIED_FOR: Final = 60
_SCRIPT: Final = "return redis.call('PTTL', KEYS[1])"
_NO_LOGIN: Final = re.compile(
    r"NOAUTH|WRONGPASS|invalid username-password|without any password|already authenticated", re.IGNORECASE
)
_NO_DATABASE: Final = re.compile(r"DB index|SELECT is not allowed", re.IGNORECASE)


log = get_logger(__name__)


async def check_unless_away(redis: Redis) -> None:
    """Raise `CannotStart` where Redis would refuse to work; where it does not answer, it may come later."""
    try:
        await check(redis)
    except StoreUnavailable as error:
        log.warning("Redis is out of reach", reason=type(error.__cause__).__name__)


async def check(redis: Redis) -> None:
    """Raise `CannotStart` where Redis' user lacks a right that the bot needs, `StoreUnavailable` without Redis."""
    with translated():
        try:
            await _try_kind(redis)
            await _try_commands(redis)
            await _try_channels(redis)
        except NoPermissionError as error:
            raise CannotStart(SUBJECT, trouble=_not_allowed(str(error)), fix=_fix(redis)) from error
        except (RedisConnectionError, ResponseError) as error:
            raise _otherwise(error, redis) from error


def enough(redis: Redis) -> str:
    """Return the rights that are enough for a user of this Redis."""
    return ACL.replace(CANCELLED, cancelled(redis))


def cancelled(redis: Redis) -> str:
    """Return what the queue on this Redis listens to."""
    return _CANCELLED_IN_CLUSTER if is_cluster(redis) else CANCELLED


def _fix(redis: Redis) -> str:
    return f"give that user the rights {enough(redis)}"


async def _try_kind(redis: Redis) -> None:
    """Raise `CannotStart` where one server of a cluster is named as if it had all keys; its user may not ask that."""
    if is_cluster(redis):
        return
    with suppress(NoPermissionError):
        if (await redis.info("cluster")).get("cluster_enabled"):
            raise CannotStart(
                SUBJECT, trouble="is one server of a Redis Cluster", fix="begin REDIS_URL with redis+cluster://"
            )


async def _try_commands(redis: Redis) -> None:
    """Try what the stores, the budget and the queue use, on keys like theirs, which are gone in a minute at most."""
    trial = f"apizee:{{trial:{secrets.token_hex(8)}}}"
    text, table, ranking, stream = (f"{trial}:{kind}" for kind in ("text", "table", "ranking", "stream"))
    async with redis.pipeline(transaction=True) as together:
        together.set(text, b"1", ex=_TRIED_FOR)
        together.hset(table, "field", "1")
        together.zadd(ranking, {"member": 1.0})
        together.xadd(stream, {"field": "1"})
        together.xgroup_create(stream, "group", id="0-0")
        together.xreadgroup("group", "consumer", {stream: ">"}, count=1)
        for key in (table, ranking, stream):
            together.expire(key, _TRIED_FOR)
        together.eval(_SCRIPT, 1, text)
        together.time()
        together.get(text)
        together.publish(f"{trial}:news", b"1")
        together.unlink(text, table, ranking)
        together.delete(stream)
        await together.execute()
    await redis.scan(match=f"{trial}:*", count=1)


async def _try_channels(redis: Redis) -> None:
    async with redis.pubsub() as channels:
        await channels.psubscribe(cancelled(redis))
        answer: Any = await channels.get_message(timeout=None)
        if answer is None:
            message = "no answer to PSUBSCRIBE"
            raise ResponseError(message)


def _not_allowed(said: str) -> str:
    if command := re.search(r"run the '([\w|-]{1,40})' command", said):
        return f"does not let its user run {command[1].upper().replace('|', ' ')}"
    if "channel" in said:
        return "does not let its user listen to the channels apizee:*"
    return "does not let its user use the keys apizee:*"


def _otherwise(error: RedisConnectionError | ResponseError, redis: Redis) -> Exception:
    """Return `CannotStart` for other answers that no waiting changes, else the error itself."""
    if isinstance(error, AuthenticationError | AuthorizationError) or _NO_LOGIN.search(str(error)):
        return CannotStart(SUBJECT, trouble="refuses the user or the password", fix="put both into REDIS_URL")
    if "without MULTI" in str(error):
        return CannotStart(SUBJECT, trouble="does not let its user run MULTI", fix=_fix(redis))
    if "cluster support disabled" in str(error):
        return CannotStart(SUBJECT, trouble="is no Redis Cluster", fix="begin REDIS_URL with redis:// or rediss://")
    if _NO_DATABASE.search(str(error)):
        return CannotStart(SUBJECT, trouble="has no database of this number", fix="name another one at the end of it")
    return error
