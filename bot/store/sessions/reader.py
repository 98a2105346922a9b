"""Finds sessions: by id, thread, ticket, name and person, one by one or all of a kind.

A record that cannot be read is set aside where many are asked for, and raises where it alone is meant.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final, cast

from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.model.errors import NewerRecord, Unreadable
from bot.model.session import Kind, Session, State
from bot.outages import translated
from bot.store import keys
from bot.store.keys import former
from bot.store.sealing.keyring import KeyRing
from bot.store.server.pieces import in_pieces
from bot.store.sessions.answers import kept
from bot.store.sessions.entries import found_by, name_in, of_message, of_remote
from bot.store.sessions.former import as_stored_now
from bot.store.sessions.owners import Address, address, owners
from bot.store.sessions.records import Codec
from bot.store.sessions.unread import UnreadRecords

# The round erases it, with a word on its card; where no round runs, Redis expires it later.
_SWEPT_BEFORE: Final = timedelta(hours=1)
_SWEPT_AT_ONCE: Final = 10
_SOUGHT_AT_ONCE: Final = 100
_IN_THREAD_AT_MOST: Final = 20
_SCANNED_AT_ONCE: Final = 500
_RANDOM: Final = Random()  # noqa: S311  # who comes first is no secret, and the system's numbers cost ten times as much

_SESSION: Final = TypeAdapter(Session)  # built once: that takes longer than all else of a reader


class SessionReader:
    """Reads sessions. All methods raise `StoreUnavailable` when Redis does not answer.

    Those that answer one session raise `Unreadable` where no key opens its record, and `NewerRecord` where a newer
    version of the bot has written it.
    """

    def __init__(
        self, redis: Redis, sealer: KeyRing, retention: timedelta, *, account: str, unread: UnreadRecords | None
    ) -> None:
        self._redis = redis
        self._sealer = sealer
        self._account = account
        self._ttl = int(retention.total_seconds())
        self._unread = unread or UnreadRecords(redis)
        self._codec = Codec(_SESSION, sealer, sealer.open_record, exclude_defaults=True, upgrade=as_stored_now)

    async def get(self, team: str, session_id: str) -> Session | None:
        """Return the session as last written, or `None` where there is none (any more)."""
        key = keys.session(team, session_id)
        with translated():
            body = await cast("Awaitable[bytes | None]", self._redis.hget(key, "body"))
        return self._codec.read(body, key) if body else None

    async def those_of(self, team: str, ids: Iterable[str]) -> list[Session]:
        """Return those of a workspace's sessions that are there and can be read, in this order."""
        return await self._all((team, one) for one in ids)

    async def in_thread(self, team: str, channel: str, ts: str) -> Session | None:
        """Return the session whose card this message is, or the latest one below it."""
        ids = await self.ids_found_by(team, of_message(channel, ts), formerly=former.sessions_in(team, channel, ts))
        if not ids:
            with translated():
                alone = cast("bytes | None", await self._redis.get(former.thread(team, channel, ts)))
            ids = [alone.decode()] if alone else []
        if len(ids) > 1:
            sessions = await self.those_of(team, ids[:_IN_THREAD_AT_MOST])
            return max(sessions, key=lambda one: one.created_at, default=None)
        return await self.get(team, ids[0]) if ids else None

    async def ids_found_by(self, team: str, text: str, *, formerly: str) -> list[str]:
        """Return the ids that are found by a name, those that changed last first.

        `formerly` is the key that held them before names shared keys.
        """
        found = await found_by(self._redis, name_in(team, text))
        with translated():
            before = cast("list[tuple[bytes, float]]", await self._redis.zrange(formerly, 0, -1, withscores=True))
        found = {one.decode(): changed for one, changed in before} | found
        return sorted(found, key=lambda one: -found[one])

    async def of_remote(self, team: str, kind: Kind, remote_id: int) -> Session | None:
        """Return a workspace's own session of a ticket or conference."""
        for one in await found_by(self._redis, name_in(team, of_remote(kind, remote_id))):
            if session := await self.get(team, one):
                return session
        with translated():
            known = cast("bytes | None", await self._redis.get(former.remote_in(team, kind, remote_id)))
        if known:
            return await self.get(team, known.decode())
        owner = await self.owner(self._account, kind, remote_id)  # recorded before workspaces had accounts
        return await self.get(*owner) if owner and owner[0] == team else None

    async def workspaces(self) -> list[str]:
        """Return the workspaces of all sessions. It goes over all keys: not to be waited for by anybody."""
        with translated():
            scan = self._redis.scan_iter(match=keys.changed_sessions("*"), count=_SCANNED_AT_ONCE)
            found = {key async for key in scan}
        return sorted(keys.team_in(key.decode()) for key in found)

    async def owner(self, account: str, kind: Kind, remote_id: int) -> Address | None:
        """Return the workspace and the id of the session of a ticket or conference of an account."""
        (owner,) = await owners(self._redis, account, kind, [remote_id])
        return owner

    async def teams_of(self, account: str, kind: Kind, remote_ids: Sequence[int]) -> list[str | None]:
        """Return the workspaces of the sessions of these tickets or conferences of an account, where there are any."""
        found = await owners(self._redis, account, kind, remote_ids)
        return [owner[0] if owner else None for owner in found]

    async def open_meetings_named(self, account: str, name: str) -> list[Session]:
        """Return the meetings of an account, of this name, in which something may still happen."""
        found: list[bytes] = []
        for key in self._named(account, name):
            with translated():
                found += cast("list[bytes]", await self._redis.zrange(key, 0, -1, desc=True))
        return [session for session in await self._all(map(address, found)) if session.state.is_open]

    def account_of(self, session: Session) -> str:
        """Return the beginning of the keys of the account that a session belongs to."""
        return session.account or self._account

    def resealed(self, kept: bytes, key: str) -> bytes | None:
        """Return what is kept under a key as `Codec.resealed` does."""
        return self._codec.resealed(kept, key)

    async def followed(self, teams: Sequence[str] | None = None) -> list[Session]:
        """Return the sessions in which something may still happen, or whose end was not shown, but no planned ones.

        They are those of some workspaces, or of all.
        """
        return [session async for some in self.followed_in_pieces(teams) for session in some]

    async def followed_in_pieces(self, teams: Sequence[str] | None = None) -> AsyncIterator[list[Session]]:
        """Yield what `followed` returns, some at a time: thousands need not be held, nor freed, at once."""
        addresses = await self._of_workspaces(
            lambda ask, team: ask.zrangebyscore(keys.open_sessions(team), 0, "+inf"), teams
        )
        for wanted in in_pieces(addresses):
            yield [session for session in await self._some(wanted, keys.open_sessions) if session.is_followed]

    async def still_kept(self, sessions: Iterable[Session]) -> list[Session]:
        """Return those of the sessions of which there still is a record."""
        found: list[Session] = []
        for some in in_pieces(sessions):
            with translated():
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for session in some:
                        pipeline.exists(keys.session(session.requester.conversation.team, session.id))
                    there = await pipeline.execute()
            found += [session for session, is_there in zip(some, there, strict=True) if is_there]
        return found

    async def overdue(self) -> list[Session]:
        """Return some sessions, of all workspaces, that have been kept unchanged for nearly as long as they may be."""
        latest = time.time() - self._ttl + _SWEPT_BEFORE.total_seconds()
        found: list[Session] = []
        start = 0
        # Those that cannot be read stay where they are, until Redis expires them: others lie behind them.
        while len(found) < _SWEPT_AT_ONCE:
            addresses = await self._of_workspaces(_changed_before(latest, start))
            found += await self._all(addresses, gone_from=keys.changed_sessions)
            start += _SOUGHT_AT_ONCE
            if not addresses:
                break
        return found[:_SWEPT_AT_ONCE]

    async def started_by(self, team: str, user: str, *, since: datetime, until: datetime) -> list[Session]:
        """Return the sessions that a person started from one moment on and before another, the earliest first."""
        started, ended = since.timestamp(), f"({until.timestamp()}"
        with translated():
            ids = cast("list[bytes]", await self._redis.zrangebyscore(keys.sessions_of(team, user), started, ended))
        return await self._all((team, one.decode()) for one in ids)

    async def started_in(self, team: str, *, since: float, until: float, now: float) -> list[Session]:
        """Return a workspace's sessions that were started from one moment on and before another, in Unix seconds.

        `now` is by the clock of these moments: changes are noted by that of the machine.
        """
        changed = time.time() - (now - since)  # what was started since then has changed since then
        with translated():
            ids = cast("list[bytes]", await self._redis.zrangebyscore(keys.changed_sessions(team), changed, "+inf"))
        found: list[Session] = []
        for start in range(0, len(ids), _SOUGHT_AT_ONCE):
            some = await self._all((team, one.decode()) for one in ids[start : start + _SOUGHT_AT_ONCE])
            started = [one for one in some if one.state is not State.PLANNED]
            found += [one for one in started if since <= one.created_at < until]
        return found

    async def all_open(self, team: str, *, limit: int) -> list[Session]:
        """Return a workspace's sessions that may still go on: the latest first, then those planned next."""
        with translated():
            ids = cast("list[bytes]", await self._redis.zrange(keys.open_sessions(team), 0, limit - 1, desc=True))
        return [session for session in await self._all((team, one.decode()) for one in ids) if session.state.is_open]

    async def longest_open(self, team: str, *, limit: int) -> list[Session]:
        """Return a workspace's sessions that may still go on: the oldest first, then those planned next."""
        key = keys.open_sessions(team)
        with translated():
            async with self._redis.pipeline(transaction=False) as both:
                both.zrangebyscore(key, 0, "+inf", start=0, num=limit)
                both.zrevrangebyscore(key, "(0", "-inf", start=0, num=limit)
                begun, planned = cast("list[list[bytes]]", await both.execute())
        found = await self._all((team, one.decode()) for one in [*begun, *planned][:limit])
        return [session for session in found if session.state.is_open]

    async def in_channel(self, team: str, channel: str) -> list[Session]:
        """Return the sessions of a workspace that were asked for in a channel, or whose card stands there."""
        with translated():
            ids = cast("list[bytes]", await self._redis.zrange(keys.changed_sessions(team), 0, -1))
        found: list[Session] = []
        for start in range(0, len(ids), _SOUGHT_AT_ONCE):
            some = await self._all((team, one.decode()) for one in ids[start : start + _SOUGHT_AT_ONCE])
            found += [one for one in some if channel in _channels_of(one)]
        return found

    async def _of_workspaces(
        self, question: Callable[[Pipeline, str], object], teams: Sequence[str] | None = None
    ) -> list[Address]:
        """Return the addresses of sessions that each of these workspaces, or of all, answers; asked at once."""
        with translated():
            if teams is None:
                found = cast("list[bytes]", await self._redis.zrange(keys.workspaces(), 0, -1))
                teams = [one.decode() for one in found]
            async with self._redis.pipeline(transaction=False) as pipeline:
                for team in teams:
                    question(pipeline, team)
                answers = cast("list[list[bytes]]", await pipeline.execute())
        addresses = [(team, one.decode()) for team, ids in zip(teams, answers, strict=True) for one in ids]
        # In no order: a workspace whose sessions fail now must not keep all others waiting for their turn.
        _RANDOM.shuffle(addresses)
        return addresses

    async def _all(
        self, addresses: Iterable[Address], *, gone_from: Callable[[str], str] | None = None
    ) -> list[Session]:
        """Return those of the sessions that are there and can be read, read piece by piece.

        What is no longer there is removed from its workspace's index `gone_from`.
        """
        return [session for wanted in in_pieces(addresses) for session in await self._some(wanted, gone_from)]

    async def _some(self, wanted: Sequence[Address], gone_from: Callable[[str], str] | None) -> list[Session]:
        found: list[Session] = []
        for (team, session_id), body in zip(wanted, await self._bodies(wanted), strict=True):
            if body is None and gone_from:
                with translated():
                    await self._redis.zrem(gone_from(team), session_id)
            if body is not None:
                found += await self._readable(team, session_id, body)
        return found

    async def _bodies(self, addresses: Iterable[Address]) -> list[bytes | None]:
        with translated():
            async with self._redis.pipeline(transaction=False) as pipeline:
                for address in addresses:
                    pipeline.hget(keys.session(*address), "body")
                return kept(await pipeline.execute(raise_on_error=False))

    async def _readable(self, team: str, session_id: str, body: bytes) -> list[Session]:
        try:
            return [self._codec.read(body, keys.session(team, session_id))]
        except (Unreadable, NewerRecord) as error:
            await self._unread.note(team, session_id, error)
            return []

    def _named(self, account: str, name: str) -> list[str]:
        """Return the key of the meetings of a name, and those that it had while other keys were the first one."""
        return [keys.meetings_named(account, one) for one in self._sealer.fingerprints(name)]


def _channels_of(session: Session) -> set[str]:
    return {session.requester.conversation.channel, session.card.channel if session.card else ""}


def _changed_before(latest: float, start: int) -> Callable[[Pipeline, str], object]:
    return lambda ask, team: ask.zrangebyscore(
        keys.changed_sessions(team), "-inf", latest, start=start, num=_SOUGHT_AT_ONCE
    )
