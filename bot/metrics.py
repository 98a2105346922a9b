"""Counts what the bot does, without I/O: anything may be counted on the way to an acknowledgement.

Each number is declared here once, with its labels; `bot.store.counters` adds up what all processes have
counted. A label takes words of the program (a command, a state, an error code), never words of a person.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

OTHER: Final = "other"
"""Stands for a label's value that is not fit to be shown."""

_MOST_CHARACTERS: Final = 60
_WORDS: Final = re.compile(r"[A-Za-z0-9_./: -]+")
_NUMBER_OF_SOMEBODY: Final = re.compile(r"\d[ .-]?\d[ .-]?\d[ .-]?\d")


class Series(NamedTuple):
    """One line of the metrics: a declared name and the values of its labels, in the declared order."""

    name: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a number means, and the labels of its series."""

    help: str
    labels: tuple[str, ...] = ()


COUNTERS: Final[Mapping[str, Declaration]] = MappingProxyType(
    {
        "commands_total": Declaration("Commands, shortcuts and clicks, by how they ended", ("command", "outcome")),
        "payloads_dropped_total": Declaration("What Slack sent and nothing came of, by why", ("kind", "reason")),
        "sessions_total": Declaration("Sessions that came into a state", ("kind", "state")),
        "apizee_requests_total": Declaration("Requests to Apizee, by their answer", ("operation", "status")),
        "apizee_items_set_aside_total": Declaration("Items of Apizee's lists that cannot be read", ("operation",)),
        "apizee_webhooks_not_understood_total": Declaration(
            "Webhooks of Apizee's that the bot could make nothing of", ("object",)
        ),
        "apizee_webhooks_refused_total": Declaration("Webhooks without the right secret"),
        "slack_errors_total": Declaration("Calls that Slack refused", ("method", "error")),
        "media_delivered_total": Declaration("Photos and recordings brought into threads", ("kind", "way")),
        "records_unread_total": Declaration("Records of sessions that could not be read, once a day each", ("reason",)),
        "audit_lost_total": Declaration("Entries of the audit that Redis did not take"),
        "jobs_total": Declaration("Background jobs, by how they ended", ("job", "outcome")),
        "jobs_set_aside_total": Declaration("Background jobs that were given up and set aside", ("job", "reason")),
    }
)

GAUGES: Final[Mapping[str, Declaration]] = MappingProxyType(
    {
        "apizee_budget_limit": Declaration("Requests to Apizee allowed in a minute", ("account",)),
        "apizee_budget_used": Declaration("Requests to Apizee spent in the last minute", ("account",)),
        "apizee_budget_waiting": Declaration("Requests that wait for their turn at Apizee", ("account",)),
        "job_lag_seconds": Declaration("Seconds by which the oldest due job is late"),
        "jobs_set_aside": Declaration("Background jobs that are set aside now"),
        "redis_up": Declaration("Whether Redis answers"),
    }
)


class Metrics:
    """What this process has counted and not yet flushed."""

    def __init__(self) -> None:
        self._counts: Counter[Series] = Counter()

    def count(self, name: str, value: int = 1, **labels: str) -> None:
        """Add to a counter; a name or label that is not declared raises `KeyError`."""
        self._counts[series(name, **labels)] += value

    def counting(self, name: str, *labels: str) -> Callable[..., None]:
        """Return a function that adds one to a counter; it takes the values of these labels, in this order."""

        def count_one(*values: object) -> None:
            self._counts[series(name, **{label: str(value) for label, value in zip(labels, values, strict=True)})] += 1

        return count_one

    def pending(self) -> dict[Series, int]:
        """Return what was counted since it was last drained."""
        return dict(self._counts)

    def drain(self) -> dict[Series, int]:
        """Take what was counted, to keep it elsewhere; `restore` gives back what could not be kept."""
        taken, self._counts = self._counts, Counter()
        return dict(taken)

    def restore(self, counts: Mapping[Series, int]) -> None:
        """Count again what was drained and could not be kept."""
        self._counts.update(counts)


@lru_cache(maxsize=1024)
def series(name: str, **labels: str) -> Series:
    """Return the series of these labels; a name or label that is not declared raises `KeyError`."""
    declared = (COUNTERS.get(name) or GAUGES[name]).labels
    if unknown := labels.keys() - set(declared):
        message = f"{name} has no label {', '.join(sorted(unknown))}"
        raise KeyError(message)
    return Series(name, tuple(_fit(labels[label]) for label in declared))


def _fit(value: str) -> str:
    """Return the value as it may be shown: addresses, telephone numbers and odd characters become `other`."""
    harmless = _WORDS.fullmatch(value) and not _NUMBER_OF_SOMEBODY.search(value)
    return value if harmless and len(value) <= _MOST_CHARACTERS else OTHER
