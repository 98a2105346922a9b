"""The latest requests between Slack, the bot and Apizee, with their secrets redacted."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count
from typing import Annotated, Final

from pydantic import AliasChoices, Field

from playground.page.traffic.redaction import redacted, without_secrets

MOST_KEPT: Final = 60


class Direction(StrEnum):
    """From whom to whom."""

    TO_BOT = "Slack → bot"
    TO_SLACK = "bot → Slack"
    TO_APIZEE = "bot → Apizee"
    FROM_APIZEE = "Apizee → bot"


@dataclass(frozen=True, slots=True)
class Entry:
    """One request: when it was noted, what it was about in a line, what it held, how it was answered, how fast.

    `status` and `seconds` are `None` where there is no answer, or none yet; `at` is in Unix seconds.
    """

    number: int
    at: float
    direction: Annotated[Direction, Field(validation_alias=AliasChoices("direction", "way"))]  # "way" until 0.1
    title: str
    content: str
    status: int | None = None
    seconds: float | None = None

    @property
    def is_well(self) -> bool:
        """Whether it was answered, and well."""
        return self.status is not None and self.status < 400  # noqa: PLR2004  # where HTTP's errors begin


class TrafficLog:
    """Holds the latest requests, `MOST_KEPT` of them."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._entries: dict[int, Entry] = {}

    def latest(self) -> list[Entry]:
        """Return all of them, newest first."""
        return list(self._entries.values())[::-1]

    def note(
        self, direction: Direction, title: str, content: str, status: int | None = None, seconds: float | None = None
    ) -> Entry:
        """Add a request; the oldest goes where there are too many."""
        entry = Entry(next(self._numbers), self._clock(), direction, without_secrets(title), content, status, seconds)
        self._entries[entry.number] = entry
        while len(self._entries) > MOST_KEPT:
            del self._entries[next(iter(self._entries))]
        return entry

    def answered(self, entry: Entry, status: int | None, seconds: float) -> None:
        """Add the response to a request; `None` where none will come any more."""
        if entry.number in self._entries:
            self._entries[entry.number] = replace(entry, status=status, seconds=seconds)

    def restore(self, latest: Iterable[Entry]) -> None:
        """Replace all by these, given newest first."""
        self._entries = {entry.number: entry for entry in reversed(list(latest))}
        self._numbers = count(max(self._entries, default=0) + 1)


def shown(payload: Mapping[str, object]) -> str:
    """Return a payload as people read it."""
    return json.dumps(redacted(payload), indent=2, ensure_ascii=False)
