"""The records of sessions in Redis: encrypted, versioned, found by thread, by ticket, by name and by person."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import cast

from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.errors import NoSession, Overtaken
from bot.model import Kind, SecretKeeper, Session
from bot.store import keys
from bot.store.connection import translated

_RECORD = TypeAdapter(Session)
# Slack repeats a delivery within the hour; a captured request is refused by its age long before this ends.
SEEN_FOR = timedelta(hours=24)
# Swept away with a word on its card; where nothing sweeps, Redis lets go of it itself, in time.
_SWEPT_BEFORE = timedelta(hours=1)
_SWEPT_AT_ONCE = 10
# In seconds: who starts sessions all day need not say each time where.
_NOTED_EVERY = 60.0

_WRITE = """
local expected, body, ttl, id = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local created, open, now = ARGV[5], ARGV[6] == '1', ARGV[7]
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= expected then return false end
redis.call('HSET', KEYS[1], 'version', expected + 1, 'body', body)
redis.call('EXPIRE', KEYS[1], ttl)
redis.call('ZADD', KEYS[2], created, id)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', created - ttl)
redis.call('EXPIRE', KEYS[2], ttl)
redis.call(open and 'ZADD' or 'ZREM', KEYS[3], unpack(open and {created, id} or {id}))
redis.call('EXPIRE', KEYS[3], ttl)
redis.call('ZADD', KEYS[4], now, id)
redis.call('EXPIRE', KEYS[4], ttl)
for place = 5, #KEYS do redis.call('SET', KEYS[place], id, 'EX', ttl) end
return id
"""

# The delivery's mark and the record are one step: a repeated delivery finds the first one's session.
_RECORD_ONCE = (
    """
