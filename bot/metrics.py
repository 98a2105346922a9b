"""Counts and times what the bot does, without I/O: anything may be counted on the way to an acknowledgement.

Each number is declared here once, with its labels; `bot.store.counters` adds up what all processes have
counted. A label takes words of the program (a command, a state, an error code), never words of a person. Names and
units are those of Prometheus: https://prometheus.io/docs/practices/naming/.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from types import MappingProxyType
from typing import Final, NamedTuple

OTHER: Final = "other"
"""Stands for a label's value that is not fit to be shown."""

_MOST_CHARACTERS: Final = 60
_WORDS: Final = re.compile(r"[A-Za-z0-9_./: -]+")
_NUMBER_OF_SOMEBODY: Final = re.compile(r"\d[ .-]?\d[ .-]?\d[ .-]?\d")
_WORD_BEGINS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_AS_THE_VENDOR_WRITES_IT: Final = frozenset({"method", "error", "account"})

_MICRO: Final = 1_000_000
_SUM: Final = "sum"


class Series(NamedTuple):
    """One line of the metrics: a declared name and the values of its labels, in the declared order."""

    name: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a number means, and the labels of its series."""

    help: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timed(Declaration):
    """A histogram of seconds, with the upper bounds of its buckets."""

    bounds: tuple[float, ...] = ()


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
        "events_total": Declaration(
            "Events for the operator's own system, by what became of them", ("type", "outcome")
        ),
        "media_delivered_total": Declaration("Photos and recordings brought into threads", ("kind", "way")),
        "records_unread_total": Declaration("Records of sessions that could not be read, once a day each", ("reason",)),
        "audit_lost_total": Declaration("Entries of the audit that Redis did not take"),
        "jobs_total": Declaration("Background jobs, by how they ended", ("job", "outcome")),
        "jobs_set_aside_total": Declaration("Background jobs that were given up and set aside", ("job", "reason")),
    }
)

HISTOGRAMS: Final[Mapping[str, Timed]] = MappingProxyType(
    {
        "acknowledgement_duration_seconds": Timed(
            "From a verified request of Slack's to its acknowledgement",
            ("kind",),
            (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
        ),
        "job_duration_seconds": Timed(
            "One try of a background job",
            ("job",),
            (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0),
        ),
        "apizee_request_duration_seconds": Timed(
            "A request to Apizee, without the wait for its turn",
            ("operation",),
            (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0),
        ),
        "slack_request_duration_seconds": Timed(
            "A request to Slack", ("method",), (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
        ),
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
        self._expected = {Series(name) for name, declared in COUNTERS.items() if not declared.labels}

    def count(self, name: str, value: int = 1, **labels: str) -> None:
        """Add to a counter; a name or label that is not declared raises `KeyError`."""
        self._counts[series(name, **labels)] += value

    def counting(self, name: str, *labels: str) -> Callable[..., None]:
        """Return a function that adds one to a counter; it takes the values of these labels, in this order."""

        def count_one(*values: object) -> None:
            self._counts[series(name, **{label: str(value) for label, value in zip(labels, values, strict=True)})] += 1

        return count_one

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Add a time to a histogram: to one of its buckets, and to their sum."""
        observed = series(name, **labels)
        self._counts[_part(observed, bisect_left(HISTOGRAMS[name].bounds, seconds))] += 1
        self._counts[_part(observed, _SUM)] += round(seconds * _MICRO)

    def observing(self, name: str, label: str) -> Callable[[str, float], None]:
        """Return a function that adds a time to a histogram; it takes the value of this label, and the seconds."""
        return lambda value, seconds: self.observe(name, seconds, **{label: value})

    def expect(self, name: str, **values: Iterable[str]) -> None:
        """Show the series of all these values of the labels, 0 before they count: only so is the first one seen."""
        for chosen in product(*values.values()):
            self._expected.add(series(name, **dict(zip(values, chosen, strict=True))))

    @property
    def expected(self) -> frozenset[Series]:
        """The series that are shown before they count; of a histogram without its buckets."""
        return frozenset(self._expected)

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
    declared = (COUNTERS.get(name) or HISTOGRAMS.get(name) or GAUGES[name]).labels
    if unknown := labels.keys() - set(declared):
        message = f"{name} has no label {', '.join(sorted(unknown))}"
        raise KeyError(message)
    return Series(name, tuple(_fit(label, labels[label]) for label in declared))


def in_one_style(found: Series) -> Series | None:
    """Return a series that was stored with the style of labels of today; `None` where it is declared no more."""
    declared = COUNTERS.get(found.name)
    if declared is None or len(declared.labels) != len(found.labels):
        return None
    return series(found.name, **dict(zip(declared.labels, found.labels, strict=True)))


@dataclass(frozen=True, slots=True)
class Histogram:
    """The times of one series: how many took up to each bound, the last one without a bound, and their sum."""

    buckets: tuple[tuple[str, float], ...]
    seconds: float


def is_histogram(found: Series) -> bool:
    """Return whether it is the series of a histogram, and not a part of one."""
    declared = HISTOGRAMS.get(found.name)
    return declared is not None and len(found.labels) == len(declared.labels)


def part_of(found: Series) -> tuple[Series, str] | None:
    """Return the histogram of which a stored number is a part, and which part; `None` where it is none of one."""
    declared = HISTOGRAMS.get(found.name)
    if declared is None or len(found.labels) != len(declared.labels) + 1:
        return None
    return Series(found.name, found.labels[:-1]), found.labels[-1]


def histogram(name: str, parts: Mapping[str, int]) -> Histogram:
    """Return a histogram as Prometheus has it, of how many times were in each of its buckets."""
    bounds, total, buckets = HISTOGRAMS[name].bounds, 0, []
    for place, bound in enumerate((*map(str, bounds), "+Inf")):
        total += parts.get(str(place), 0)
        buckets.append((bound, float(total)))
    return Histogram(tuple(buckets), parts.get(_SUM, 0) / _MICRO)


@lru_cache(maxsize=4096)
def _part(observed: Series, part: object) -> Series:
    return Series(observed.name, (*observed.labels, str(part)))


def _fit(label: str, value: str) -> str:
    """Return the value as it may be shown, in one style for words of the program, which is that of code: `in_progress`.

    Addresses, telephone numbers and odd characters become `other`.
    """
    harmless = _WORDS.fullmatch(value) and not _NUMBER_OF_SOMEBODY.search(value)
    if not harmless or len(value) > _MOST_CHARACTERS:
        return OTHER
    return value if label in _AS_THE_VENDOR_WRITES_IT else _WORD_BEGINS.sub("_", value).replace(" ", "_").lower()
