"""Indexes who was invited to which sessions of a workspace: from a number or an address to what is kept of it.

People are kept as fingerprints: Redis holds neither a number nor an address of theirs. Each writing of a session keeps
its entries (`bot.store.sessions.scripts`), and forgetting it removes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final, cast

from redis.asyncio import Redis

from bot.model.people import Contact
from bot.model.session import Session
from bot.outages import translated
from bot.store import keys
from bot.store.keys import former
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.entries import found_by, name_in
from bot.store.sessions.reader import SessionReader

_COMPLETED_AGAIN_AFTER: Final = timedelta(days=1)
"""Processes of a version without this index may write sessions as long as an update takes."""

_AT_ONCE: Final = 100


class InviteeIndex:
    """Finds sessions by those who were invited. All methods raise `StoreUnavailable` when Redis does not answer."""

    def __init__(self, redis: Redis, sealer: KeyRing, sessions: SessionReader, retention: timedelta) -> None:
        self._redis = redis
        self._sealer = sealer
        self._sessions = sessions
        self._retention = retention

    def fingerprints(self, contact: Contact) -> list[str]:
        """Return how somebody is named here, by each key of the ring."""
        return self._sealer.fingerprints(_named(contact))

    async def sessions_with(self, team: str, fingerprints: Sequence[str]) -> list[Session]:
        """Return a workspace's sessions to which the person of these fingerprints was invited, the latest first."""
        await self._complete(team)
        found: dict[str, float] = {}
        for fingerprint in fingerprints:
            found |= await self._entries(former.invitee(team, fingerprint))
            found |= await found_by(self._redis, name_in(team, fingerprint))
        sessions = await self._sessions.those_of(team, sorted(found, key=lambda one: -found[one]))
        return [session for session in sessions if not set(fingerprints).isdisjoint(self._of(session))]

    def _of(self, session: Session) -> set[str]:
        return {one for named in invitees_of(session) for one in self._sealer.fingerprints(named)}

    async def _complete(self, team: str) -> None:
        """Add to the index the sessions that an earlier version wrote."""
        with translated():
            if await self._redis.exists(keys.invitees_indexed(team)):
                return
        changed = await self._entries(keys.changed_sessions(team))
        ids = list(changed)
        for start in range(0, len(ids), _AT_ONCE):
            await self._add(team, await self._sessions.those_of(team, ids[start : start + _AT_ONCE]), changed)
        with translated():
            await self._redis.set(keys.invitees_indexed(team), b"1", ex=_COMPLETED_AGAIN_AFTER)

    async def _add(self, team: str, sessions: Iterable[Session], changed: Mapping[str, float]) -> None:
        with translated():
            async with self._redis.pipeline(transaction=False) as pipeline:
                for session in sessions:
                    for named in invitees_of(session):
                        name = name_in(team, self._sealer.fingerprint(named))
                        pipeline.zadd(name.key, {name.entry(session.id): int(changed[session.id] * 1000)})
                        pipeline.expire(name.key, self._retention, nx=True)
                        pipeline.expire(name.key, self._retention, gt=True)
                await pipeline.execute()

    async def _entries(self, key: str) -> dict[str, float]:
        with translated():
            found = await self._redis.zrange(key, 0, -1, withscores=True)
        return {one.decode(): score for one, score in cast("list[tuple[bytes, float]]", found)}


def invitees_of(session: Session) -> list[str]:
    """Return the texts of which a session's invitees are fingerprinted, its colleagues' addresses among them."""
    invitation = session.invitation
    return list(dict.fromkeys(map(_named, [*invitation.contacts, *map(Contact, invitation.addresses)])))


def _named(contact: Contact) -> str:
    return f"invitee {contact.value.casefold()}"
