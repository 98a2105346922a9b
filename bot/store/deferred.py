"""Stores deferred requests until they are done."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, cast

from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.deferred.kinds.afterwards import WriteNote
from bot.deferred.kinds.former import as_stored_now
from bot.deferred.requests import DeferredRequest
from bot.outages import translated
from bot.store import keys
from bot.store.sealing.keyring import KeyRing
from bot.store.server.one_step import Script, Step
from bot.store.sessions.records import Codec
from bot.store.sessions.store import SEEN_FOR

# As long as Slack's response_url lives: after that nobody could be answered.
KEPT_FOR: Final = timedelta(minutes=30)

_TYPED_KEPT_FOR: Final = timedelta(days=1)
"""What somebody has typed at length is worth more than an answer to them: it survives a long absence of the bot."""

_SHAPE: Final[TypeAdapter[DeferredRequest]] = TypeAdapter(DeferredRequest)

_RECORD_ONCE: Final = """
local first = redis.call('GET', KEYS[2])
if first then return first end
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[4])
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
return ARGV[2]
"""


class DeferredRequests:
    """Stores the requests that are not done yet.

    All methods raise `bot.model.errors.StoreUnavailable` when Redis does not answer.

    Before the first release they had keys of another name. Such a record stays where it is: processes of that version
    look for it there, and leave it to a newer one once it was changed here.
    """

    def __init__(self, redis: Redis, sealer: KeyRing) -> None:
        self._redis = redis
        self._codec = Codec(
            _SHAPE,
            sealer,
            open_former=lambda sealed: sealer.open_text(sealed.decode(errors="replace")).encode(),
            upgrade=as_stored_now,
        )
        self._record_once = Script(redis, _RECORD_ONCE)

    async def record(self, deferred: DeferredRequest, *, delivery: str, then: Step | None = None) -> str:
        """Store a request, in one step with `then`; return the id of the request to which this delivery led first."""
        team = deferred.requester.conversation.team
        body = self._codec.write(deferred, keys.deferred(team, deferred.id))
        kept_for = _TYPED_KEPT_FOR if isinstance(deferred.request, WriteNote) else KEPT_FOR
        lives = [int(kept_for.total_seconds()), int(SEEN_FOR.total_seconds())]
        with translated():
            first = await self._record_once(
                [keys.deferred(team, deferred.id), keys.seen(team, delivery)],
                [body, deferred.id, *lives],
                answer=deferred.id,
                then=then,
            )
        return cast("bytes", first).decode()

    async def get(self, team: str, request_id: str) -> DeferredRequest | None:
        """Return the request, or `None` where it is done or too old; raises `Unreadable` and `NewerRecord`."""
        for key in (keys.deferred(team, request_id), keys.former_deferred(team, request_id)):
            with translated():
                body = await self._redis.get(key)
            if body:
                return self._codec.read(body, key)
        return None

    async def keep(self, deferred: DeferredRequest) -> None:
        """Store a change of a request that is not done yet."""
        with translated():
            async with self._redis.pipeline() as both:
                for key in _keys_of(deferred):
                    both.set(key, self._codec.write(deferred, key), xx=True, keepttl=True)
                await both.execute()

    def resealed(self, kept: bytes, key: str) -> bytes | None:
        """Return what is kept under a key as `Codec.resealed` does."""
        return self._codec.resealed(kept, key)

    async def done(self, deferred: DeferredRequest) -> None:
        """Remove a request."""
        with translated():
            await self._redis.delete(*_keys_of(deferred))


def _keys_of(deferred: DeferredRequest) -> tuple[str, str]:
    team = deferred.requester.conversation.team
    return keys.deferred(team, deferred.id), keys.former_deferred(team, deferred.id)
