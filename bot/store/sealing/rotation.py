"""Seals all that Redis holds with the first key of the ring, so that the others can be removed; while the bot works.

It goes over all keys in batches. What changes meanwhile is read again, and what was sealed again already is left alone:
it may be stopped and run again at any time. Fingerprints are made with a key as well, so they are moved to those of the
first one.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, Final, cast

from redis.asyncio import Redis

from bot.model.accounts import key_of
from bot.model.errors import NewerRecord, Unreadable
from bot.model.session import Session
from bot.outages import translated
from bot.store import keys
from bot.store.accounts.facts import AccountFacts
from bot.store.accounts.store import AccountStore
from bot.store.deferred import DeferredRequests
from bot.store.keys import former
from bot.store.people.logins import LoginStore
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.entries import name_in
from bot.store.sessions.invitee_index import invitees_of
from bot.store.sessions.invitees import claim_of, people_of
from bot.store.sessions.link_index import links_of
from bot.store.sessions.reader import SessionReader
from bot.store.workspaces.digests import DigestStore
from bot.store.workspaces.installations import InstallationStore

_BATCH: Final = 500
_TRIES: Final = 10
_TEAM: Final = "<team>"
_ANY: Final = "<any>"
# Whatever was written meanwhile is not replaced. KEYS: what is sealed. ARGV: as it was, as it will be, its field.
_REPLACE: Final = """
local field = ARGV[3]
if field then
    if redis.call('HGET', KEYS[1], field) ~= ARGV[1] then return 0 end
    redis.call('HSET', KEYS[1], field, ARGV[2])
else
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
end
return 1
"""

# KEYS: the former fingerprint's, the new one's. ARGV: how long it is kept at least.
_MOVE: Final = """
local moved = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
if #moved == 0 then return 0 end
for place = 1, #moved, 2 do
    redis.call('ZADD', KEYS[2], 'NX', moved[place + 1], moved[place])
end
local left = math.max(redis.call('PTTL', KEYS[1]), redis.call('PTTL', KEYS[2]), ARGV[1] + 0)
redis.call('PEXPIRE', KEYS[2], left)
redis.call('DEL', KEYS[1])
return 1
"""

# KEYS: what has an entry of a session, what will have it, and when the workspace's sessions changed. ARGV: the entry as
# it is and as it will be, the session's id, and how long it is kept at least. Before version 0.2 the entry was the id
# alone, and had another score.
_MOVE_ENTRY: Final = """
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score then return 0 end
if ARGV[1] == ARGV[3] then
    score = string.format('%.0f', (redis.call('ZSCORE', KEYS[3], ARGV[3]) or 0) * 1000)
