"""Adds up sessions: in all, by person, and by day, week or month. Pure sums over frozen rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from statistics import median
from typing import Final, Generic, Protocol, TypeAlias, TypeVar

from bot.grammar import Days

MOST_SPANS: Final = 20
"""Slack's charts have at most so many points."""


Outcomes: TypeAlias = tuple[tuple[str, int], ...]
"""How many sessions ended with what, as their people noted: the most frequent first."""


class Row(Protocol):
    """One session: on which day, and whose. `key` tells people of one name apart."""

    @property
    def day(self) -> date:
        """The day on which it began."""
        ...

    @property
    def key(self) -> str:
        """Apizee's own for the person."""
        ...

    @property
    def person(self) -> str:
        """The person's name."""
        ...


@dataclass(frozen=True, slots=True)
class AssistanceRow:
    """One video assistance. `key` is its agent's login; calls are in seconds, all of them together.

    `is_open`: the customer has not answered, and still may. `outcome` is what its people noted, `""` for nothing.
    """

    day: date
    key: str = field(repr=False)
    person: str = field(repr=False)
    answered: bool = False
    by_sms: int = 0
    by_email: int = 0
    calls: int = 0
    call_seconds: int = 0
    photos: int = 0
    videos: int = 0
    is_open: bool = False
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """One video meeting that took place; `person` organized it. `outcome` is what was noted, `""` for nothing."""

    day: date
    key: str = field(repr=False)
    person: str = field(repr=False)
    participants: int = 0
    seconds: int = 0
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class AssistanceFigures:
    """What some assistances come to. Of several calls in one, each counts with their mean length."""

    sessions: int
    answered: int
    by_sms: int
    by_email: int
    calls: int
    call_seconds: int
    median_call: float | None
    photos: int
    videos: int
    still_open: int
    outcomes: Outcomes = ()

    @classmethod
    def of(cls, rows: Sequence[AssistanceRow]) -> AssistanceFigures:
        """Return the sums of these rows."""
        lengths = [row.call_seconds / row.calls for row in rows for _ in range(row.calls)]
        return cls(
            sessions=len(rows),
            answered=sum(row.answered for row in rows),
            by_sms=sum(row.by_sms for row in rows),
            by_email=sum(row.by_email for row in rows),
            calls=len(lengths),
            call_seconds=sum(row.call_seconds for row in rows),
            median_call=median(lengths) if lengths else None,
            photos=sum(row.photos for row in rows),
            videos=sum(row.videos for row in rows),
            still_open=sum(row.is_open for row in rows),
            outcomes=_outcomes(rows),
        )

    @property
    def answered_share(self) -> float | None:
        """Of 1, among those whose invitation is no longer open; `None` where there was nothing to answer yet."""
        settled = self.sessions - self.still_open
        return self.answered / settled if settled else None


@dataclass(frozen=True, slots=True)
class MeetingFigures:
    """What some meetings come to."""

    sessions: int
    participants: int
    seconds: int
    outcomes: Outcomes = ()

    @classmethod
    def of(cls, rows: Sequence[MeetingRow]) -> MeetingFigures:
        """Return the sums of these rows."""
        participants, seconds = sum(row.participants for row in rows), sum(row.seconds for row in rows)
        return cls(len(rows), participants, seconds, _outcomes(rows))

    @property
    def minutes(self) -> int:
        """All of them together, rounded."""
        return round(self.seconds / 60)


class Granularity(Enum):
    """How long the pieces are into which a period is split."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


AnyRow = TypeVar("AnyRow", bound=Row)
AnyFigures = TypeVar("AnyFigures", bound=AssistanceFigures | MeetingFigures)
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Group(Generic[AnyFigures]):
    """The figures of one person, of one piece of the days, or of both."""

    person: str = field(repr=False)
    days: Days
    figures: AnyFigures


@dataclass(frozen=True, slots=True)
class Statistics(Generic[AnyFigures]):
    """The figures of some days in all, by person (the busiest first), by piece of the days, and by day and person.

    Every piece is there, also one without any session.
    """

    days: Days
    granularity: Granularity
    total: AnyFigures
    by_person: tuple[Group[AnyFigures], ...]
    by_time: tuple[Group[AnyFigures], ...]
    by_day_and_person: tuple[Group[AnyFigures], ...]


def aggregate(
    rows: Sequence[AnyRow], days: Days, figures: Callable[[Sequence[AnyRow]], AnyFigures]
) -> Statistics[AnyFigures]:
    """Return the statistics of the rows of these days."""
    by_person = [Group(of_one[0].person, days, figures(of_one)) for of_one in _grouped(rows, _person).values()]
    by_day = _grouped(rows, lambda row: (row.day, *_person(row)))
    return Statistics(
        days=days,
        granularity=granularity_of(days),
        total=figures(rows),
        by_person=tuple(sorted(by_person, key=lambda line: (-line.figures.sessions, line.person))),
        by_time=tuple(
            Group("", piece, figures([row for row in rows if row.day in piece])) for piece in split_days(days)
        ),
        by_day_and_person=tuple(
            Group(person, Days(day, day), figures(of_one)) for (day, person, _), of_one in sorted(by_day.items())
        ),
    )


def granularity_of(days: Days) -> Granularity:
    """Return the shortest pieces of which a chart can show all."""
    fitting = (granularity for granularity in Granularity if sum(1 for _ in _spans(days, granularity)) <= MOST_SPANS)
    return next(fitting, Granularity.MONTH)


def split_days(days: Days) -> tuple[Days, ...]:
    """Return the days in pieces that a chart can show: days, weeks from Monday, or months.

    The outermost may be shorter.
    """
    return tuple(_spans(days, granularity_of(days)))


def _spans(days: Days, granularity: Granularity) -> Iterator[Days]:
    first = days.first
    while first <= days.last:
        last = min(_end(first, granularity), days.last)
        yield Days(first, last)
        first = last + timedelta(1)


def _end(day: date, granularity: Granularity) -> date:
    """Return the last day of the day's own week or month."""
    if granularity is Granularity.DAY:
        return day
    if granularity is Granularity.WEEK:
        return day + timedelta(6 - day.weekday())
    return (day.replace(day=1) + timedelta(31)).replace(day=1) - timedelta(1)


def _outcomes(rows: Sequence[AssistanceRow] | Sequence[MeetingRow]) -> Outcomes:
    return tuple(Counter(row.outcome for row in rows if row.outcome).most_common())


def _person(row: Row) -> tuple[str, str]:
    return row.person, row.key


def _grouped(rows: Iterable[AnyRow], key: Callable[[AnyRow], Key]) -> Mapping[Key, list[AnyRow]]:
    groups: defaultdict[Key, list[AnyRow]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
