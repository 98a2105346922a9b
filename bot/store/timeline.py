"""What is known of sessions besides their records: steps that webhooks tell of, and how looking at them goes."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import cast

from redis.asyncio import Redis

from bot.model.session import Milestone, Step, Trouble
from bot.outages import translated
from bot.store import keys

# Apizee promises neither an order nor to send once; a day later nobody follows a session any more.
_STEPS_KEPT_FOR = timedelta(days=2)
_REPEATED_WITHIN = timedelta(hours=1)
# A webhook about media does not say whose they are, so the latest sessions are asked for theirs; not for each photo.
_MEDIA_APPEAR_WITHIN = timedelta(hours=1)
_MEDIA_ASKED_EVERY = timedelta(seconds=30)
_AWAITING_AT_MOST = 3
_TROUBLE_KEPT_FOR = timedelta(days=1)


_MAY_POLL = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = tonumber(redis.call('GET', KEYS[1]) or 0)
if last <= now and now - last < tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], now, 'PX', ARGV[1])
return 1
"""


class Timeline:
    """All methods raise `bot.model.errors.StoreUnavailable` when Redis does not answer."""

    def __init__(self, redis: Redis, *, account: str) -> None:
        self._redis = redis
        self._account = account
        self._may_poll = redis.register_script(_MAY_POLL)

    async def now(self) -> float:
        """Return the time by Redis' clock, the same for all processes, in Unix seconds."""
        with translated():
            seconds, micros = await self._redis.time()
        return float(seconds + micros / 1_000_000)

    async def note(self, team: str, session_id: str, milestone: Milestone) -> None:
        """Record when a customer took a step; of several reports of one step the first counts."""
        key = keys.heard(team, session_id)
        with translated():
            async with self._redis.pipeline() as both:
                both.hsetnx(key, milestone.step.value, str(milestone.at))
                both.expire(key, _STEPS_KEPT_FOR)
                await both.execute()

    async def of(self, team: str, session_id: str) -> tuple[Milestone, ...]:
        """Return the steps that were recorded, in the order of their times."""
        with translated():
            kept = await cast("Awaitable[Mapping[bytes, bytes]]", self._redis.hgetall(keys.heard(team, session_id)))
        known = {step.value for step in Step}  # a newer version may know more
        steps = [Milestone(Step(step.decode()), float(at)) for step, at in kept.items() if step.decode() in known]
        return tuple(sorted(steps, key=lambda milestone: (milestone.at, list(Step).index(milestone.step))))

    async def was_received(self, body: bytes) -> bool:
        """Return whether this very webhook was received before."""
        with translated():
            return bool(await self._redis.exists(self._mark(body)))

    async def note_webhook(self, body: bytes, *, quiet_after: timedelta) -> None:
        """Note that this webhook was received; without another one, Apizee counts as quiet after that time."""
        with translated():
            async with self._redis.pipeline() as both:
                both.set(self._mark(body), b"1", ex=_REPEATED_WITHIN)
                both.set(keys.webhooks_received(self._account), b"1", ex=quiet_after)
                await both.execute()

    async def ended(self, team: str, session_id: str, *, at: float) -> None:
        """Note that a session's recordings may be on their way from now on."""
        key = keys.ended(self._account)
        with translated():
            async with self._redis.pipeline() as both:
                both.zadd(key, {f"{team}/{session_id}": at})
                both.expire(key, _MEDIA_APPEAR_WITHIN)
                await both.execute()

    async def awaiting_media(self, *, at: float) -> list[tuple[str, str]]:
        """Return the teams and ids of the last sessions that ended."""
        key = keys.ended(self._account)
        with translated():
            await self._redis.zremrangebyscore(key, "-inf", at - _MEDIA_APPEAR_WITHIN.total_seconds())
            found = cast("list[bytes]", await self._redis.zrange(key, 0, _AWAITING_AT_MOST - 1, desc=True))
        return [(team, session_id) for team, _, session_id in (one.decode().partition("/") for one in found)]

    async def media_wait(self) -> timedelta:
        """Return for how long media may not be asked for because of a webhook; zero claims the next time."""
        asked = keys.media_asked_for(self._account)
        with translated():
            if await self._redis.set(asked, b"1", nx=True, ex=_MEDIA_ASKED_EVERY):
                return timedelta()
            return timedelta(milliseconds=max(0, await self._redis.pttl(asked)))

    async def are_coming(self) -> bool:
        """Return whether Apizee has sent webhooks lately."""
        with translated():
            return bool(await self._redis.exists(keys.webhooks_received(self._account)))

    async def may_poll(self, *, again_after: timedelta) -> bool:
        """Return whether a poll of all open sessions is due; the next one is after that time.

        By the time written down, not by the key's end, which moves away where the clock is set back.
        """
        for_so_long = int(again_after.total_seconds() * 1000)
        with translated():
            return bool(await self._may_poll(keys=[keys.looked(self._account)], args=[for_so_long]))

    async def poll_failed(self, trouble: Trouble, *, at: float) -> None:
        """Record that a poll failed at that time; the poll stays due."""
        with translated():
            await self._redis.delete(keys.looked(self._account))
            await self._redis.set(keys.trouble(self._account), f"{at} {trouble}", ex=_TROUBLE_KEPT_FOR)

    async def last_trouble(self) -> tuple[Trouble, float] | None:
        """Return why and when a poll failed last; `None` where none did within a day."""
        with translated():
            kept = cast("bytes | None", await self._redis.get(keys.trouble(self._account)))
        if kept is None:
            return None
        at, _, trouble = kept.decode().partition(" ")
        return (Trouble(trouble), float(at)) if trouble in {known.value for known in Trouble} else None

    def _mark(self, body: bytes) -> str:
        return keys.webhook(self._account, sha256(body).hexdigest())
