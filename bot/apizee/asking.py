"""How questions are asked: patiently, and lists to their end."""

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
    """What Apizee lists is known apart by its id."""

    @property
    def id(self) -> int | str:
        """Apizee's own."""
        ...


Item = TypeVar("Item", bound=Listed)
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """What was found; `is_whole` is whether it is all that there is: only then is what it lacks not there."""

    items: list[Item]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Piece(Generic[Item]):
    """A page of a list; the next one begins at `next_offset`, which is `None` at the end."""

    items: Sequence[Item]
    next_offset: int | None


async def ask_patiently(ask: Callable[[], Awaitable[Said]], *, within: float) -> Said:
    """Ask what changes nothing up to three times, `within` so many seconds; raises `Unavailable` or its kind."""
    patient = stamina.AsyncRetryingCaller(attempts=3, timeout=15.0, wait_initial=0.3, wait_max=3.0, wait_jitter=0.5)
    try:
        async with asyncio.timeout(within):
            return await patient(_may_pass, ask)
    except UnexpectedShape as error:
        log.warning("answer_not_as_documented", reason=str(error))
        raise UnexpectedAnswer from error
    except (Unreachable, OutcomeUnknown, TimeoutError) as error:
        raise Unavailable from error


def _may_pass(error: Exception) -> bool:
    """Whether asking once more is worth a turn: not where Apizee answers, whole, but in another shape."""
    return isinstance(error, Unreachable | OutcomeUnknown) and not isinstance(error, UnexpectedShape)
