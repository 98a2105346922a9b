"""What may be wanted many times at once and is done once: at most once a second, and once after the last wish.

Each turn has a number, the time for which it is planned in Unix milliseconds by Redis' clock. A job is made for
each turn; whoever wishes while a turn is waiting or under way gets that turn, and the job finds out at its end
whether somebody has wished since it began.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple, cast

from redis.asyncio import Redis

from bot.model.errors import TryLater
from bot.store import keys
from bot.store.server.connection import translated

APART = timedelta(seconds=1)
_KEPT_FOR = timedelta(days=2)

_START = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local apart, kept = tonumber(ARGV[1]), ARGV[2]
local begun = tonumber(redis.call('HGET', KEYS[1], 'begun') or 0)
local turn = redis.call('HGET', KEYS[1], 'turn')
redis.call('PEXPIRE', KEYS[1], kept)
-- What lies in the future was written before the clock was set back: nobody shall wait until then.
if begun > now then begun = 0 end
if turn and tonumber(turn) > now + 60000 then turn = false end
"""

_WISH = (
    _START
    + """
turn = turn or math.max(now + ARGV[3], begun + apart)
redis.call('HSET', KEYS[1], 'wished', now, 'turn', turn)
redis.call('PEXPIRE', KEYS[1], kept)
return {tonumber(turn), redis.call('HGET', KEYS[1], 'planned') == tostring(turn) and 1 or 0}
"""
)

# Answers for how many milliseconds it is too early, or 0: then it has begun.
_BEGIN = (
    _START
    + """
if now < begun + apart then return begun + apart - now end
redis.call('HSET', KEYS[1], 'begun', now)
redis.call('PEXPIRE', KEYS[1], kept)
return 0
"""
)

# Answers the next turn, or 0 where nothing was wished since this one began.
_END = (
    _START
    + """
if turn ~= ARGV[3] then return 0 end
local wished = tonumber(redis.call('HGET', KEYS[1], 'wished'))
if wished < begun then
    redis.call('HDEL', KEYS[1], 'turn')
    return 0
end
if wished > now then redis.call('HSET', KEYS[1], 'wished', 0) end
local following = (begun > 0 and begun or now) + apart
redis.call('HSET', KEYS[1], 'turn', following)
return following
"""
)


class Turn(NamedTuple):
    """The number of a turn, and whether its job has been made for certain."""

    number: int
    is_planned: bool


class Wishes:
    """The wishes about sessions. All methods raise `bot.model.errors.StoreUnavailable` when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._wish, self._begin, self._end = map(redis.register_script, (_WISH, _BEGIN, _END))

    async def wish(self, what: str, team: str, session_id: str, *, later: timedelta = timedelta()) -> Turn:
        """Want something done about a session, that much `later`; answers the turn that will do it."""
        arguments = [*_ARGUMENTS, int(later.total_seconds() * 1000)]
        with translated():
            turn, planned = await self._wish(keys=[keys.wish(team, what, session_id)], args=arguments)
        return Turn(turn, is_planned=bool(planned))

    async def planned(self, what: str, team: str, session_id: str, turn: int) -> None:
        """Note that a job has been made for a turn."""
        with translated():
            await self._redis.hset(keys.wish(team, what, session_id), "planned", str(turn))

    async def begin(self, what: str, team: str, session_id: str) -> None:
        """Begin it, as often as a turn needs; raises `TryLater` within a second of the last beginning."""
        with translated():
            early = await self._begin(keys=[keys.wish(team, what, session_id)], args=_ARGUMENTS)
        if early:
            raise TryLater(cast("int", early) / 1000, is_stated=True)

    async def end(self, what: str, team: str, session_id: str, turn: int) -> int | None:
        """End a turn; answers the next one where something was wished since it began."""
        with translated():
            following = await self._end(keys=[keys.wish(team, what, session_id)], args=[*_ARGUMENTS, turn])
        return cast("int", following) or None


_ARGUMENTS = [int(APART.total_seconds() * 1000), int(_KEPT_FOR.total_seconds() * 1000)]
