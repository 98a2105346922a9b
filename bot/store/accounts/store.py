"""Stores the Apizee accounts that administrators connected to workspaces: sealed, until they are disconnected."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, cast

from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.model.accounts import ApizeeAccount, key_of
from bot.outages import translated
from bot.store import keys
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.records import Codec
from bot.store.uses import Uses
from bot.store.workspaces.installations import UNUSED_FOR

_BATCH: Final = 500
_TRIES_COUNTED_FOR: Final = timedelta(hours=1)
_ACCOUNT: Final = TypeAdapter(ApizeeAccount)


class AccountStore:
    """Every workspace's account, sealed by a key of that workspace, which `sealer_of` returns.

    All methods raise `StoreUnavailable` when Redis does not answer.
    """

    def __init__(self, redis: Redis, sealer_of: Callable[[str], KeyRing]) -> None:
        self._redis = redis
        self._uses = Uses(redis)
        self._sealer_of = sealer_of

    async def keep(self, team: str, account: ApizeeAccount) -> None:
        """Record the account of a workspace; it replaces the former one."""
        key = keys.account(team)
        sealed = self._codec(team).write(account, key)
        with translated():
            async with self._redis.pipeline() as both:
                both.hset(key, "account", account.id)
                both.hset(key, "sealed", sealed)
                both.expire(key, UNUSED_FOR)
                await both.execute()

    async def sealed(self, team: str) -> bytes | None:
        """Return the account of a workspace as it is stored, which counts as a use of it; `None` where it has none."""
        key = keys.account(team)
        with translated():
            sealed = await cast("Awaitable[bytes | None]", self._redis.hget(key, "sealed"))
            if sealed:
                await self._uses.note(key)
        return sealed

    async def peek(self, team: str) -> ApizeeAccount | None:
        """Return the account of a workspace, which does not count as a use; raises as `open` does."""
        with translated():
            sealed = await cast("Awaitable[bytes | None]", self._redis.hget(keys.account(team), "sealed"))
        return self.open(team, sealed) if sealed else None

    def open(self, team: str, sealed: bytes) -> ApizeeAccount:
        """Return what `sealed` returned as an account; raises `Unreadable` where no key of the workspace opens it."""
        return self._codec(team).read(sealed, keys.account(team))

    async def account_id(self, team: str) -> str | None:
        """Return the id of a workspace's account; `None` where it has none."""
        with translated():
            known = await cast("Awaitable[bytes | None]", self._redis.hget(keys.account(team), "account"))
        return known.decode() if known else None

    async def count_try(self, team: str) -> int:
        """Count that somebody tries to connect an account; returns how often that was within an hour."""
        key = keys.account_tries(team)
        with translated():
            async with self._redis.pipeline() as both:
                both.incr(key)
                both.expire(key, _TRIES_COUNTED_FOR, nx=True)
                return int((await both.execute())[0])

    def resealed(self, kept: bytes, key: str) -> bytes | None:
        """Return what is kept under a key as `Codec.resealed` does."""
        return self._codec(keys.team_in(key)).resealed(kept, key)

    async def forget(self, team: str) -> None:
        """Remove the account of a workspace."""
        with translated():
            await self._redis.unlink(keys.account(team))

    async def teams_of(self, account_id: str) -> list[str]:
        """Return the workspaces that connected an account themselves. It goes over the keys of all workspaces."""
        wanted = account_id.encode()
        with translated():
            found = sorted({key async for key in self._redis.scan_iter(match=keys.account("*"), count=_BATCH)})
            return [keys.team_in(key.decode()) for key in found if await self._redis.hget(key, "account") == wanted]

    async def forget_facts(self, account_id: str) -> None:
        """Remove all that is kept of an account itself. It goes over all keys."""
        with translated():
            async for key in self._redis.scan_iter(match=f"{key_of(account_id)}:*", count=_BATCH):
                await self._redis.unlink(key)

    def _codec(self, team: str) -> Codec[ApizeeAccount]:
        sealer = self._sealer_of(team)
        return Codec(
            _ACCOUNT,
            sealer,
            open_former=lambda sealed: sealer.open_text(sealed.decode(errors="replace")).encode(),
        )
