"""Stores how far the lists of open sessions were read, and which sessions have not been seen for longest.

Rounds are numbered: a clock that is set back does not change which one came last.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from heapq import nsmallest
from operator import itemgetter
from typing import Final, cast

from redis.asyncio import Redis

from bot.model.session import Kind, Session, Trouble
from bot.outages import translated
from bot.store import keys
from bot.store.server.pieces import in_pieces

_KEPT_FOR: Final = timedelta(days=2)
_TROUBLE_KEPT_FOR: Final = timedelta(days=1)


_MAY_POLL = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local last = tonumber(redis.call('GET', KEYS[1]) or 0)
if last <= now and now - last < tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], now, 'PX', ARGV[1])
return 1
"""


class PollCount:
    """How many polls were begun, of all accounts. Its methods raise `StoreUnavailable` when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def poll_begun(self) -> None:
        """Count a round, whether it will ask Apizee or not."""
        key = keys.polls_made()
        with translated():
            async with self._redis.pipeline() as both:
                both.incr(key)
                both.expire(key, _KEPT_FOR)
                await both.execute()

    async def polls_made(self) -> int:
        """Return how many rounds were begun."""
        with translated():
            return int(await self._redis.get(keys.polls_made()) or 0)


class PollingState:
    """What one poll of an account leaves to the next.

    All methods raise `StoreUnavailable` when Redis does not answer.
    """

    def __init__(self, redis: Redis, *, account: str) -> None:
        self._redis = redis
        self._account = account
        self._may_poll = redis.register_script(_MAY_POLL)

    async def begin(self) -> int:
        """Return the number of a new round."""
        key = keys.polling(self._account, "rounds")
        with translated():
            async with self._redis.pipeline() as both:
                both.incr(key)
                both.expire(key, _KEPT_FOR)
                return cast("int", (await both.execute())[0])

    async def stopped_at(self, kind: Kind) -> int:
        """Return the offset at which the list of a kind was left; 0 where it was read to its end."""
        with translated():
            return int(await self._redis.get(keys.polling(self._account, "offset", kind)) or 0)

    async def stop_at(self, kind: Kind, offset: int) -> None:
        """Note where the next round goes on with the list of a kind; at 0 once it was read to its end."""
        with translated():
            await self._redis.set(keys.polling(self._account, "offset", kind), offset, ex=_KEPT_FOR)

    async def seen(self, sessions: Iterable[Session], *, by: int) -> None:
        """Note that these sessions were seen, or are about to be read, by the round of this number."""
        key = keys.polling(self._account, "seen")
        for some in in_pieces(sessions):
            with translated():
                async with self._redis.pipeline() as both:
                    both.zadd(key, {_member(session): by for session in some})
                    both.zremrangebyscore(key, "-inf", by - _KEPT_FOR.total_seconds())
                    both.expire(key, _KEPT_FOR)
                    await both.execute()

    async def longest_unseen(self, sessions: Iterable[Session], *, most: int) -> list[Session]:
        """Return so many of these sessions at most, those that the rounds have not seen for longest first."""
        key, longest = keys.polling(self._account, "seen"), cast("list[tuple[float, float, Session]]", [])
        for some in in_pieces(sessions):
            with translated():
                scores = await self._redis.zmscore(key, list(map(_member, some)))
            ranked = [(score or 0.0, one.created_at, one) for score, one in zip(scores, some, strict=True)]
            longest = nsmallest(most, [*longest, *ranked], key=itemgetter(0, 1))
        return [session for _, _, session in longest]

    async def request_poll(self) -> None:
        """Make the next round ask Apizee, even where webhooks make that seem needless."""
        with translated():
            await self._redis.set(keys.polling(self._account, "wanted"), b"1", ex=_KEPT_FOR)

    async def is_requested(self) -> bool:
        """Return whether a poll was requested since this was last asked."""
        with translated():
            return bool(await self._redis.getdel(keys.polling(self._account, "wanted")))

    async def may_poll(self, kind: Kind, *, again_after: timedelta) -> bool:
        """Return whether a poll of all open sessions of a kind is due; the next one is after that time.

        By the recorded time, not by the key's end, which moves away where the clock is set back.
        """
        for_so_long = int(again_after.total_seconds() * 1000)
        with translated():
            return bool(await self._may_poll(keys=[keys.polled(self._account, kind)], args=[for_so_long]))

    async def poll_failed(self, trouble: Trouble, *, at: float) -> None:
        """Record that a poll failed at that time; the poll stays due."""
        with translated():
            await self._redis.delete(*(keys.polled(self._account, kind) for kind in Kind))
            await self._redis.set(keys.trouble(self._account), f"{at} {trouble}", ex=_TROUBLE_KEPT_FOR)

    async def last_trouble(self) -> tuple[Trouble, float] | None:
        """Return why and when a poll failed last; `None` where none did within a day."""
        with translated():
            kept = cast("bytes | None", await self._redis.get(keys.trouble(self._account)))
        if kept is None:
            return None
        at, _, trouble = kept.decode().partition(" ")
        return (Trouble(trouble), float(at)) if trouble in {known.value for known in Trouble} else None

    async def refused(self) -> int:
        """Count a sign-in that Apizee refused; returns how many these are in a row."""
        key = keys.polling(self._account, "refused")
        with translated():
            async with self._redis.pipeline() as both:
                both.incr(key)
                both.expire(key, _KEPT_FOR)
                return cast("int", (await both.execute())[0])

    async def accepted(self) -> None:
        """Note that Apizee accepted the account."""
        with translated():
            await self._redis.unlink(*(keys.polling(self._account, one) for one in ("refused", "resting", "informed")))

    async def is_informed(self, who: str) -> bool:
        """Return whether somebody was informed that Apizee refuses the account."""
        key = keys.polling(self._account, "informed")
        with translated():
            async with self._redis.pipeline() as both:
                both.sismember(key, who)
                both.expire(key, _KEPT_FOR)
                return bool((await both.execute())[0])

    async def note_informed(self, who: str) -> None:
        """Note that somebody was informed; they are not again before the account is accepted."""
        key = keys.polling(self._account, "informed")
        with translated():
            async with self._redis.pipeline() as both:
                both.sadd(key, who)
                both.expire(key, _KEPT_FOR)
                await both.execute()

    async def rest(self, lasts: timedelta) -> None:
        """Let the account not be polled for so long."""
        with translated():
            await self._redis.set(keys.polling(self._account, "resting"), b"1", ex=lasts)

    async def is_resting(self) -> bool:
        """Return whether the account is not to be polled now."""
        with translated():
            return bool(await self._redis.exists(keys.polling(self._account, "resting")))


def _member(session: Session) -> str:
    return f"{session.requester.conversation.team}/{session.id}"
