"""Asks questions again where that may help, and reads lists to their end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

import stamina

from bot.apizee.errors import OutcomeUnknown, Unavailable, UnexpectedAnswer, UnexpectedShape, Unreachable
from bot.log import get_logger

MOST_ITEMS: Final = 10_000
"""No list is followed further than this, whatever its pages say."""

log = get_logger(__name__)


class Listed(Protocol):
    """An item of a list, with the id that tells it from the others."""

    @property
    def id(self) -> int | str:
        """Apizee's own."""
        ...


Item = TypeVar("Item", bound=Listed)
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """What was found; `is_whole` is whether that is everything: only then does what it lacks not exist."""

    items: list[Item]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Piece(Generic[Item]):
    """A page of a list; the next one begins at `next_offset`, which is `None` at the end."""

    items: Sequence[Item]
    next_offset: int | None


async def ask_patiently(ask: Callable[[], Awaitable[Said]], *, within: float, attempts: int) -> Said:
    """Ask what changes nothing up to so many times, `within` so many seconds; raises `Unavailable` or its kind."""
    patient = stamina.AsyncRetryingCaller(
        attempts=attempts, timeout=15.0, wait_initial=0.3, wait_max=3.0, wait_jitter=0.5
    )
    try:
        async with asyncio.timeout(within):
            return await patient(_may_pass, ask)
    except UnexpectedShape as error:
        log.warning("answer_not_as_documented", reason=str(error))
        raise UnexpectedAnswer from error
    except (Unreachable, OutcomeUnknown, TimeoutError) as error:
        raise Unavailable from error


def _may_pass(error: Exception) -> bool:
    """Return whether asking again is worth a turn: not where Apizee's answer is complete, but in another shape."""
    return isinstance(error, Unreachable | OutcomeUnknown) and not isinstance(error, UnexpectedShape)
