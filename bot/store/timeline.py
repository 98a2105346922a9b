"""What is known of sessions besides their records: the steps that Apizee reported, and the time.

A field is a step's name, with the time behind an `@` where the step may come again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping
from datetime import timedelta
from typing import Final, TypeAlias, cast

from redis.asyncio import Redis

from bot.model.session import Session
from bot.model.session.timeline import REPEATED, Milestone, Step, timeline_of
from bot.outages import translated
from bot.store import keys

# Apizee promises neither an order nor to send once; a day later nobody follows a session any more.
_STEPS_KEPT_FOR = timedelta(days=2)

_STEPS_AT_MOST = 500
"""Nobody takes more photos; if somebody does, the last ones are not counted before the end."""

_NOTE: Final = """
if redis.call('HLEN', KEYS[1]) < tonumber(ARGV[3]) and redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 1 then
    redis.call('EXPIRE', KEYS[1], ARGV[4])
end
"""

_Kept: TypeAlias = Mapping[bytes, bytes]


class Timeline:
    """Stores customers' steps, webhooks and polls. All methods raise `StoreUnavailable` when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._note = redis.register_script(_NOTE)

    async def now(self) -> float:
        """Return the time by Redis' clock, the same for all processes, in Unix seconds."""
        with translated():
            seconds, micros = await self._redis.time()
        return float(seconds + micros / 1_000_000)

    async def note(self, team: str, session_id: str, milestone: Milestone) -> None:
        """Record when a step was taken; the same report again changes nothing.

        Of several reports of a step that is taken once, the first counts.
        """
        key, field = keys.timeline(team, session_id), milestone.step.value
        if milestone.step in REPEATED:
            field = f"{field}@{milestone.at}"
        expires = int(_STEPS_KEPT_FOR.total_seconds())
        with translated():
            await self._note(keys=[key], args=[field, str(milestone.at), _STEPS_AT_MOST, expires])

    async def of(self, team: str, session_id: str) -> tuple[Milestone, ...]:
        """Return the timeline of the steps that were recorded."""
        with translated():
            kept = await cast("Awaitable[_Kept]", self._redis.hgetall(keys.timeline(team, session_id)))
        return _in_order(kept)

    async def of_each(self, sessions: Iterable[Session]) -> list[tuple[Milestone, ...]]:
        """Return the steps of some sessions, in one round trip, as `of` does."""
        with translated():
            async with self._redis.pipeline(transaction=False) as together:
                for session in sessions:
                    together.hgetall(keys.timeline(session.requester.conversation.team, session.id))
                return list(map(_in_order, await together.execute()))


def _in_order(kept: _Kept) -> tuple[Milestone, ...]:
    known = {step.value for step in Step}  # a newer version may know more
    named = [(field.decode().partition("@")[0], float(at)) for field, at in kept.items()]
    return timeline_of(Milestone(Step(step), at) for step, at in named if step in known)
