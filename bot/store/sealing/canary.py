"""The canary: a word that is sealed at the first start, by which a wrong key is noticed before a record is missed."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, cast

from redis.asyncio import Redis

from bot.log import get_logger
from bot.model.errors import StoreUnavailable, Unreadable
from bot.outages import translated
from bot.store import keys
from bot.store.sealing.keyring import KeyRing

_WORD: Final = "canary"
_KEPT_FOR: Final = timedelta(days=400)
"""After the last start; as long as installations."""

log = get_logger(__name__)


class Canary:
    """The word in one Redis, sealed with one ring. Its methods raise `StoreUnavailable` when Redis does not answer."""

    def __init__(self, redis: Redis, ring: KeyRing) -> None:
        self._redis = redis
        self._ring = ring

    async def is_readable(self) -> bool:
        """Return whether the ring opens the word; also where there is none yet."""
        with translated():
            return self._opens(cast("bytes | None", await self._redis.get(keys.canary())))

    async def check(self) -> None:
        """Seal the word where there is none yet, and log an error where the ring does not open it.

        The bot goes on: sessions of another key are set aside one by one, and other bots on this Redis may be right.
        """
        sealed = self._ring.seal_value(_WORD, keys.canary())
        with translated():
            async with self._redis.pipeline(transaction=False) as both:
                both.set(keys.canary(), sealed, nx=True, get=True)
                both.expire(keys.canary(), _KEPT_FOR)
                before: bytes | None = (await both.execute())[0]
        if not self._opens(before):
            log.error("wrong_encryption_keys", fix="give ENCRYPTION_KEYS the keys of before as well")

    async def check_unless_away(self) -> None:
        """Do the same where Redis answers; where it does not, the next start does."""
        try:
            await self.check()
        except StoreUnavailable:
            log.debug("canary_unread")

    def _opens(self, sealed: bytes | None) -> bool:
        if sealed is None:
            return True
        try:
            return self._ring.open_value(sealed.decode(errors="replace"), keys.canary()) == _WORD
        except Unreadable:
            return False
