"""Stores who is invited to what in a channel, so that nobody is invited twice by accident.

People are kept as fingerprints: Redis holds neither a number nor an address of theirs.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final, cast

from redis.asyncio import Redis

from bot.model.session import Session
from bot.outages import translated
from bot.store.keys import former
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.entries import Name, name_in

# KEYS: the part of the index with the people, those with their other names, and their former keys. ARGV: the session,
# now, how long a claim is kept, how many are, and the names, one for each part. Those who come first have the lower
# scores, whatever the clock says.
_CLAIM: Final = """
local id, ttl, names = ARGV[1], tonumber(ARGV[3]), #ARGV - 4
local function claims(place)
    local found, name = {}, ARGV[place + 4]
    local entries = redis.call('ZRANGE', KEYS[place], 0, -1, 'WITHSCORES')
    for at = 1, #entries, 2 do
        if string.sub(entries[at], 1, #name) == name then
            table.insert(found, {string.sub(entries[at], #name + 1), tonumber(entries[at + 1])})
        end
    end
    return found
end
local before, same, own = {}, claims(1), nil
for place, claim in ipairs(same) do
    if claim[1] == id then own = place end
end
if not own then
    local last = #same > 0 and same[#same][2] or 0
    local score = string.format('%.0f', math.max(tonumber(ARGV[2]), last + 1))
    redis.call('ZADD', KEYS[1], score, ARGV[5] .. id)
    if redis.call('TTL', KEYS[1]) < ttl then redis.call('EXPIRE', KEYS[1], ttl) end
    for at = 1, #same + 1 - ARGV[4] do redis.call('ZREM', KEYS[1], ARGV[5] .. same[at][1]) end
    own = #same + 1
end
for place = names + 1, #KEYS do
    for _, one in ipairs(redis.call('ZRANGE', KEYS[place], 0, -1)) do
        if one ~= id then table.insert(before, one) end
    end
end
for place = 2, names do
    for _, claim in ipairs(claims(place)) do
        if claim[1] ~= id then table.insert(before, claim[1]) end
    end
end
for place = 1, own - 1 do table.insert(before, same[place][1]) end
return before
"""

_MOST_KEPT: Final = 20


class Invitees:
    """The people of the sessions in each channel. All methods raise `StoreUnavailable` when Redis does not answer."""

    def __init__(self, redis: Redis, keeper: KeyRing, retention: timedelta) -> None:
        self._redis = redis
        self._keeper = keeper
        self._ttl = int(retention.total_seconds())
        self._claim = redis.register_script(_CLAIM)

    async def claim(self, session: Session) -> list[str]:
        """Claim the invitees for this session, too; returns the sessions that claimed them before, the latest first.

        Of two that come at once, one is before the other. Whatever happens to a session, the others keep their claims.
        """
        names = self._names(session)
        places = [*(name.key for name in names), *self._former(session)]
        about: list[str | int] = [session.id, int(time.time() * 1000), self._ttl, _MOST_KEPT]
        with translated():
            before = await self._claim(keys=places, args=[*about, *(name.begins for name in names)])
        return [one.decode() for one in reversed(cast("list[bytes]", before))]

    async def forget(self, session: Session) -> None:
        """Release the invitees of a session."""
        with translated():
            async with self._redis.pipeline(transaction=False) as pipeline:
                for name in self._names(session):
                    pipeline.zrem(name.key, name.entry(session.id))
                for key in self._former(session):
                    pipeline.zrem(key, session.id)
                await pipeline.execute()

    def _names(self, session: Session) -> list[Name]:
        """Return the name of the invitees, and those that it had while other keys of the ring were the first one."""
        team = session.requester.conversation.team
        return [name_in(team, claim_of(session, one)) for one in self._keeper.fingerprints(people_of(session))]

    def _former(self, session: Session) -> list[str]:
        conversation = session.requester.conversation
        fingerprints = self._keeper.fingerprints(people_of(session))
        return [former.invitees(conversation.team, conversation.channel, one) for one in fingerprints]


def claim_of(session: Session, fingerprint: str) -> str:
    """Return the text that names a session's people in its channel, by their fingerprint."""
    return f"claim {session.requester.conversation.channel} {fingerprint}"


def people_of(session: Session) -> str:
    """Return all who are invited to a session, as they are named in its fingerprint."""
    return "\n".join(
        [
            session.kind,
            *sorted(contact.value for contact in session.invitation.contacts),
            *sorted(session.invitation.colleagues),
        ]
    )
