"""Stores the records of sessions: encrypted, versioned, found by thread, by ticket, by name and by person."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

from redis.asyncio import Redis

from bot.model.errors import NoSession, StaleRecord
from bot.model.session import Session, State
from bot.outages import translated
from bot.store import keys
from bot.store.keys import former
from bot.store.sealing.keyring import KeyRing
from bot.store.server.cluster.client import is_cluster
from bot.store.server.one_step import Script, Step
from bot.store.sessions.answers import place_of
from bot.store.sessions.entries import Name, name_in, owner_at
from bot.store.sessions.names import all_names_of, former_keys_of, is_named_alike, names_of
from bot.store.sessions.reader import SessionReader
from bot.store.sessions.scripts import CLAIM, CLAIM_AND_WRITE, LET_GO, RECORD_ONCE, REWRITE, WRITE
from bot.store.sessions.unread import UnreadRecords

# Slack repeats a delivery within the hour; a captured request is refused by its age long before this ends.
SEEN_FOR = timedelta(hours=24)
# Longer than an event is tried to be sent.
_EVENTS_KEPT_FOR = int(timedelta(days=2).total_seconds())
# So old are a record's expiry and its places in the indexes at most; each write would cost four times as much.
_RENEWED_AFTER = timedelta(minutes=10)
# Processes of a version before 0.2, which look elsewhere for the owner of a ticket, may receive webhooks so long.
_UPDATED_WITHIN = timedelta(days=1)
_RENEW = b"renew"
_TAKEN = b"taken"
# In seconds: where sessions are started all day, the workspace need not be added each time.
_NOTED_EVERY = 60.0


class Sessions(SessionReader):
    """Every session of every workspace, until `retention` after its last change.

    One that is planned is kept until so long after its time.

    `account` is the beginning of the keys of the Apizee account of sessions that do not say theirs. `on_state` is
    called with every session that comes into a state. `event_between` returns the event that a version brings, if any,
    from the one before, this one and the time: it is kept with the version, and `on_event` is called. What cannot be
    read goes to `unread`.
    All methods raise `bot.model.errors.StoreUnavailable` when Redis does not answer.
    """

    def __init__(
        self,
        redis: Redis,
        sealer: KeyRing,
        retention: timedelta,
        *,
        account: str,
        on_state: Callable[[Session], None] = lambda _session: None,
        event_between: Callable[[Session | None, Session, float], bytes] | None = None,
        on_event: Callable[[Session], None] | None = None,
        unread: UnreadRecords | None = None,
    ) -> None:
        super().__init__(redis, sealer, retention, account=account, unread=unread)
        self._on_state = on_state
        self._event_between = event_between
        self._on_event = on_event
        self._noted: dict[str, float] = {}
        self._write, self._record_once = redis.register_script(WRITE), Script(redis, RECORD_ONCE)
        self._rewrite = redis.register_script(REWRITE)
        self._renewed_after = min(int(_RENEWED_AFTER.total_seconds()), self._ttl // 100)
        self._claim, self._let_go = redis.register_script(CLAIM), redis.register_script(LET_GO)
        self._claim_and_write = redis.register_script(CLAIM_AND_WRITE)
        self._is_on_cluster = is_cluster(redis)

    async def record(self, session: Session, *, delivery: str, then: Step | None = None) -> str:
        """Record a new session, in one step with `then`; returns the id of the one that this delivery led to first.

        Its version is 1, or none yet.
        """
        mark = keys.seen(session.requester.conversation.team, delivery)
        written = session if session.version else _next_version(session)
        event = self._event(None, written)
        names = self._names(written)
        arguments = [*self._arguments(written, event, names), int(SEEN_FOR.total_seconds())]
        with translated():
            first = await self._record_once(
                [*self._keys(written, names), mark], arguments, answer=session.id, then=then
            )
        owner = cast("bytes", first).decode()
        if owner == session.id:
            self._note(session, is_new_state=True, has_event=bool(event))
        return owner

    async def load_for_start(self, team: str, session_id: str) -> Session | None:
        """Load a session to start it, and add its workspace to those that are polled."""
        if time.monotonic() > self._noted.get(team, 0.0):
            await self._note_workspace(team)
        return await self.get(team, session_id)

    async def _note_workspace(self, team: str) -> None:
        now, kept = time.time(), self._ttl + int(_NOTED_EVERY)
        with translated():
            async with self._redis.pipeline(transaction=False) as together:
                together.zadd(keys.workspaces(), {team: now})
                together.zremrangebyscore(keys.workspaces(), "-inf", now - kept)
                together.expire(keys.workspaces(), kept)
                await together.execute()
        self._noted[team] = time.monotonic() + _NOTED_EVERY

    async def change(self, team: str, session_id: str, edit: Callable[[Session], Session]) -> Session:
        """Apply `edit` to the latest version, again if another process was quicker, and return the result.

        Raises `NoSession` where there is none.
        """
        session = await self.get(team, session_id)
        if session is None:
            raise NoSession
        return await self.update(session, edit)

    async def update(self, session: Session, edit: Callable[[Session], Session]) -> Session:
        """Apply `edit` to what should be the latest version; only where it is not, that one is read and changed."""
        edited = edit(session)
        if edited == session:
            return session
        written = _next_version(edited)
        if not await self._is_written(session, written):
            return await self.change(session.requester.conversation.team, session.id, edit)
        return written

    async def write(self, before: Session, after: Session) -> Session:
        """Write a session's next version; raises `StaleRecord` where another process has changed it since `before`."""
        written = _next_version(after)
        if await self._is_written(before, written):
            return written
        return await self._if_latest(written)

    async def write_owner(self, before: Session, after: Session) -> Session | None:
        """Claim a session's ticket or conference, and write its next version, in one step.

        Returns `None`, and writes nothing, where it is another session's; raises `StaleRecord` as `write` does. On a
        Redis Cluster, where an account and a workspace may be on two servers, the record follows in a second step.
        """
        remote_id = after.remote.id or 0
        if self._is_on_cluster:
            return await self.write(before, after) if await self.claim(after, remote_id) else None
        written = _next_version(after)
        event, names = self._event(before, written), self._names(written)
        owners, claim = self._owner_keys(written, remote_id), self._claim_arguments(written, remote_id)
        with translated():
            answer = await self._claim_and_write(
                keys=[*owners, *self._keys(written, names)],
                args=[len(owners), len(claim), *claim, *self._arguments(written, event, names)],
            )
        if answer == _TAKEN:
            return None
        if not answer:
            return await self._if_latest(written)
        self._note(written, is_new_state=written.state is not before.state, has_event=bool(event))
        return written

    async def claim(self, session: Session, remote_id: int) -> bool:
        """Claim a ticket or conference for this session; returns whether it is now its own, and not another's."""
        with translated():
            arguments = self._claim_arguments(session, remote_id)
            return bool(await self._claim(keys=self._owner_keys(session, remote_id), args=arguments))

    async def forget(self, session: Session) -> None:
        """Remove a session and all that points at it."""
        team = session.requester.conversation.team
        about = [keys.timeline(team, session.id), keys.events(team, session.id), keys.session(team, session.id)]
        with translated():
            if remote_id := session.remote.id:
                _, field = owner_at(self.account_of(session), session.kind, remote_id)
                await self._let_go(keys=self._owner_keys(session, remote_id), args=["/".join(_address(session)), field])
            async with self._redis.pipeline(transaction=False) as pipeline:
                started, still_open = keys.sessions_of(team, session.requester.user), keys.open_sessions(team)
                for index in (started, still_open, *_of_agent(session), *former_keys_of(session, self._sealer)):
                    pipeline.zrem(index, session.id)
                for text in all_names_of(session, self._sealer):
                    name = name_in(team, text)
                    pipeline.zrem(name.key, name.entry(session.id))
                if remote_id:
                    pipeline.unlink(former.remote_in(team, session.kind, remote_id))
                pipeline.zrem(keys.events_due(team), session.id)
                pipeline.unlink(*about)
                await pipeline.execute()
            # Last of all: until then it is overdue, and erased again after a crash.
            await self._redis.zrem(keys.changed_sessions(team), session.id)

    async def _if_latest(self, written: Session) -> Session:
        """Return what was written where the connection has broken after it, by the same call; else `StaleRecord`."""
        if await self.get(*_address(written)) != written:
            raise StaleRecord
        return written

    async def _is_written(self, before: Session, after: Session) -> bool:
        """Write the next version, unless `before` is no longer the latest one; returns whether it did."""
        event = self._event(before, after)
        with translated():
            is_simple = not event and after.state is before.state and _is_found_alike(before, after)
            answer = await self._rewritten(after) if is_simple else _RENEW
            if answer == _RENEW:
                names = self._names(after)
                answer = await self._write(keys=self._keys(after, names), args=self._arguments(after, event, names))
        if answer:
            self._note(after, is_new_state=after.state is not before.state, has_event=bool(event))
        return bool(answer)

    async def _rewritten(self, session: Session) -> object:
        """Write the next version of a record alone: what points at it stays as it is."""
        key = keys.session(*_address(session))
        body = self._codec.write(session, key)
        return await self._rewrite(keys=[key], args=[session.version - 1, body, self._ttl - self._renewed_after])

    def _event(self, before: Session | None, after: Session) -> bytes:
        """Return the event that a version brings, `b""` where it brings none."""
        return self._event_between(before, after, time.time()) if self._event_between else b""

    def _note(self, written: Session, *, is_new_state: bool, has_event: bool) -> None:
        """Call those who want to know what was written."""
        if is_new_state:
            self._on_state(written)
        if has_event and self._on_event:
            self._on_event(written)

    def _arguments(self, session: Session, event: bytes, names: Sequence[Name]) -> list[bytes | str | int | float]:
        """Return what the scripts need of a new version, above all the version that they should find."""
        body = self._codec.write(session, keys.session(*_address(session)))
        is_followed, now = int(session.is_followed), time.time()
        due = session.plan.at if session.plan and session.state is State.PLANNED else now
        return [
            session.version - 1,
            body,
            self._ttl,
            session.id,
            session.created_at,
            is_followed,
            now,
            len(_of_agent(session)),
            event,
            _EVENTS_KEPT_FOR,
            place_of(session),
            max(now, due),
            self._ttl + max(0, int(due - now)),
            *(name.entry(session.id) for name in names),
        ]

    def _keys(self, session: Session, names: Sequence[Name]) -> list[str]:
        team = session.requester.conversation.team
        return [
            keys.session(team, session.id),
            keys.sessions_of(team, session.requester.user),
            keys.open_sessions(team),
            keys.changed_sessions(team),
            keys.events(team, session.id),
            keys.events_due(team),
            *_of_agent(session),
            *(name.key for name in names),
        ]

    def _names(self, session: Session) -> list[Name]:
        team = session.requester.conversation.team
        return [name_in(team, text) for text in names_of(session, self._sealer)]

    def _claim_arguments(self, session: Session, remote_id: int) -> list[str | float]:
        _, field = owner_at(self.account_of(session), session.kind, remote_id)
        lasts = int(_UPDATED_WITHIN.total_seconds())
        return ["/".join(_address(session)), self._ttl, session.created_at, field, min(lasts, self._ttl)]

    def _owner_keys(self, session: Session, remote_id: int) -> list[str]:
        """Return the keys of a ticket's or conference's owner, and of the meetings of a meeting's name."""
        account = self.account_of(session)
        owner, _ = owner_at(account, session.kind, remote_id)
        name = session.invitation.name  # assistances have none
        meetings = self._named(account, name) if name else []
        return [owner, former.remote(account, session.kind, remote_id), *meetings]


def _next_version(session: Session) -> Session:
    return replace(session, version=session.version + 1)


def _is_found_alike(one: Session, other: Session) -> bool:
    """Return whether both versions of a session are found by the same keys, and as open or not."""
    places = [(_of_agent(each), place_of(each), each.is_followed, each.requester, each.plan) for each in (one, other)]
    return places[0] == places[1] and is_named_alike(one, other)


def _address(session: Session) -> tuple[str, str]:
    return session.requester.conversation.team, session.id


def _of_agent(session: Session) -> list[str]:
    """Return the key of the sessions of the agent, where that is a colleague of the requester."""
    agent = session.invitation.for_user
    return [keys.sessions_for(session.requester.conversation.team, agent)] if agent else []
