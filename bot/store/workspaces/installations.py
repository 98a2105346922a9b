"""Stores the workspaces that have installed the bot: each with its token, encrypted, until it removes the bot."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import Final, cast

from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.model.errors import Unreadable
from bot.model.session import Kind
from bot.model.workspaces import Installation
from bot.outages import translated
from bot.store import keys
from bot.store.keys import former
from bot.store.sealing.keyring import KeyRing
from bot.store.server.connection import takes_writes
from bot.store.sessions.records import Codec

UNUSED_FOR: Final = timedelta(days=400)
"""A workspace that nobody used for so long has to install the bot again."""

STATE_LIVES: Final = timedelta(minutes=10)
"""How long somebody may take on Slack's page."""

LOCKED_FOR: Final = timedelta(minutes=1)
"""Longer than a process waits for Slack while it exchanges a token, and records the answer."""

_BATCH: Final = 500
_ACCOUNTS: Final = "apizee:{api:*}"
_PURPOSE: Final = "slack install"

_REPLACE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
"""

_INSTALLATION: Final = TypeAdapter(Installation)


class InstallationStore:
    """Every workspace's installation.

    All methods raise `bot.model.errors.StoreUnavailable` when Redis does not answer.
    """

    def __init__(self, redis: Redis, sealer: KeyRing) -> None:
        self._redis = redis
        self._replace = redis.register_script(_REPLACE)
        self._codec = Codec(
            _INSTALLATION,
            sealer,
            open_former=lambda sealed: sealer.open_text(sealed.decode(errors="replace")).encode(),
        )

    async def keep(self, installation: Installation) -> None:
        """Record an installation; it replaces the workspace's former one."""
        key = keys.installation(installation.team)
        with translated():
            await self._redis.set(key, self._codec.write(installation, key), ex=UNUSED_FOR)

    async def get(self, team: str) -> Installation | None:
        """Return the workspace's installation, which counts as used; raises `Unreadable` where no key opens it.

        Raises `NewerRecord` where a newer version wrote it.
        """
        key = keys.installation(team)
        with translated():
            body = await self._redis.getex(key, ex=UNUSED_FOR)
        return self._codec.read(body, key) if body else None

    async def peek(self, team: str) -> Installation | None:
        """Return the workspace's installation, which does not count as a use; raises as `get` does."""
        key = keys.installation(team)
        with translated():
            body = await self._redis.get(key)
        return self._codec.read(body, key) if body else None

    async def joined(self, team: str) -> str:
        """Return as `organisation_of` does, `""` for none, which does not count as a use."""
        with translated():
            known = cast("bytes | None", await self._redis.get(keys.organisation_of(team)))
        return known.decode() if known else ""

    def resealed(self, kept: bytes, key: str) -> bytes | None:
        """Return what is kept under a key as `Codec.resealed` does."""
        return self._codec.resealed(kept, key)

    async def replace(self, former: Installation, installation: Installation) -> bool:
        """Record an installation where `former` still is the latest: not where it was removed or made again."""
        key = keys.installation(former.team)
        with translated():
            body = await self._redis.get(key)
            if not body or self._codec.read(body, key) != former:
                return False
            lives = int(UNUSED_FOR.total_seconds())
            return bool(await self._replace(keys=[key], args=[body, self._codec.write(installation, key), lives]))

    async def begin_exchange(self, team: str) -> bool:
        """Return whether this process may exchange the token: nobody else does, or failed to within a minute."""
        with translated():
            return bool(await self._redis.set(keys.installation_lock(team), b"begun", nx=True, ex=LOCKED_FOR))

    async def end_exchange(self, team: str) -> None:
        """Let others exchange this workspace's token, when it is due again."""
        with translated():
            await self._redis.delete(keys.installation_lock(team))

    async def forget(self, team: str) -> None:
        """Remove a workspace's token, and nothing else."""
        with translated():
            await self._redis.delete(keys.installation(team))

    async def join(self, team: str, organisation: str) -> bool:
        """Record that a workspace works with its organisation's installation; returns whether there is one."""
        installation = await self.get(organisation)
        if installation is None or not installation.is_for_organisation:
            return False
        with translated():
            await self._redis.set(keys.organisation_of(team), organisation, ex=UNUSED_FOR)
        return True

    async def is_installed(self, team: str) -> bool:
        """Return whether the workspace has an installation of its own, whether or not this process can read it."""
        with translated():
            return bool(await self._redis.exists(keys.installation(team)))

    async def organisation_of(self, team: str) -> str | None:
        """Return the organisation with whose installation a workspace works; `None` where it has its own, or none."""
        with translated():
            known = cast("bytes | None", await self._redis.getex(keys.organisation_of(team), ex=UNUSED_FOR))
        return known.decode() if known else None

    async def workspaces_of(self, organisation: str) -> list[str]:
        """Return the workspaces that work with an organisation's installation. It goes over all keys."""
        found: set[str] = set()
        with translated():
            async for key in self._redis.scan_iter(match=keys.organisation_of("*"), count=_BATCH):
                if await self._redis.get(key) == organisation.encode():
                    found.add(key.decode().split("{", 1)[1].partition("}")[0])
        return sorted(found)

    async def forget_workspace(self, team: str) -> None:
        """Remove all that is kept for a workspace, but an installation that was made meanwhile.

        It goes over the keys of all workspaces, so nobody should wait for it.
        """
        spared, doomed = keys.installation(team).encode(), list[bytes]()
        with translated():
            async for key in self._redis.scan_iter(match=keys.all_of(team), count=_BATCH):
                if key != spared:
                    doomed.append(key)
                if len(doomed) >= _BATCH:
                    await self._redis.unlink(*doomed)
                    doomed.clear()
            if doomed:
                await self._redis.unlink(*doomed)
            await self._redis.zrem(keys.workspaces(), team)
            await self._forget_owned_by(team)

    async def _forget_owned_by(self, team: str) -> None:
        """Remove what accounts and lists of all workspaces hold of this one: values and members that begin with it."""
        own = f"{team}/".encode()
        for kind in Kind:
            async for key in self._redis.scan_iter(match=keys.owners(_ACCOUNTS, kind, "*"), count=_BATCH):
                owners = await cast("Awaitable[Mapping[bytes, bytes]]", self._redis.hgetall(key))
                if fields := [field for field, owner in owners.items() if owner.startswith(own)]:
                    await self._redis.hdel(key, *cast("list[str]", fields))
        for pattern in _former_owners():
            async for key in self._redis.scan_iter(match=pattern, count=_BATCH):
                if cast("bytes", await self._redis.get(key) or b"").startswith(own):
                    await self._redis.unlink(key)
        for pattern in _lists_of_owners():
            async for key in self._redis.scan_iter(match=pattern, count=_BATCH):
                members = [member async for member, _ in self._redis.zscan_iter(key, match=f"{team}/*", count=_BATCH)]
                if members:
                    await self._redis.zrem(key, *members)


