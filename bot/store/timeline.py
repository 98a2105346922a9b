"""What is known of sessions besides their records: the steps of their customers, and the time."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import cast

from redis.asyncio import Redis

from bot.model.session import Milestone, Step
from bot.outages import translated
from bot.store import keys

# Apizee promises neither an order nor to send once; a day later nobody follows a session any more.
_STEPS_KEPT_FOR = timedelta(days=2)


class Timeline:
    """Stores customers' steps, webhooks and polls. All methods raise `StoreUnavailable` when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def now(self) -> float:
        """Return the time by Redis' clock, the same for all processes, in Unix seconds."""
        with translated():
            seconds, micros = await self._redis.time()
        return float(seconds + micros / 1_000_000)

    async def note(self, team: str, session_id: str, milestone: Milestone) -> None:
        """Record when a customer took a step; of several reports of one step the first counts."""
        key = keys.timeline(team, session_id)
        with translated():
            async with self._redis.pipeline() as both:
                both.hsetnx(key, milestone.step.value, str(milestone.at))
                both.expire(key, _STEPS_KEPT_FOR)
                await both.execute()

    async def of(self, team: str, session_id: str) -> tuple[Milestone, ...]:
        """Return the steps that were recorded, in the order of their times."""
        with translated():
            kept = await cast("Awaitable[Mapping[bytes, bytes]]", self._redis.hgetall(keys.timeline(team, session_id)))
        known = {step.value for step in Step}  # a newer version may know more
        steps = [Milestone(Step(step.decode()), float(at)) for step, at in kept.items() if step.decode() in known]
        return tuple(sorted(steps, key=lambda milestone: (milestone.at, list(Step).index(milestone.step))))
