"""Who is invited to what in a channel, so that nobody is invited twice by accident.

People are kept as fingerprints: whoever reads Redis learns neither a number nor an address.
"""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from redis.asyncio import Redis

from bot.model import SecretKeeper, Session
from bot.store import keys
from bot.store.connection import translated

_TAKE = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] and owner ~= ARGV[2] then return owner end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
return ARGV[1]
"""

_LET_GO = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('UNLINK', KEYS[1]) end
"""


class Guests:
    """The people of the sessions in each channel. All methods raise `StoreAway` when Redis does not answer."""

    def __init__(self, redis: Redis, keeper: SecretKeeper, retention: timedelta) -> None:
        self._keeper = keeper
        self._ttl = int(retention.total_seconds())
        self._take, self._let_go = redis.register_script(_TAKE), redis.register_script(_LET_GO)

    async def take(self, session: Session, *, instead_of: str = "") -> str:
        """Have the people of a session belong to it; answers the id of the session that they belong to.

        That is another one where they were taken before, unless it is the one that gives them up: `instead_of`.
        """
        with translated():
            owner = await self._take(keys=[self._key(session)], args=[session.id, instead_of, self._ttl])
        return cast("bytes", owner).decode()

    async def forget(self, session: Session) -> None:
        """Remove the fingerprint of a session's people, unless they belong to another one by now."""
        with translated():
            await self._let_go(keys=[self._key(session)], args=[session.id])

    def _key(self, session: Session) -> str:
        place = session.asker.place
        return keys.guests(place.team, place.channel, self._keeper.fingerprint(_people(session)))


def _people(session: Session) -> str:
    return "\n".join(
        [session.kind, *sorted(contact.value for contact in session.contacts), *sorted(session.colleagues)]
    )