end
redis.call('ZADD', KEYS[2], 'NX', score, ARGV[2])
redis.call('PEXPIRE', KEYS[2], math.max(redis.call('PTTL', KEYS[2]), ARGV[4] + 0))
return redis.call('ZREM', KEYS[1], ARGV[1])
"""

# KEYS: the former fingerprint's, the new one's.
_RENAME: Final = """
return redis.call('EXISTS', KEYS[1]) == 1 and redis.call('RENAMENX', KEYS[1], KEYS[2])
"""

Reseal = Callable[[bytes, str], "bytes | None"]
"""Returns what is kept under a key sealed again, `None` where that is not needed; raises `Unreadable`."""


ResealField = Callable[[bytes, str, str], "bytes | None"]
"""Does the same with a field of a hash, by the key and the field."""


@dataclass(slots=True)
class Rotated:
    """How many records were looked at, sealed again, and left as they are: no key opens them, or they are newer."""

    seen: int = 0
    sealed_again: int = 0
    left: int = 0


class KeyRotation:
    """Seals everything again. All methods raise `StoreUnavailable` when Redis does not answer."""

    def __init__(
        self,
        redis: Redis,
        ring: KeyRing,
        *,
        sessions: SessionReader,
        deferred: DeferredRequests,
        installations: InstallationStore,
        accounts: AccountStore,
        logins: LoginStore,
        digests: DigestStore,
        retention: timedelta,
    ) -> None:
        self._redis = redis
        self._ring = ring
        self._sessions = sessions
        self._by_field = {_LOGINS: logins.resealed, _DIGESTS: digests.resealed}
        self._replace, self._move = redis.register_script(_REPLACE), redis.register_script(_MOVE)
        self._rename, self._move_entry = redis.register_script(_RENAME), redis.register_script(_MOVE_ENTRY)
        self._kept_for = int(retention.total_seconds() * 1000)
        self._kinds: Sequence[tuple[re.Pattern[str], str | None, Reseal]] = [
            (_like(keys.session(_TEAM, _ANY)), "body", sessions.resealed),
            (_like(keys.deferred(_TEAM, _ANY)), None, deferred.resealed),
            (_like(keys.former_deferred(_TEAM, _ANY)), None, deferred.resealed),
            (_like(keys.installation(_TEAM)), None, installations.resealed),
            (_like(keys.account(_TEAM)), "sealed", accounts.resealed),
            (_like(keys.cached(_TEAM, _ANY)), None, self._resealed_value),
            (_like(f"{key_of(_TEAM)}:token:{_TEAM}"), None, self._resealed_value),
            (_like(keys.canary()), None, self._resealed_value),
        ]

    async def rotate(self, on_progress: Callable[[Rotated], None]) -> Rotated:
        """Go over everything once; `on_progress` is called now and then."""
        rotated = Rotated()
        async for batch in self._batches():
            for key in batch:
                await self._rotate_one(key, rotated)
            on_progress(rotated)
        return rotated

    async def _batches(self) -> AsyncIterator[list[str]]:
        batch = list[str]()
        with translated():
            async for key in self._redis.scan_iter(match="apizee:*", count=_BATCH):
                batch.append(key.decode(errors="replace"))
                if len(batch) >= _BATCH:
                    yield batch
                    batch = []
        yield batch

    async def _rotate_one(self, key: str, rotated: Rotated) -> None:
        if _PORTALS.fullmatch(key):
            await self._rotate_portals(key, rotated)
        for pattern, resealed in self._by_field.items():
            if pattern.fullmatch(key):
                await self._rotate_fields(key, resealed, rotated)
        for pattern, field, reseal in self._kinds:
            if pattern.fullmatch(key):
                is_open = await self._reseal(key, field, reseal, rotated)
                if is_open and field == "body":
                    await self._move_fingerprints(key)

    async def _reseal(self, key: str, field: str | None, reseal: Reseal, rotated: Rotated) -> bool:
        """Seal what is kept under a key again; returns whether it is open to the first key now."""
        rotated.seen += 1
        for _try in range(_TRIES):
            kept = await self._kept(key, field)
            if kept is None:
                return False
            try:
                again = reseal(kept, key)
            except (Unreadable, NewerRecord):
                rotated.left += 1
                return False
            if again is None:
                return True
            with translated():
                if await self._replace(keys=[key], args=[kept, again, *([field] if field else [])]):
                    rotated.sealed_again += 1
                    return True
        return True  # somebody writes it all the time, and so seals it

    async def _kept(self, key: str, field: str | None) -> bytes | None:
        redis: Any = self._redis
        with translated():
            return cast("bytes | None", await (redis.hget(key, field) if field else redis.get(key)))

    def _resealed_value(self, kept: bytes, key: str) -> bytes | None:
        again = self._ring.resealed_value(kept.decode(errors="replace"), key)
        return None if again is None else again.encode()

    async def _rotate_portals(self, key: str, rotated: Rotated) -> None:
        """Seal again where agents work; the field of a service is a fingerprint, too."""
        facts = AccountFacts(self._redis, self._ring, account=key.removesuffix(":portals"))
        rotated.sealed_again += await facts.seal_again()
        rotated.seen += 1

    async def _rotate_fields(self, key: str, resealed: ResealField, rotated: Rotated) -> None:
        """Seal each field of a hash again."""
        with translated():
            fields = await cast("Awaitable[Sequence[bytes]]", self._redis.hkeys(key))
        for field in map(bytes.decode, fields):
            await self._reseal(key, field, partial(_of_field, resealed, field), rotated)

    async def _move_fingerprints(self, key: str) -> None:
        """Let a session be found by the first key's fingerprints of its invitees, its name and its conversation."""
        session = await self._sessions.get(keys.team_in(key), key.rpartition(":")[2])
        if session is None:
            return
        await self._move_entries(session)
        if session.invitation.name:
            account = self._sessions.account_of(session)
            await self._move_all(session.invitation.name, partial(keys.meetings_named, account))
        if conversation := session.remote.links.conversation:
            await self._move_conversation(self._sessions.account_of(session), conversation)

    async def _move_entries(self, session: Session) -> None:
        """Let a session be found in the index of its workspace by the first key's fingerprints."""
        conversation = session.requester.conversation
        changed = keys.changed_sessions(conversation.team)
        claimed = partial(former.invitees, conversation.team, conversation.channel)
        texts: list[tuple[str, Callable[[str], str], Callable[[str], str]]] = [
            (people_of(session), partial(claim_of, session), claimed),
            *((one, str, partial(former.invitee, conversation.team)) for one in invitees_of(session)),
            *((one, str, partial(former.linked, conversation.team)) for one in links_of(session)),
        ]
        for text, named, formerly in texts:
            fingerprints = self._ring.fingerprints(text)
            first, *others = (name_in(conversation.team, named(one)) for one in fingerprints)
            places = [(other.key, other.entry(session.id)) for other in others]
            places += [(formerly(one), session.id) for one in fingerprints]
            with translated():
                for key, entry in places:
                    arguments: list[str | int] = [entry, first.entry(session.id), session.id, self._kept_for]
                    await self._move_entry(keys=[key, first.key, changed], args=arguments)

    async def _move_all(self, text: str, name: Callable[[str], str]) -> None:
        first, *others = map(name, self._ring.fingerprints(text))
        for other in others:
            with translated():
                await self._move(keys=[other, first], args=[self._kept_for])

    async def _move_conversation(self, account: str, conversation: str) -> None:
        """Let a ticket be found by the first key's fingerprint of its conversation; it expires when it did before."""
        first, *others = (keys.conversation(account, one) for one in self._ring.fingerprints(conversation))
        for other in others:
            with translated():
                await self._rename(keys=[other, first])


def _of_field(resealed: ResealField, field: str, kept: bytes, key: str) -> bytes | None:
    return resealed(kept, key, field)


def _like(key: str) -> re.Pattern[str]:
    """Return what matches all keys that are called like this one."""
    return re.compile(re.escape(key).replace(_TEAM, "[^}:]+").replace(_ANY, ".+"), re.DOTALL)


_PORTALS: Final = _like(keys.portals(key_of(_TEAM)))
_LOGINS: Final = _like(keys.logins(_TEAM))
_DIGESTS: Final = _like(keys.digests(_TEAM))
