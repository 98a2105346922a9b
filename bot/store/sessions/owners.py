"""Finds whose a ticket or conference is: a workspace, and the id of its session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

from redis.asyncio import Redis

from bot.model.session import Kind
from bot.outages import translated
from bot.store.keys import former
from bot.store.sessions.entries import owner_at

Address: TypeAlias = tuple[str, str]
"""A workspace and a session's id."""


async def owners(redis: Redis, account: str, kind: Kind, remote_ids: Sequence[int]) -> list[Address | None]:
    """Return the sessions of these tickets or conferences of an account, where there are any.

    Raises `StoreUnavailable`.
    """
    if not remote_ids:
        return []
    with translated():
        async with redis.pipeline(transaction=False) as pipeline:
            for number in remote_ids:
                pipeline.hget(*owner_at(account, kind, number))
            found: list[bytes | None] = await pipeline.execute()
        if None in found:
            before = await redis.mget([former.remote(account, kind, number) for number in remote_ids])
            found = [one or then for one, then in zip(found, cast("list[bytes | None]", before), strict=True)]
    return [address(owner) if owner else None for owner in found]


def address(owner: bytes) -> Address:
    """Return the workspace and the id that are kept as one text."""
    team, _, session_id = owner.decode().partition("/")
    return team, session_id