local first = redis.call('GET', KEYS[#KEYS])
if first then return first end
redis.call('SET', KEYS[#KEYS], ARGV[4], 'EX', ARGV[8])
KEYS[#KEYS] = nil
"""
    + _WRITE
)


class Sessions:
    """Every session of every workspace, until `retention` after its last change.

    `account` is the beginning of the keys of the Apizee account that all workspaces share. `on_state` hears of
    every session that comes into a state.
    All methods raise `bot.errors.StoreAway` when Redis does not answer.
    """

    def __init__(
        self,
        redis: Redis,
        sealer: SecretKeeper,
        retention: timedelta,
        *,
        account: str,
        on_state: Callable[[Session], None] = lambda _session: None,
    ) -> None:
        self._redis = redis
        self._sealer = sealer
        self._account = account
        self._on_state = on_state
        self._noted: dict[str, float] = {}
        self._ttl = int(retention.total_seconds())
        self._write = redis.register_script(_WRITE)
        self._record_once = redis.register_script(_RECORD_ONCE)

    async def record(self, session: Session, *, delivery: str) -> str:
        """Write down a new session; answers the id of the one that this delivery of Slack's led to first."""
        mark = keys.seen(session.asker.place.team, delivery)
        arguments = [*self._arguments(_next_version(session)), int(SEEN_FOR.total_seconds())]
        with translated():
            first = await self._record_once(keys=[*_keys(session), mark], args=arguments)
        owner = cast("bytes", first).decode()
        if owner == session.id:
            self._on_state(session)
        return owner

    async def get(self, team: str, session_id: str) -> Session | None:
        """The session as last written, or `None` where there is none (any more)."""
        with translated():
            body = await cast("Awaitable[bytes | None]", self._redis.hget(keys.session(team, session_id), "body"))
        return self._opened(body)

    async def taken_up(self, team: str, session_id: str) -> Session | None:
        """The same for whoever starts the session: its workspace is followed as long as any session of it is kept."""
        if time.time() - self._noted.get(team, 0.0) > _NOTED_EVERY:
            await self._note(team)
        return await self.get(team, session_id)

    async def _note(self, team: str) -> None:
        now, kept = time.time(), self._ttl + int(_NOTED_EVERY)
        with translated():
            async with self._redis.pipeline(transaction=False) as together:
                together.zadd(keys.workspaces(), {team: now})
                together.zremrangebyscore(keys.workspaces(), "-inf", now - kept)
                together.expire(keys.workspaces(), kept)
                await together.execute()
        self._noted[team] = now

    async def change(self, team: str, session_id: str, edit: Callable[[Session], Session]) -> Session:
        """Apply `edit` to the latest version, again if somebody else was quicker, and answer the result.

        Raises `NoSession` where there is none.
        """
        session = await self.get(team, session_id)
        if session is None:
            raise NoSession
        return await self.go_on(session, edit)

    async def go_on(self, session: Session, edit: Callable[[Session], Session]) -> Session:
        """The same for whoever holds what should be the latest version: it is read only where it is not."""
        edited = edit(session)
        if edited == session:
            return session
        written = _next_version(edited)
        if not await self._is_written(session, written):
            return await self.change(session.asker.place.team, session.id, edit)
        return written

    async def write(self, before: Session, after: Session) -> Session:
        """Write down what became of a session; raises `Overtaken` where somebody has changed it since `before`."""
        written = _next_version(after)
        # The connection may have broken after the writing: then this is the same call once more.
        if await self._is_written(before, written) or await self.get(after.asker.place.team, after.id) == written:
            return written
        raise Overtaken

    async def claim(self, session: Session, remote_id: int) -> bool:
        """Whether this ticket or conference is now this session's; `False` where it belongs to another."""
        key, ours = keys.remote(self._account, session.kind, remote_id), "/".join(_address(session))
        with translated():
            owner = await self._redis.set(key, ours, nx=True, get=True, ex=self._ttl)
            if session.kind is Kind.MEETING:
                await self._redis.set(self._named(session.name or ""), ours, ex=self._ttl)
        return owner is None or cast("bytes", owner).decode() == ours

    async def in_thread(self, team: str, channel: str, ts: str) -> Session | None:
        """The session whose card this message is, or the latest one below it."""
        return await self._pointed_at(team, keys.thread(team, channel, ts))

    async def of_remote(self, team: str, kind: Kind, remote_id: int) -> Session | None:
        """A workspace's own session of a ticket or conference."""
        owner = await self.owner(kind, remote_id)
        return await self.get(*owner) if owner and owner[0] == team else None

    async def owner(self, kind: Kind, remote_id: int) -> tuple[str, str] | None:
        """The workspace and the id of a ticket's or conference's session, wherever it was started."""
        return await self._address(keys.remote(self._account, kind, remote_id))

    async def owner_of_meeting(self, name: str) -> tuple[str, str] | None:
        """The workspace and the id of the latest meeting of this name, wherever it was started."""
        return await self._address(self._named(name))

    async def followed(self) -> list[Session]:
        """The sessions of all workspaces in which something may still happen, or whose end has to be told yet."""
        found = await self._all(
            await self._of_all_workspaces(lambda ask, team: ask.zrange(keys.open_sessions(team), 0, -1))
        )
        return [session for session in found if session.is_followed]

    async def overdue(self) -> list[Session]:
        """Some of the sessions, of all workspaces, that have been kept unchanged for nearly as long as they may be."""
        latest = time.time() - self._ttl + _SWEPT_BEFORE.total_seconds()
        addresses = await self._of_all_workspaces(
            lambda ask, team: ask.zrangebyscore(
                keys.changed_sessions(team), "-inf", latest, start=0, num=_SWEPT_AT_ONCE
            )
        )
        found = await self._all(addresses)
        for team, session_id in set(addresses) - {_address(session) for session in found}:
            with translated():
                await self._redis.zrem(keys.changed_sessions(team), session_id)
        return found

    async def forget(self, session: Session) -> None:
        """Remove a session and all that points at it."""
        team, remote_id = session.asker.place.team, session.remote_id
        with translated():
            for index in (keys.sessions_of(team, session.asker.user), keys.open_sessions(team)):
                await self._redis.zrem(index, session.id)
            if remote_id:
                await self._redis.unlink(keys.remote(self._account, session.kind, remote_id))
            if await self.owner_of_meeting(session.name or "") == (team, session.id):
                await self._redis.unlink(self._named(session.name or ""))
            about = [keys.heard(team, session.id), *_pointers(session), keys.session(team, session.id)]
            await self._redis.unlink(*about)
            # Last of all: until then it is overdue, and swept again after a crash.
            await self._redis.zrem(keys.changed_sessions(team), session.id)

    async def _is_written(self, before: Session, after: Session) -> bool:
        """Whether the next version is written: not where `before` is no longer the latest one."""
        with translated():
            written = await self._write(keys=_keys(after), args=self._arguments(after))
        if written and after.state is not before.state:
            self._on_state(after)
        return bool(written)

    async def latest_of(self, team: str, user: str, *, limit: int) -> list[Session]:
        """A person's sessions, the latest first."""
        with translated():
            ids = cast("list[bytes]", await self._redis.zrange(keys.sessions_of(team, user), 0, limit - 1, desc=True))
        return await self._all((team, one.decode()) for one in ids)

    async def open_of(self, team: str, user: str, *, limit: int = 20) -> list[Session]:
        """A person's sessions in which something may still happen, the latest first."""
        with translated():
            ids = cast("list[bytes]", await self._redis.zrange(keys.sessions_of(team, user), 0, 199, desc=True))
            open_ids = set(cast("list[bytes]", await self._redis.zrange(keys.open_sessions(team), 0, -1)))
        mine = await self._all([(team, found.decode()) for found in ids if found in open_ids][:limit])
        return [session for session in mine if session.state.is_open]

    async def _of_all_workspaces(self, question: Callable[[Pipeline, str], object]) -> list[tuple[str, str]]:
        """The addresses of sessions that each workspace answers; all are asked at once."""
        with translated():
            found = cast("list[bytes]", await self._redis.zrange(keys.workspaces(), 0, -1))
            teams = [one.decode() for one in found]
            async with self._redis.pipeline(transaction=False) as pipeline:
                for team in teams:
                    question(pipeline, team)
                answers = cast("list[list[bytes]]", await pipeline.execute())
        return [(team, one.decode()) for team, ids in zip(teams, answers, strict=True) for one in ids]

    async def _all(self, addresses: Iterable[tuple[str, str]]) -> list[Session]:
        """Those of the sessions that are there, read at once."""
        with translated():
            async with self._redis.pipeline(transaction=False) as pipeline:
                for address in addresses:
                    pipeline.hget(keys.session(*address), "body")
                found = [self._opened(body) for body in await pipeline.execute()]
        return [session for session in found if session is not None]

    async def _pointed_at(self, team: str, pointer: str) -> Session | None:
        with translated():
            session_id = await self._redis.get(pointer)
        return await self.get(team, cast("bytes", session_id).decode()) if session_id else None

    async def _address(self, pointer: str) -> tuple[str, str] | None:
        with translated():
            address = cast("bytes | None", await self._redis.get(pointer))
        if address is None:
            return None
        team, _, session_id = address.decode().partition("/")
        return team, session_id

    def _named(self, name: str) -> str:
        return keys.meeting_named(self._account, self._sealer.fingerprint(name))

    def _opened(self, body: bytes | None) -> Session | None:
        return _RECORD.validate_json(self._sealer.unpack(body)) if body else None

    def _arguments(self, session: Session) -> list[bytes | str | int | float]:
        """What the scripts are told of a new version, above all which one they are to find."""
        body = self._sealer.pack(_RECORD.dump_json(session, exclude_defaults=True))
        is_followed = int(session.is_followed)
        return [session.version - 1, body, self._ttl, session.id, session.created_at, is_followed, time.time()]


def _next_version(session: Session) -> Session:
    return replace(session, version=session.version + 1)


def _address(session: Session) -> tuple[str, str]:
    return session.asker.place.team, session.id


def _keys(session: Session) -> list[str]:
    team = session.asker.place.team
    return [
        keys.session(team, session.id),
        keys.sessions_of(team, session.asker.user),
        keys.open_sessions(team),
        keys.changed_sessions(team),
        *_pointers(session),
    ]


def _pointers(session: Session) -> list[str]:
    team, card = session.asker.place.team, session.card
    if card is None:
        return []
    marks = {card.ts, card.thread_ts} - {None}
    return [keys.thread(team, card.channel, ts) for ts in sorted(cast("set[str]", marks))]
