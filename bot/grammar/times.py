"""Reads the time for which somebody plans: `14:30`, `tomorrow 2pm`, `demain 14h`, `lundi 14h30`, `2026-12-01T14:00`.

What is meant depends on the moment and on the time zone of the person who types. A time of day alone is the next one
to come; one that has passed by is tomorrow's, which the answer says. Where clocks are put back a time comes twice: the
first one still to come is meant. Where they are put forward some times do not exist, and are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple
from unicodedata import normalize

from bot.grammar.parse_errors import NotUnderstood, ParseProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

SOONEST: Final = timedelta(minutes=1)
LATEST: Final = timedelta(days=90)

_WEEK: Final = 7
_NOON: Final = 12
_LARGEST_OFFSET: Final = timedelta(hours=14)


def _numbered(*days: tuple[str, ...]) -> dict[str, int]:
    return {name: number for number, names in enumerate(days) for name in names}


_DAYS_AHEAD: Final[Mapping[str, int]] = {
    **dict.fromkeys(("today", "aujourd'hui", "aujourdhui"), 0),
    **dict.fromkeys(("tomorrow", "demain"), 1),
    **dict.fromkeys(("day after tomorrow", "après-demain", "après demain", "apres-demain", "apres demain"), 2),
}
_FULL_WEEKDAYS: Final = _numbered(
    ("monday", "lundi"),
    ("tuesday", "mardi"),
    ("wednesday", "mercredi"),
    ("thursday", "jeudi"),
    ("friday", "vendredi"),
    ("saturday", "samedi"),
    ("sunday", "dimanche"),
)
_WEEKDAYS: Final[Mapping[str, int]] = _FULL_WEEKDAYS | _numbered(
    ("mon", "lun"),
    ("tue", "tues", "mar"),
    ("wed", "mer"),
    ("thu", "thur", "thurs", "jeu"),
    ("fri", "ven"),
    ("sat", "sam"),
    ("sun", "dim"),
)
_TIMES: Final[Mapping[str, time]] = {
    **dict.fromkeys(("noon", "midi"), time(12)),
    **dict.fromkeys(("midnight", "minuit"), time()),
}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_DATE: Final = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
_WEEKDAY: Final = rf"(?P<next>next\s+)?(?P<weekday>{_any_of(_WEEKDAYS)})\b\.?(?P<prochain>\s+prochain)?"
_DAY: Final = rf"(?:(?:on|le)\s+)?(?:{_DATE}|(?P<ahead>{_any_of(_DAYS_AHEAD)})|{_WEEKDAY})"
_CLOCK: Final = (
    rf"(?:(?:at|à|a|@)\s*)?(?:(?P<word>{_any_of(_TIMES)})|(?P<hour>\d{{1,2}})(?:"
    r"(?:[:.](?P<minute>\d{2}))?\s*(?P<half>[ap])\.?m\.?"
    r"|[:.](?P<minutes>\d{2})(?::(?P<seconds>\d{2})(?:\.0+)?)?h?"
    r"|\s*(?:h|hrs?|heures?)(?:\s*(?P<past>\d{2}))?"
    r"))\s*(?P<offset>z|utc|[+-]\d{2}:?\d{2})?"
)
_DAY_FIRST: Final = re.compile(rf"(?:(?:{_DAY})(?:\s*[,t]\s*|\s+))?{_CLOCK}")
_DAY_LAST: Final = re.compile(rf"{_CLOCK}(?:\s*,\s*|\s+){_DAY}")
_DAY_ALONE: Final = re.compile(_DAY)


def _unnamed(pattern: str) -> str:
    return re.sub(r"\?P<\w+>", "?:", pattern)


_BARE_CLOCK: Final = rf"(?:\d{{1,2}}(?:[:.h]|\s?[ap]\.?m\b)[^\s,;]*(?:\s[ap]\.?m\b\.?)?|{_any_of(_TIMES)})"
_CERTAIN_DAY: Final = _any_of([*_DAYS_AHEAD, *_FULL_WEEKDAYS])  # Mar, Sun and others are people's names as well
WITHOUT_QUOTES: Final = (
    rf"(?:{_unnamed(_DAY)}\s+(?:(?:at|à)\s+)?{_BARE_CLOCK}|{_BARE_CLOCK}(?:\s+(?:{_CERTAIN_DAY}))?)(?![^\s,;])"
)
"""A day and a time that belong together although they stand in no quotes: what else stands there is read apart."""


class TimeNote(StrEnum):
    """What a person is to read of how a time was understood."""

    TOMORROW = "tomorrow"
    NEXT_WEEK = "next week"
    FIRST_OF_TWO = "first of two"
    SECOND_OF_TWO = "second of two"
    IN_UTC = "in UTC"


_WHICH_OF_TWO: Final = ((TimeNote.SECOND_OF_TWO,), (TimeNote.FIRST_OF_TWO,))


@dataclass(frozen=True, slots=True)
class TypedAt:
    """The moment at which somebody types, and their time zone: `None` where Slack says none, which stands for UTC."""

    moment: datetime
    zone: ZoneInfo | None


@dataclass(frozen=True, slots=True)
class When:
    """A moment to come, in UTC; `zone` is the time zone in which it was named, `notes` what to say of it."""

    at: datetime
    zone: str = "UTC"
    notes: tuple[TimeNote, ...] = ()

    @property
    def is_tomorrow(self) -> bool:
        """Whether a time of day was typed that has passed today."""
        return TimeNote.TOMORROW in self.notes


class _Day(NamedTuple):
    """A day as it was named; `else_in` days it comes again, where its time has passed today."""

    day: date
    else_in: int = 0
    note: TimeNote = TimeNote.TOMORROW


def understand(text: str, now: datetime, zone: ZoneInfo | None) -> When:
    """Return the moment that a text names, from one minute to 90 days after `now`; raises `NotUnderstood` otherwise.

    `text` is without Slack's escaping; `zone` is that of who typed it, `None` where it is not known.
    """
    typed = text.strip()
    plain = " ".join(normalize("NFC", typed).casefold().split())
    found = _DAY_FIRST.fullmatch(plain) or _DAY_LAST.fullmatch(plain)
    if found is None:
        raise NotUnderstood(_what_is_missing(plain), typed)
    if found["word"] and not _clock(found, typed).hour and _names_a_day(found):
        raise NotUnderstood(ParseProblem.WHICH_MIDNIGHT, typed)
    place = _place(found["offset"], typed) or zone or UTC
    when = _next(_day(found, now.astimezone(place).date()), _clock(found, typed), place, now)
    is_assumed = zone is None and not found["offset"]
    return When(when.at, str(zone or UTC), (*when.notes, TimeNote.IN_UTC) if is_assumed else when.notes)


def check_moment(moment: datetime, now: datetime) -> datetime:
    """Return a moment in UTC for which something can be planned; raises `NotUnderstood` for any other."""
    if moment <= now:
        raise NotUnderstood(ParseProblem.TIME_PAST)
    if moment - now < SOONEST:
        raise NotUnderstood(ParseProblem.TIME_TOO_SOON)
    if moment - now > LATEST:
        raise NotUnderstood(ParseProblem.TIME_TOO_FAR)
    return moment.astimezone(UTC)


def _what_is_missing(plain: str) -> ParseProblem:
    if not plain:
        return ParseProblem.TIME_MISSING
    return ParseProblem.TIME_WITHOUT_HOUR if _DAY_ALONE.fullmatch(plain) else ParseProblem.NOT_A_TIME


def _names_a_day(found: re.Match[str]) -> bool:
    return any(found[part] for part in ("year", "ahead", "weekday"))


def _clock(found: re.Match[str], typed: str) -> time:
    if found["word"]:
        return _TIMES[found["word"]]
    hour, half = int(found["hour"]), found["half"]
    minute = int(found["minute"] or found["minutes"] or found["past"] or 0)
    if half and not 1 <= hour <= _NOON:
        raise NotUnderstood(ParseProblem.TIME_IMPOSSIBLE, typed)
    if half:
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    try:
        return time(hour, minute, int(found["seconds"] or 0))
    except ValueError:
        raise NotUnderstood(ParseProblem.TIME_IMPOSSIBLE, typed) from None


def _place(offset: str | None, typed: str) -> tzinfo | None:
    """Return the time zone that stands behind a time, such as `Z` or `+01:00`; `None` where there is none."""
    if offset is None:
        return None
    if offset in {"z", "utc"}:
        return UTC
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    if ahead > _LARGEST_OFFSET:
        raise NotUnderstood(ParseProblem.TIME_IMPOSSIBLE, typed)
    return timezone(-ahead if offset.startswith("-") else ahead)


def _day(found: re.Match[str], today: date) -> _Day:
    if found["year"]:
        return _Day(_date(found, today))
    if found["ahead"]:
        return _Day(today + timedelta(_DAYS_AHEAD[found["ahead"]]))
    if not found["weekday"]:
        return _Day(today, else_in=1)
    days = (_WEEKDAYS[found["weekday"]] - today.weekday()) % _WEEK
    if found["next"] or found["prochain"]:
        return _Day(today + timedelta(days or _WEEK))
    return _Day(today + timedelta(days), else_in=0 if days else _WEEK, note=TimeNote.NEXT_WEEK)


def _date(found: re.Match[str], today: date) -> date:
    """Return a date near enough to be looked at more closely, whichever the time zone."""
    try:
        day = date(*map(int, found.group("year", "month", "day")))
    except ValueError:
        raise NotUnderstood(ParseProblem.DATE_IMPOSSIBLE, "-".join(found.group("year", "month", "day"))) from None
    if day < today:
        raise NotUnderstood(ParseProblem.TIME_PAST)
    if day - today > LATEST + timedelta(days=1):
        raise NotUnderstood(ParseProblem.TIME_TOO_FAR)
    return day


def _next(named: _Day, clock: time, place: tzinfo, now: datetime) -> When:
    """Return when a time of day comes next, on the day or, where it has passed, on the one when the day comes again."""
    for day, notes in ((named.day, ()), (named.day + timedelta(named.else_in), (named.note,))):
        wall = datetime.combine(day, clock)
        moments = _moments(wall, place)
        to_come = [moment for moment in moments if moment > now]
        if to_come and moments[0].astimezone(place).replace(tzinfo=None) != wall:
            raise NotUnderstood(ParseProblem.TIME_SKIPPED, f"{to_come[-1].astimezone(place):%Y-%m-%d %H:%M}")
        if to_come:
            twice = _WHICH_OF_TWO[len(to_come) - 1] if len(moments) > 1 else ()
            return When(check_moment(to_come[0], now), notes=(*notes, *twice))
    raise NotUnderstood(ParseProblem.TIME_PAST)


def _moments(wall: datetime, place: tzinfo) -> list[datetime]:
    """Return the moments at which clocks show a time: two where they are put back.

    Where they are put forward past it there are two as well, at which they show other times: as long before and after.
    https://peps.python.org/pep-0495/
    """
    return sorted({wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1)})
