"""Stores who is invited to what in a channel, so that nobody is invited twice by accident.

People are kept as fingerprints: Redis holds neither a number nor an address of theirs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, cast

from redis.asyncio import Redis

from bot.model.session import Session
from bot.outages import translated
from bot.store import keys
from bot.store.sealing.keyring import KeyRing

# Those who come first have the lower scores, whatever the clock says.
_TAKE = """
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
    local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
    redis.call('ZADD', KEYS[1], (last or 0) + 1, ARGV[1])
    redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -ARGV[3] - 1)
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
local rank, before = redis.call('ZRANK', KEYS[1], ARGV[1]), {}
for place = 2, #KEYS do
    for _, one in ipairs(redis.call('ZRANGE', KEYS[place], 0, -1)) do
        if one ~= ARGV[1] then table.insert(before, one) end
    end
end
if rank > 0 then
    for _, one in ipairs(redis.call('ZRANGE', KEYS[1], 0, rank - 1)) do table.insert(before, one) end
end
return before
"""

_MOST_KEPT: Final = 20


class Invitees:
    """The people of the sessions in each channel. All methods raise `StoreUnavailable` when Redis does not answer."""

    def __init__(self, redis: Redis, keeper: KeyRing, retention: timedelta) -> None:
        self._redis = redis
        self._keeper = keeper
        self._ttl = int(retention.total_seconds())
        self._take = redis.register_script(_TAKE)

    async def claim(self, session: Session) -> list[str]:
        """Claim the invitees for this session, too; returns the sessions that claimed them before, the latest first.

        Of two that come at once, one is before the other. Whatever happens to a session, the others keep their claims.
        """
        with translated():
            before = await self._take(keys=self._keys(session), args=[session.id, self._ttl, _MOST_KEPT])
        return [one.decode() for one in reversed(cast("list[bytes]", before))]

    async def forget(self, session: Session) -> None:
        """Release the invitees of a session."""
        for key in self._keys(session):
            with translated():
                await self._redis.zrem(key, session.id)

    def _keys(self, session: Session) -> list[str]:
        """Return the key of the invitees, and those that it had while other keys of the ring were the first one."""
        conversation = session.requester.conversation
        fingerprints = self._keeper.fingerprints(people_of(session))
        return [keys.invitees(conversation.team, conversation.channel, one) for one in fingerprints]


def people_of(session: Session) -> str:
    """Return all who are invited to a session, as they are named in its fingerprint."""
    return "\n".join(
        [
            session.kind,
            *sorted(contact.value for contact in session.invitation.contacts),
            *sorted(session.invitation.colleagues),
        ]
    )
