"""Counts how many people each member of a workspace has invited within an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, cast

from redis.asyncio import Redis

from bot.model.people import Requester
from bot.outages import translated
from bot.store import keys

HOUR: Final = timedelta(hours=1)

# One entry for each person who is invited, under the session and the person's place in it, by the time in microseconds.
# A session that was counted is not counted again. Entries of the future were written before the clock was set back.
_COUNT: Final = """
local key, session, people = KEYS[1], ARGV[1], tonumber(ARGV[2])
local limit, hour = tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function digits(number) return string.format('%.0f', number) end
for _, entry in ipairs(redis.call('ZRANGEBYSCORE', key, '(' .. digits(now), '+inf')) do
    redis.call('ZADD', key, digits(now), entry)
end
if people == 0 or redis.call('ZSCORE', key, session .. ':1') then return 0 end
redis.call('ZREMRANGEBYSCORE', key, '-inf', digits(now - hour))
local too_many = redis.call('ZCARD', key) + people - limit
if people > limit then return -1 end
if too_many > 0 then
    local last_to_leave = redis.call('ZRANGE', key, too_many - 1, too_many - 1, 'WITHSCORES')[2]
    return math.max(1, last_to_leave + hour - now)
end
for place = 1, people do
    redis.call('ZADD', key, digits(now), session .. ':' .. place)
end
redis.call('PEXPIRE', key, math.ceil(hour / 1000))
return 0
"""


@dataclass(frozen=True, slots=True)
class NoRoom:
    """So many people are not invited now; in `seconds` they can be, or never at once where there are none."""

    limit: int
    seconds: float | None


class InvitationCounter:
    """Counts the people whom one member invites, `limit` in any hour, over all processes; Redis' clock counts.

    All methods raise `StoreUnavailable`.
    """

    def __init__(self, redis: Redis, *, limit: int, window: timedelta = HOUR) -> None:
        self._limit = limit
        self._window = round(window.total_seconds() * 1_000_000)
        self._count = redis.register_script(_COUNT)
        self._redis = redis

    async def count(self, requester: Requester, session_id: str, people: int) -> NoRoom | None:
        """Count the people of a session once, however often it is started; `None` where there is room for them."""
        arguments: list[str | int] = [session_id, people, self._limit, self._window]
        with translated():
            wait = cast("int", await self._count(keys=[_key(requester)], args=arguments))
        if wait == 0:
            return None
        return NoRoom(self._limit, wait / 1_000_000 if wait > 0 else None)

    async def give_back(self, requester: Requester, session_id: str, people: int) -> None:
        """Take a session's people out of the count: none of them was invited."""
        entries = [f"{session_id}:{place}" for place in range(1, people + 1)]
        if entries:
            with translated():
                await self._redis.zrem(_key(requester), *entries)


def _key(requester: Requester) -> str:
    return keys.invitations_of(requester.conversation.team, requester.user)
