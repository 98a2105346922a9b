"""What went over the wire: the latest requests between Slack, the bot and Apizee, with their secrets blacked out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from typing import Final

from playground.page.traffic.redaction import blackened, without_secrets

MOST_KEPT: Final = 60


class Way(StrEnum):
    """From whom to whom."""

    TO_BOT = "Slack → bot"
    TO_SLACK = "bot → Slack"
    TO_APIZEE = "bot → Apizee"
    FROM_APIZEE = "Apizee → bot"


@dataclass(frozen=True, slots=True)
class Passage:
    """One request: when it was noted, what it was about in a line, what it held, how it was answered, how fast.

    `status` and `seconds` are `None` where there is no answer, or none yet; `at` is in Unix seconds.
    """

    number: int
    at: float
    way: Way
    title: str
    content: str
    status: int | None = None
    seconds: float | None = None

    @property
    def is_well(self) -> bool:
        """Whether it was answered, and well."""
        return self.status is not None and self.status < 400  # noqa: PLR2004  # where HTTP's errors begin


class TrafficLog:
    """Remembers the latest passages."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._passages: dict[int, Passage] = {}

    def latest(self) -> list[Passage]:
        """All that are remembered, newest first."""
        return list(self._passages.values())[::-1]

    def note(
        self, way: Way, title: str, content: str, status: int | None = None, seconds: float | None = None
    ) -> Passage:
        """Remember a request."""
        passage = Passage(next(self._numbers), self._clock(), way, without_secrets(title), content, status, seconds)
        self._passages[passage.number] = passage
        while len(self._passages) > MOST_KEPT:
            del self._passages[next(iter(self._passages))]
        return passage

    def answered(self, passage: Passage, status: int | None, seconds: float) -> None:
        """A request that was noted before has been answered by now, or nobody answers any more."""
        if passage.number in self._passages:
            self._passages[passage.number] = replace(passage, status=status, seconds=seconds)

    def restore(self, latest: Iterable[Passage]) -> None:
        """Remember these instead, given newest first."""
        self._passages = {passage.number: passage for passage in reversed(list(latest))}
        self._numbers = count(max(self._passages, default=0) + 1)


def shown(payload: Mapping[str, object]) -> str:
    """A payload as people read it."""
    return json.dumps(blackened(payload), indent=2, ensure_ascii=False)
