"""Finds out what a Redis loses when its machine loses its power, by its settings.

https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/
"""

from __future__ import annotations

from enum import StrEnum

from redis.asyncio import Redis
from redis.exceptions import ResponseError


class Loss(StrEnum):
    """What may be lost; the texts are for operators."""

    NOTHING = "append-only file, written through: nothing that was acknowledged is lost."
    SECONDS = (
        "append-only file, written every second: a loss of power costs up to that second of acknowledged work, and may"
        " invite a customer twice. Set appendfsync always."
    )
    HALF_A_MINUTE = (
        "append-only file, written when the system likes: a loss of power costs some 30 seconds of acknowledged work,"
        " and may invite customers twice. Set appendfsync always."
    )
    FILE_OF_UNKNOWN_PACE = (
        "append-only file; how often it is written it does not tell. Unless that is at each command (appendfsync"
        " always), a loss of power costs acknowledged work."
    )
    SINCE_SNAPSHOT = (
        "snapshots: a crash costs the acknowledged work since the last one. Set appendonly yes and appendfsync always."
    )
    UNKNOWN = "no append-only file; whether snapshots are taken it does not tell."
    EVERYTHING = "none: a restart loses acknowledged work. Set appendfsync always and appendonly yes."


_BY_PACE = {"always": Loss.NOTHING, "everysec": Loss.SECONDS, "no": Loss.HALF_A_MINUTE}


async def loss_of(redis: Redis) -> Loss:
    """Return what this server may lose; raises what redis-py raises where it does not answer."""
    if (await redis.info("persistence")).get("aof_enabled"):
        return _BY_PACE.get(await _setting(redis, "appendfsync") or "", Loss.FILE_OF_UNKNOWN_PACE)
    snapshots = await _setting(redis, "save")
    if snapshots is None:
        return Loss.UNKNOWN
    return Loss.SINCE_SNAPSHOT if snapshots else Loss.EVERYTHING


async def _setting(redis: Redis, name: str) -> str | None:
    """Return a setting's value, or `None` where the host forbids to ask, as many do."""
    try:
        return str((await redis.config_get(name))[name])
    except (ResponseError, KeyError):
        return None