class OAuthStates:
    """The installations that were begun: each may be finished once, within 10 minutes.

    A state is signed, so that nothing is kept for a visit: only that it led to an installation.
    """

    def __init__(self, redis: Redis, keys: KeyRing) -> None:
        self._redis = redis
        self._keys = keys

    async def issue(self) -> str:
        """Return a new state that nobody can guess or make, in characters that may stand in an address and a cookie.

        Raises `bot.model.errors.StoreUnavailable` where Redis takes no write: what is begun could not be finished.
        """
        await takes_writes(self._redis)
        return self._keys.seal_text(_PURPOSE).rstrip("=")

    async def is_open(self, state: str) -> bool:
        """Whether this state was issued here and is neither too old nor used.

        Raises `bot.model.errors.StoreUnavailable` when Redis does not answer.
        """
        if state.endswith("="):
            return False  # issued without them: a second spelling would be good for a second time
        try:
            purpose = self._keys.open_text(f"{state}{'=' * (-len(state) % 4)}", max_age=STATE_LIVES)
        except Unreadable:
            return False
        if purpose != _PURPOSE:
            return False
        with translated():
            return not await self._redis.exists(*map(keys.oauth_state, self._keys.fingerprints(state)))

    async def use(self, state: str) -> None:
        """Let nobody come with this state again; raises `bot.model.errors.StoreUnavailable`."""
        with translated():
            await self._redis.set(keys.oauth_state(self._keys.fingerprint(state)), b"used", ex=STATE_LIVES)


def _former_owners() -> list[str]:
    """Return the patterns of keys that hold whose one ticket or conference is, of all accounts."""
    return [former.remote(_ACCOUNTS, kind, "*") for kind in Kind]


def _lists_of_owners() -> list[str]:
    """Return the patterns of keys that hold sessions of several workspaces, as `<workspace>/<session>`."""
    return [
        keys.meetings_named(_ACCOUNTS, "*"),
        keys.ended(_ACCOUNTS),
        keys.polling(_ACCOUNTS, "seen"),
        keys.unread_records(),
    ]
