"""Errands: what a person asked for that takes longer than Slack waits, kept until it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.model import Asker
from bot.sealing import Sealer
from bot.store import keys
from bot.store.connection import translated
from bot.store.records import Codec
from bot.store.sessions import SEEN_FOR

# As long as Slack's response_url lives: after that nobody could be answered.
KEPT_FOR = timedelta(minutes=30)

_RECORD_ONCE = """
local first = redis.call('GET', KEYS[2])
if first then return first end
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[4])
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
return ARGV[2]
"""


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to do for one person: `task` names it, `details` say on what.

    `announced` is whether the person was told that it takes longer.
    """

    id: str
    task: str
    asker: Asker
    asked_at: float
    details: Mapping[str, str] = field(default_factory=dict, repr=False)
    announced: bool = False


class Errands:
    """The errands under way. All methods raise `bot.errors.StoreAway` when Redis does not answer."""

    def __init__(self, redis: Redis, sealer: Sealer) -> None:
        self._redis = redis
        self._codec = Codec(
            TypeAdapter(Errand),
            seal=lambda text: sealer.seal(text.decode()).encode(),
            unseal=lambda sealed: sealer.unseal(sealed.decode()).encode(),
        )
        self._record_once = redis.register_script(_RECORD_ONCE)

    async def record(self, errand: Errand, *, delivery: str) -> str:
        """Write down an errand; answers the id of the one that this delivery of Slack's led to first."""
        team = errand.asker.place.team
        body = self._codec.write(errand)
        lives = [int(KEPT_FOR.total_seconds()), int(SEEN_FOR.total_seconds())]
        with translated():
            first = await self._record_once(
                keys=[keys.errand(team, errand.id), keys.seen(team, delivery)], args=[body, errand.id, *lives]
            )
        return cast("bytes", first).decode()

    async def get(self, team: str, errand_id: str) -> Errand | None:
        """The errand, or `None` where it is done or too old; raises `Unreadable` and `NewerRecord`."""
        with translated():
            body = await self._redis.get(keys.errand(team, errand_id))
        return self._codec.read(body) if body else None

    async def keep(self, errand: Errand) -> None:
        """Write down a change of an errand under way."""
        with translated():
            await self._redis.set(
                keys.errand(errand.asker.place.team, errand.id), self._codec.write(errand), keepttl=True
            )

    async def done(self, errand: Errand) -> None:
        """Forget an errand."""
        with translated():
            await self._redis.delete(keys.errand(errand.asker.place.team, errand.id))
