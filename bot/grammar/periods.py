"""Reads days as people name them: `2023-07-13`, `yesterday`, `week..today`. Which ones they are depends on today."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.grammar.parse_errors import NotUnderstood, ParseProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_DAYS: Final = 366

# Phones make one character of two or three dots.
_FROM_TO: Final = re.compile(r"\s*(?:\.{2,3}|…|‥)\s*")


class DayName(StrEnum):
    """Words for days; `week` is the last 7 days and `month` the last 30, with today."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    MONTH = "month"


Day: TypeAlias = date | DayName

# The first and the last day that a word means, in days ago.
_DAYS_AGO: Final[Mapping[DayName, tuple[int, int]]] = {
    DayName.TODAY: (0, 0),
    DayName.YESTERDAY: (1, 1),
    DayName.WEEK: (6, 0),
    DayName.MONTH: (29, 0),
}


@dataclass(frozen=True, slots=True)
class Days:
    """Some days in a row, the last one included."""

    first: date
    last: date

    def __len__(self) -> int:
        """Return how many they are."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        """Return whether a day is one of them."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, as somebody named them."""

    start: Day = DayName.WEEK
    end: Day = DayName.WEEK

    def __str__(self) -> str:
        """Return it as people type it."""
        return f"{self.start}..{self.end}"

    def on(self, today: date) -> Days:
        """Return the days that are meant when it is `today`; raises `NotUnderstood` where nobody could count them."""
        days = Days(_reach(self.start, today).first, _reach(self.end, today).last)
        if days.last < days.first:
            raise NotUnderstood(ParseProblem.DAYS_REVERSED, f"{days.last}..{days.first}")
        if days.last > today:
            raise NotUnderstood(ParseProblem.DAY_TO_COME, str(days.last))
        if len(days) > MOST_DAYS:
            raise NotUnderstood(ParseProblem.TOO_MANY_DAYS, str(len(days)))
        return days


def parse_period(text: str) -> Period:
    """Parse a day, or a first and a last one with two dots between; raises `NotUnderstood`.

    Without any text it is the last 7 days.
    """
    plain = text.strip()
    first, *rest = _FROM_TO.split(plain, maxsplit=1)
    try:
        return Period(_day(first), _day(rest[0] if rest else first)) if plain else Period()
    except ValueError:
        raise NotUnderstood(ParseProblem.NOT_A_DAY, plain) from None


def _day(text: str) -> Day:
    """Parse a day; raises `ValueError` where it is none."""
    word = text.casefold()
    return DayName(word) if word in list(DayName) else date.fromisoformat(word)


def _reach(day: Day, today: date) -> Days:
    if not isinstance(day, DayName):
        return Days(day, day)
    first, last = _DAYS_AGO[day]
    return Days(today - timedelta(first), today - timedelta(last))
