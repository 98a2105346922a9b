"""The bearer of the API user: one for all processes, kept encrypted in Redis until shortly before it ends.

https://developers.apirtc.com/apirtc-developer-portal/rest-apis-and-integration/introduction#authentication
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final, cast

import httpx
from redis.asyncio import Redis
from redis.exceptions import LockError

from bot.apizee.answers.schemas import SignedIn
from bot.apizee.budget import Budget
from bot.apizee.budget.claims import Claim, Lane
from bot.apizee.errors import OutcomeUnknown, Refused, SignInFailed, Unreachable
from bot.apizee.timing import ApizeeTiming
from bot.apizee.transport import OnRequest, Transport, count_nothing, parse_response, request_for
from bot.model.accounts import account_key, name_id
from bot.model.errors import Unreadable
from bot.model.sealing import Sealer
from bot.outages import translated

_USED_OF_LIFE: Final = 0.9
_LIFE_IF_UNKNOWN: Final = 3600.0
_LONGEST_LIFE: Final = 86_400.0
_FIRST_REFUSAL_SECONDS: Final = 30
_LONGEST_REFUSAL_SECONDS: Final = 600
_REFUSALS_COUNTED_FOR: Final = 86_400
_PAUSE_SECONDS: Final = 5.0
# If its owner dies, the lock opens by itself: later than any sign-in can take, yet soon enough for the next process.
_LOCKED_FOR_LONGER: Final = 5.0
_CLAIM: Final = Claim("sign-in", Lane.FIRST)


@dataclass(frozen=True, slots=True)
class _Bearer:
    """A bearer, and until when on the monotonic clock it is used."""

    value: str = field(repr=False)
    until: float

    def serves(self, rejected: str | None) -> bool:
        return self.value != rejected and time.monotonic() < self.until


class Token:
    """Signs in when it must: all who need a bearer meanwhile wait for that one.

    Its methods raise `SignInFailed` where Apizee refuses the user, `Unreachable` where it does not answer (so nothing
    that needs the bearer went out), `NotSent` after a 429, `BudgetExhausted` and `StoreUnavailable`.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        http: httpx.AsyncBaseTransport,
        base_url: str,
        username: str,
        password: str,
        sealer: Sealer,
        budget: Budget,
        on_request: OnRequest = count_nothing,
        timing: ApizeeTiming | None = None,
    ) -> None:
        self._redis = redis
        self._url = f"{base_url}/token"
        self._form = {"grant_type": "password", "username": username, "password": password}
        self._sealer = sealer
        self._timing = timing or ApizeeTiming()
        self._transport = Transport(http, budget, on_request, self._timing)
        # Whether Apizee tells names apart by their capitals is not known: a bearer serves the name that got it.
        self._key = f"{account_key(username)}:token:{name_id(username)}"
        self._refused, self._refusals = f"{self._key}:refused", f"{self._key}:refusals"
        self._held: _Bearer | None = None
        self._one_at_a_time = asyncio.Lock()

    async def bearer(self) -> str:
        """Return a bearer that Apizee should accept."""
        return await self._obtained(rejected=None)

    async def renew(self, rejected: str) -> str:
        """Return another bearer than the one that Apizee has just rejected: another process' fresh one, or our own."""
        return await self._obtained(rejected)

    async def sign_in_again(self) -> None:
        """Sign in with this user and password, whatever bearer is stored; the new one is stored for all.

        A refusal is recorded for nobody: it says nothing about others who use the same account.
        """
        try:
            async with asyncio.timeout(self._timing.sign_in):
                await self._keep(await self._asked())
        except Refused:
            raise SignInFailed from None
        except TimeoutError as error:
            raise Unreachable(_PAUSE_SECONDS) from error

    async def _obtained(self, rejected: str | None) -> str:
        bearer = await self._known(rejected)
        if bearer is None:
            bearer = await self._obtained_in_turn(rejected)
        return bearer.value

    async def _obtained_in_turn(self, rejected: str | None) -> _Bearer:
        try:
            # However many wait behind a sign-in that hangs, each gets its error in time.
            async with asyncio.timeout(self._timing.sign_in), self._one_at_a_time, self._one_process_at_a_time():
                return await self._known(rejected) or await self._fresh()
        except TimeoutError as error:
            raise Unreachable(_PAUSE_SECONDS) from error

    async def _known(self, rejected: str | None) -> _Bearer | None:
        if self._held is None or not self._held.serves(rejected):
            self._held = await self._shared()
        return self._held if self._held and self._held.serves(rejected) else None

    async def _shared(self) -> _Bearer | None:
        with translated():
            sealed, life = await self._redis.get(self._key), await self._redis.pttl(self._key)
        if sealed is None or life <= 0:
            return None
        try:
            return _Bearer(
                self._sealer.open_value(cast("bytes", sealed).decode(), self._key), time.monotonic() + life / 1000
            )
        except Unreadable:
            return None  # sealed with a key that is gone: as good as none

    async def _fresh(self) -> _Bearer:
        return await self._keep(await self._signed_in())

    async def _keep(self, signed_in: SignedIn) -> _Bearer:
        life = max(1.0, min(signed_in.expires_in or _LIFE_IF_UNKNOWN, _LONGEST_LIFE) * _USED_OF_LIFE)
        sealed = self._sealer.seal_value(signed_in.access_token, self._key)
        with translated():
            async with self._redis.pipeline() as both:
                both.set(self._key, sealed, px=int(life * 1000))
                both.unlink(self._refused, self._refusals)
                await both.execute()
        self._held = _Bearer(signed_in.access_token, time.monotonic() + life)
        return self._held

    async def _signed_in(self) -> SignedIn:
        """Sign in, unless Apizee refused this password lately: a wrong one must not lock the user out."""
        with translated():
            refused = cast("bytes | None", await self._redis.get(self._refused))
        if refused and refused.decode() in self._sealer.fingerprints(self._form["password"]):
            raise SignInFailed
        try:
            return await self._asked()
        except Refused:
            await self._note_refusal()
            raise SignInFailed from None

    async def _note_refusal(self) -> None:
        """Let nobody try this password again for a while: twice as long with each refusal in a row."""
        with translated():
            async with self._redis.pipeline() as both:
                both.incr(self._refusals)
                both.expire(self._refusals, _REFUSALS_COUNTED_FOR)
                in_a_row = int((await both.execute())[0])
            pause = min(_FIRST_REFUSAL_SECONDS * 2 ** min(in_a_row - 1, 10), _LONGEST_REFUSAL_SECONDS)
            await self._redis.set(self._refused, self._sealer.fingerprints(self._form["password"])[0], ex=pause)

    async def _asked(self) -> SignedIn:
        # In the form, the password stays out of the addresses that servers log.
        request = request_for("POST", self._url, self._timing, data=self._form)
        try:
            return parse_response(await self._transport.send("sign_in", request, claim=_CLAIM), SignedIn)
        except OutcomeUnknown as error:
            raise Unreachable(_PAUSE_SECONDS) from error

    @asynccontextmanager
    async def _one_process_at_a_time(self) -> AsyncIterator[None]:
        patience = self._timing.sign_in
        lock = self._redis.lock(f"{self._key}:lock", timeout=patience + _LOCKED_FOR_LONGER, blocking_timeout=patience)
        with translated():
            acquired = await lock.acquire()
        if not acquired:
            raise Unreachable(_PAUSE_SECONDS)
        try:
            yield
        finally:
            with translated(), suppress(LockError):
                await lock.release()
