"""The checks of Redis, on the bot's own connections to it: what it is, what it allows, whether work gets through."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from typing import Final

from docket import Worker
from redis.asyncio import Redis

from bot.doctor.findings import Finding, failed, ok, warning
from bot.doctor.servers import check_servers
from bot.jobs.connection import PipelinedDocket, queue_alone
from bot.settings import Settings
from bot.store.keys.of_queue import NAME
from bot.store.sealing.canary import Canary
from bot.store.sealing.keyring import KEY_FILE, KeyRing
from bot.store.server import rights
from bot.store.sessions.unread import how_many

FIX: Final = "Start it and check REDIS_URL with its password; without REDIS_URL the bot brings its own."

_STOPPED_WITHIN: Final = 1.0
_LOOKS_EVERY: Final = timedelta(milliseconds=50)


async def check_redis(redis: Redis) -> list[Finding]:
    """Check what its user may do, its version, and what it may lose."""
    await rights.check(redis)
    return [
        ok("Redis rights", "keys are written and read, channels are listened to."),
        *await check_servers(redis),
        await _records(redis),
    ]


async def _records(redis: Redis) -> Finding:
    unread = await how_many(redis)
    if not unread:
        return ok("Records", "none within a day that could not be read.")
    fix = "Give ENCRYPTION_KEYS the keys of old as well, or run the newest version; the log names them: record_unread."
    return warning("Records", f"{unread} within a day could not be read and were set aside. {fix}")


class _Trial(PipelinedDocket):
    """A queue of its own, which listens to what the bot's queue listens to."""

    def key(self, suffix: str) -> str:
        """Return the name of a key or channel; the pattern is the one that the bot's user of Redis must be allowed."""
        listens_to = rights.cancelled(self.client)
        return listens_to if listens_to.endswith(f":{suffix}") else super().key(suffix)


async def check_queue(redis_url: str, redis: Redis) -> list[Finding]:
    """Hand over a job and do it, as the bot does, in a queue of its own beside the bot's."""
    done, name = asyncio.Event(), f"{NAME}:{{trial:{secrets.token_hex(8)}}}"

    async def examine() -> None:
        done.set()

    try:
        async with _Trial(name, redis_url) as docket:
            docket.register(examine)
            await docket.add(examine, key="examine")()
            async with Worker(docket, concurrency=1, minimum_check_interval=_LOOKS_EVERY) as worker:
                working = asyncio.create_task(worker.run_forever())
                try:
                    await done.wait()
                finally:
                    await _stop(working)
    finally:
        await _forget(redis, name)
    return [ok("Queue", "a job was handed over and done.")]


async def _stop(working: asyncio.Task[None]) -> None:
    """Let the worker end; the second request is for one that missed the first."""
    for _ in range(2):
        working.cancel()
        await asyncio.wait({working}, timeout=_STOPPED_WITHIN)


async def _forget(redis: Redis, name: str) -> None:
    async for key in redis.scan_iter(match=f"{name}:*", count=1000):
        await redis.unlink(key)


async def check_keys(settings: Settings, redis: Redis | None = None) -> list[Finding]:
    """Read what the bot seals with, and try it on what Redis holds, if it answers.

    Without `ENCRYPTION_KEYS` the file of the key is made, as the bot would.
    """
    subject, file = "Encryption keys", settings.data_dir / KEY_FILE
    given = [key.get_secret_value() for key in settings.encryption_keys]
    ring = KeyRing.from_settings_or_file(given, settings.data_dir)
    if redis and not await Canary(redis, ring).is_readable():
        fix = "Add the keys of before to ENCRYPTION_KEYS" if given else f"Restore {file}, or set ENCRYPTION_KEYS"
        return [failed(subject, f"they do not open what this Redis holds. {fix}.")]
    if given:
        return [ok(subject, "from ENCRYPTION_KEYS.")]
    if settings.redis_url:
        why = f"REDIS_URL is set and ENCRYPTION_KEYS is not, so only this machine has the key, in {file}."
        return [warning(subject, f"{why} Set ENCRYPTION_KEYS to what is in that file, on all machines.")]
    return [ok(subject, f"from {settings.data_dir}.")]


async def check_worker(redis_url: str) -> list[Finding]:
    """Return how many workers have said within ten seconds that they live."""
    async with queue_alone(NAME, redis_url) as docket:
        alive = len(await docket.workers())
    if not alive:
        fix = "Start `apizee-slack serve` or `apizee-slack worker`."
        return [warning("Worker", f"none is alive, so what people ask for is not done. {fix}")]
    return [ok("Worker", f"{alive} alive.")]
