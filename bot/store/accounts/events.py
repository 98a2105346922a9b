"""Stores what happens at one Apizee account: the webhooks that it sends, and the sessions whose media are awaited."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import cast

from redis.asyncio import Redis

from bot.outages import translated
from bot.store import keys

_REPEATED_WITHIN = timedelta(hours=1)
# A webhook about media does not say whose they are, so the latest sessions are asked for theirs; not for each photo.
_MEDIA_APPEAR_WITHIN = timedelta(hours=1)
_MEDIA_ASKED_EVERY = timedelta(seconds=30)
_AWAITING_AT_MOST = 3
_LAST_KEPT_FOR = timedelta(days=30)
# Several webhooks come for one step: what each of them says is written once.
_NOTED_EVERY = timedelta(seconds=5)


class AccountEvents:
    """The events of one account. All methods raise `StoreUnavailable` when Redis does not answer."""

    def __init__(self, redis: Redis, *, account: str) -> None:
        self._redis = redis
        self._account = account
        self._noted_at: dict[str, float] = {}

    async def was_received(self, body: bytes) -> bool:
        """Return whether this very webhook was received before."""
        with translated():
            return bool(await self._redis.exists(self._mark(body)))

    async def note_webhook(self, body: bytes, *, quiet_after: timedelta) -> None:
        """Note that this webhook was received; without another one, `are_coming` says no after that time."""
        with translated():
            if self._is_to_be_noted("webhook", quiet_after):
                await self._redis.set(keys.webhooks_received(self._account), b"1", ex=quiet_after)
                await self._redis.set(keys.last_webhook(self._account), str(time.time()), ex=_LAST_KEPT_FOR)
            await self._redis.set(self._mark(body), b"1", ex=_REPEATED_WITHIN)

    async def last_at(self) -> float | None:
        """Return when the last webhook arrived, in Unix seconds; `None` where none has within a month."""
        with translated():
            at = await self._redis.get(keys.last_webhook(self._account))
        return float(at) if at else None

    async def are_coming(self) -> bool:
        """Return whether Apizee has sent webhooks lately."""
        with translated():
            return bool(await self._redis.exists(keys.webhooks_received(self._account)))

    async def note_announced(self, subject: str, *, lasts: timedelta) -> None:
        """Note that a webhook about a subject led to a session of ours, which counts for so long."""
        if self._is_to_be_noted(subject, lasts):
            with translated():
                await self._redis.set(keys.announced(self._account, subject), b"1", px=lasts)

    async def announced(self, subjects: Sequence[str]) -> frozenset[str]:
        """Return those of the subjects about which webhooks led to a session of ours just now."""
        with translated():
            marks = await self._redis.mget([keys.announced(self._account, subject) for subject in subjects])
        return frozenset(subject for subject, mark in zip(subjects, marks, strict=True) if mark)

    async def note_media(self, *, at: float) -> None:
        """Note that a webhook about a photo or recording has come; it does not say whose."""
        with translated():
            await self._redis.set(keys.last_media(self._account), str(at), ex=_LAST_KEPT_FOR)

    async def media_announced_at(self) -> float | None:
        """Return when the last webhook about media came; `None` where none of them, or no webhook at all, comes now."""
        with translated():
            last, are_coming = await self._redis.mget(
                [keys.last_media(self._account), keys.webhooks_received(self._account)]
            )
        return float(last) if last and are_coming else None

    async def ended(self, team: str, session_id: str, *, at: float) -> None:
        """Note that a session's recordings may be on their way from now on."""
        key = keys.ended(self._account)
        with translated():
            async with self._redis.pipeline() as together:
                together.zremrangebyscore(key, "-inf", at - _MEDIA_APPEAR_WITHIN.total_seconds())
                together.zadd(key, {f"{team}/{session_id}": at})
                together.expire(key, _MEDIA_APPEAR_WITHIN)
                await together.execute()

    async def awaiting_media(self, *, at: float) -> list[tuple[str, str]]:
        """Return the teams and ids of the last sessions that ended."""
        since = at - _MEDIA_APPEAR_WITHIN.total_seconds()
        with translated():
            latest = self._redis.zrange(
                keys.ended(self._account), "+inf", since, desc=True, byscore=True, offset=0, num=_AWAITING_AT_MOST
            )
            found = cast("list[bytes]", await latest)
        return [(team, session_id) for team, _, session_id in (one.decode().partition("/") for one in found)]

    async def media_wait(self) -> timedelta:
        """Return for how long media may not be asked for because of a webhook; zero claims the next time."""
        asked = keys.media_asked_for(self._account)
        with translated():
            async with self._redis.pipeline() as both:
                both.set(asked, b"1", nx=True, ex=_MEDIA_ASKED_EVERY)
                both.pttl(asked)
                is_claimed, milliseconds = await both.execute()
        return timedelta() if is_claimed else timedelta(milliseconds=max(0, milliseconds))

    def _is_to_be_noted(self, what: str, lasts: timedelta) -> bool:
        """Return whether this process has not noted it just now: it holds for so long."""
        now, every = time.monotonic(), min(_NOTED_EVERY, lasts / 10).total_seconds()
        if now - self._noted_at.get(what, -every) < every:
            return False
        self._noted_at[what] = now
        return True

    def _mark(self, body: bytes) -> str:
        return keys.webhook(self._account, sha256(body).hexdigest())
