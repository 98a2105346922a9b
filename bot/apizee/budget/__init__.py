"""The requests that Apizee allows its API user, counted in Redis for all processes together.

Turns are given ahead of time: the caller gets the time of its turn, and may go and come back. They are shared
fairly: one person's tenth waiting claim goes behind another one's first, and questions take turns with invitations.
Nobody is served before the time that was named, for nobody would be there. People may book turns; background work takes
what is free at the moment and leaves some for people.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final
from uuid import uuid4

from redis.asyncio import Redis

from bot.apizee.budget.claims import Claim, Lane
from bot.apizee.errors import BudgetExhausted
from bot.model.accounts import account_key
from bot.outages import translated

WAITED_OUT_SECONDS: Final = 1.0
"""Shorter waits are slept through, longer ones are raised to the caller."""

_BOOKED_AHEAD_SECONDS: Final = 86_400.0
_MARGIN: Final = 1 / 60
"""Requests do not travel equally fast: our window is this much longer than Apizee's."""

_FOR_PEOPLE: Final = 0.3
_PARTS: Final = ("used", "waiting", "blocked", "clock", "order")


@dataclass(frozen=True, slots=True)
class BudgetStatus:
    """What is used of the budget; `resets_in` seconds pass until a person's next request could go out."""

    limit: int
    used: int
    waiting: int
    resets_in: float


class Budget:
    """At most `per_minute` requests in any `window` seconds, over all processes; Redis' clock counts.

    All methods raise `StoreUnavailable` where Redis does not answer: without it nobody knows what was spent.
    """

    def __init__(self, redis: Redis, *, user: str, per_minute: int, window: float = 60.0) -> None:
        self._limit = per_minute
        self._background_limit = max(1, per_minute - max(1, round(per_minute * _FOR_PEOPLE)))
        self._window = _micros(window * (1 + _MARGIN))
        self._keys = [f"{account_key(user)}:budget:{part}" for part in _PARTS]
        self._gate = redis.register_script(files(__package__).joinpath("budget.lua").read_text("utf-8"))

    async def spend(self, claim: Claim | None = None, *, background: bool = False) -> None:
        """Take a turn, waiting up to a second for it; raises `BudgetExhausted` where it comes later.

        A turn is kept for a `claim`, and for nobody where there is none.
        """
        ahead = _BOOKED_AHEAD_SECONDS if claim else WAITED_OUT_SECONDS
        known = claim or Claim(uuid4().hex, Lane.ASK)
        while wait := await self.reserve(
            known.name, lane=known.lane, person=known.person, background=background, ahead=ahead
        ):
            if wait > WAITED_OUT_SECONDS:
                raise BudgetExhausted(wait)
            await asyncio.sleep(wait)

    async def reserve(
        self,
        claim: str,
        *,
        lane: Lane = Lane.INVITE,
        person: str = "",
        background: bool = False,
        ahead: float = _BOOKED_AHEAD_SECONDS,
    ) -> float:
        """Take the turn of `claim`, if it has come (`0.0`); else the seconds until then.

        Asking again under the same claim keeps its place, though others may have come before it meanwhile; once taken,
        the claim is free again. A turn further off than `ahead` seconds is named but not kept, and so is one of
        background work.
        """
        limit = self._background_limit if background else self._limit
        kept_for = 0 if background else _micros(ahead)
        return _seconds(await self._run("reserve", claim, limit, kept_for, uuid4().hex, lane, person))

    async def block(self, seconds: float) -> None:
        """Give no turn for so many seconds, as a 429 asks; turns kept for earlier move behind them, in their order."""
        await self._run("block", _micros(seconds))

    async def remaining(self) -> BudgetStatus:
        """Return what is used of the budget, without taking from it."""
        used, waiting, wait = await self._run("look")
        return BudgetStatus(limit=self._limit, used=used, waiting=waiting, resets_in=_seconds(wait))

    async def _run(self, command: str, *arguments: str | int) -> Any:  # noqa: ANN401  # each command answers its own
        with translated():
            return await self._gate(keys=self._keys, args=[command, self._limit, self._window, *arguments])


def _micros(seconds: float) -> int:
    return round(seconds * 1_000_000)


def _seconds(micros: int) -> float:
    return micros / 1_000_000
