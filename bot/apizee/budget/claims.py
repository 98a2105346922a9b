"""The names under which turns in Apizee's budget are kept, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Lane(StrEnum):
    """What turns are for: questions and invitations take turns, and what comes first waits for neither."""

    FIRST = "first"
    INVITE = "invite"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Claim:
    """A name under which a turn is kept, what it is for, and whose it is; an id of a person, or nothing."""

    name: str
    lane: Lane
    person: str = ""


@dataclass(slots=True)
class _Asking:
    """The requests of one person's question: each has a claim of its own, so that asking again finds it."""

    name: str
    person: str
    requests: int = 0

    def next(self) -> Claim:
        self.requests += 1
        return Claim(f"{self.name}:{self.requests}", Lane.ASK, self.person)


_asking: ContextVar[_Asking | None] = ContextVar("asking", default=None)


@contextmanager
def asking_for(name: str, *, person: str) -> Iterator[None]:
    """Keep turns for the requests made inside, which may be made again under the same name in the same order.

    A context variable carries it to what is asked inside, however deep: most of that is also asked where nobody waits.
    """
    token = _asking.set(_Asking(name, person))
    try:
        yield
    finally:
        _asking.reset(token)


def claim_of_question() -> Claim | None:
    """Return the claim of the next request of the question that is being asked, if one is."""
    asking = _asking.get()
    return asking.next() if asking else None
