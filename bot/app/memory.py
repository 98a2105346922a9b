"""What is kept in Redis, and with which keys it is read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from redis.asyncio import Redis

from bot.apizee.budget import account_key
from bot.jobs.repeating import again_and_again
from bot.log import get_logger
from bot.metrics import Metrics
from bot.model.errors import StoreUnavailable
from bot.model.session import Session
from bot.settings import Settings
from bot.store.account import AccountFacts
from bot.store.counters import Counters
from bot.store.deferred import DeferredRequests
from bot.store.installations import InstallationStore
from bot.store.keyring import KeyRing
from bot.store.server import rights
from bot.store.server.connection import connect
from bot.store.server.embedded import EmbeddedRedis, EmbeddedTiming
from bot.store.sessions.invitees import Invitees
from bot.store.sessions.store import Sessions
from bot.store.sessions.unread import UnreadRecords
from bot.store.set_aside import SetAsideJobs
from bot.store.timeline import Timeline
from bot.store.timing import RedisTiming

_FLUSHED_EVERY = 1.0

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Memory:
    """The stores, on one pool of connections."""

    redis: Redis
    keys: KeyRing
    metrics: Metrics
    counters: Counters
    sessions: Sessions
    deferred: DeferredRequests
    installations: InstallationStore
    timeline: Timeline
    guests: Invitees
    set_aside: SetAsideJobs
    account: AccountFacts


@asynccontextmanager
async def server(settings: Settings, timing: EmbeddedTiming | None = None) -> AsyncIterator[str]:
    """The address of the operator's Redis, or of the one that comes along."""
    if settings.redis_url:
        yield settings.redis_url.get_secret_value()
        return
    async with EmbeddedRedis(settings.data_dir, timing) as embedded:
        yield embedded.url


@asynccontextmanager
async def opened(settings: Settings, redis_url: str, timing: RedisTiming) -> AsyncIterator[Memory]:
    """The stores; what was counted is handed over every second, and once more at the end.

    Raises `CannotStart` where Redis answers that its user may not do what the bot does.
    """
    given = [key.get_secret_value() for key in settings.encryption_keys]
    keys = KeyRing.from_settings_or_file(given, settings.data_dir)
    redis, metrics = connect(redis_url, patience=timing.answer), Metrics()
    retention = timedelta(days=settings.retention_days)
    account = account_key(settings.apizee_username)
    sessions = Sessions(
        redis,
        keys,
        retention,
        account=account,
        on_state=partial(_count_state, metrics),
        unread=UnreadRecords(redis, lambda reason: metrics.count("records_unread_total", reason=reason)),
    )
    counters = Counters(redis, metrics)
    flushing = asyncio.create_task(again_and_again("flush", counters.flush, every=_FLUSHED_EVERY))
    try:
        await _check_rights(redis)
        yield Memory(
            redis,
            keys,
            metrics,
            counters,
            sessions,
            deferred=DeferredRequests(redis, keys),
            installations=InstallationStore(redis, keys),
            timeline=Timeline(redis, account=account),
            guests=Invitees(redis, keys, retention),
            set_aside=SetAsideJobs(redis, retention),
            account=AccountFacts(redis, keys, account=account),
        )
    finally:
        flushing.cancel()
        with suppress(StoreUnavailable):
            await counters.flush()
        await redis.aclose()


async def _check_rights(redis: Redis) -> None:
    """Refuse to start where Redis would refuse to work; where it is away, it may come."""
    try:
        await rights.check(redis)
    except StoreUnavailable as error:
        log.warning("Redis is out of reach", reason=type(error.__cause__).__name__)


def _count_state(metrics: Metrics, session: Session) -> None:
    metrics.count("sessions_total", kind=session.kind.value, state=session.state.value)
