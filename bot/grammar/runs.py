"""Finds the phone numbers in runs of digits; dates, hours and extensions beside them are none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from bot.grammar.phones import read_number

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

BETWEEN: Final = r"[ .\-/()\[\]{}':_*~|`\\!?]"
_RUN: Final = re.compile(rf"(?:\+[ (]{{0,3}})?\d(?:{BETWEEN}{{0,4}}\d)*+")
# What is part of a longer word is no number: CASE-663614, 0b1f, client.com/0612345678.
_GLUED_BEFORE: Final = re.compile(r"(?:\w|[A-Z0-9][-_]|[^\W\d_]/)\Z")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_LONGEST_RUN: Final = 800  # 50 numbers of 15 digits: more is no list of guests
_FEWEST_NUMBERS, _MOST_GROUPS = 2, 8

_HOUR_FOLLOWS: Final = re.compile(r" ?(?:h|uhr|heures?|am|pm|a\.m\.|p\.m\.)(?:\d\d)?(?!\w)", re.IGNORECASE)
_DATE: Final = (
    r"\(?(?:\d{4}-[01]?\d-[0-3]?\d|[0-3]?\d[/.][01]?\d(?:[/.](?:\d\d)?\d\d)?|[0-3]?\d-[01]?\d-(?:\d\d)?\d\d)\)?"
)
_HOUR: Final = r"\(?[0-2]?\d:[0-5]\d\)?"
_GAP: Final = r" +(?:[\-/|] +)?"
_NUMBERING: Final = r"\d\d?[.)]"
DATES_BEFORE: Final = re.compile(rf"(?:(?:{_DATE}|{_HOUR}){_GAP})+(?=[+(]*\d)")
_ASIDES_BEFORE: Final = re.compile(rf"(?:(?:{_DATE}|{_HOUR}|{_NUMBERING}){_GAP})+(?=[+(]*\d)")
_AFTER: Final = re.compile(rf"(?:{_GAP}(?:{_DATE}|{_HOUR}))+$")
NOTHING_BUT_DATES: Final = re.compile(rf"(?:{_DATE}|{_HOUR})(?:{_GAP}(?:{_DATE}|{_HOUR}))*")
_LAST_GROUP: Final = re.compile(r"[ .\-/|]+[0-2]?\d(?:[:.][0-5]\d)?$")

_PARAMETERS: Final = re.compile(r"(?:;[a-z][a-z0-9-]*=[^\s,;<>|]*)+", re.IGNORECASE)
_CONTEXT: Final = re.compile(r";phone-context=(\+?[\d.()\-]+)", re.IGNORECASE)
_EXTENSION: Final = re.compile(
    r"[ .,;:()\-\n]{0,4}"
    r"(?:;ext=|(?:ext(?:ension|n)?|poste|interne|durchwahl|dw|apparat|nebenstelle|klappe|toestel|[x#])"
    r"[ .:=°#\-]{0,4}(?:n°?[ .]{0,2})?)"
    r"\d{1,7}(?![\w])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Run:
    """A number in a text, from `start` to `end`; `None` where its digits are no valid one."""

    start: int
    end: int
    number: PhoneNumber | None
    has_extension: bool = False


def runs_in(folded: str, region: str) -> Iterator[Run]:
    """Yield the numbers, and what was meant for one, in their order; a few digits among words are neither."""
    after = 0
    for found in _RUN.finditer(folded):
        if found.start() >= after and not _GLUED_BEFORE.search(folded, max(0, found.start() - 2), found.start()):
            for run in _runs_of(found, folded, region):
                yield run
                after = run.end


def _runs_of(found: re.Match[str], folded: str, region: str) -> list[Run]:
    start, end = found.span()
    if context := _CONTEXT.match(folded, end):
        prefix = context[1] if context[1].startswith("+") else ""
        return [_with_what_follows(folded, Run(start, end, read_number(f"{prefix} {found[0]}".strip(), region)))]
    if _HOUR_FOLLOWS.match(folded, end):
        return _before_an_hour(found[0], start, region)
    runs = _resolved(found[0], start, region)
    if runs and runs[-1].end == end and not _is_glued_behind(folded, end):
        runs[-1] = _with_what_follows(folded, runs[-1])
    return [] if _is_glued_behind(folded, end) else runs


def _before_an_hour(run: str, start: int, region: str) -> list[Run]:
    """Return the number before “14 h”, whose digits may be the hour or, as in “am Montag”, its own; never a guess."""
    hour = _LAST_GROUP.search(run)
    readings = [_resolved(run[:end], start, region) for end in {len(run), hour.start() if hour else len(run)}]
    sure = [runs for runs in readings if runs and all(one.number for one in runs)]
    if len(sure) == 1:
        return sure[0]
    return [Run(start, start + len(run), None)] if _digits(run) >= _FEWEST_DIGITS else []


def _is_glued_behind(folded: str, end: int) -> bool:
    return folded[end : end + 1].isalpha() and not _EXTENSION.match(folded, end)


def _with_what_follows(folded: str, run: Run) -> Run:
    """Return the number with its parameters, as RFC 3966 writes them, and its extension."""
    while found := _EXTENSION.match(folded, run.end) or _PARAMETERS.match(folded, run.end):
        has_extension = run.has_extension or found.re is _EXTENSION or ";ext=" in found[0].casefold()
        run = Run(run.start, found.end(), run.number, has_extension)
    return run


def _resolved(run: str, start: int, region: str) -> list[Run]:
    """Return the number that a run of digits is, else those of which it consists, else what cannot be read."""
    if NOTHING_BUT_DATES.fullmatch(run):
        return []
    begin, end = _without_dates(run)
    certain = run[begin:end].startswith(("+", "0", "("))
    for first, last in ((begin, end), (0, len(run)), (begin, end))[not certain :]:
        if number := read_number(run[first:last], region):
            return [Run(start + first, start + last, number)]
    if several := _separated(run[begin:end], region):
        return [Run(start + begin + first, start + begin + last, number) for first, last, number in several]
    if run[begin:end].startswith("+") or _digits(run[begin:end]) >= _FEWEST_DIGITS:
        return [Run(start + begin, start + end, None)]
    return []


def _without_dates(run: str) -> tuple[int, int]:
    """Return where a run begins and ends without the dates and hours at its edges."""
    before = _ASIDES_BEFORE.match(run)
    begin = before.end() if before else 0
    after = _AFTER.search(run, begin)
    return begin, after.start() if after else len(run)


def _digits(run: str) -> int:
    return sum(map(str.isdecimal, run))


_Parts: TypeAlias = list[tuple[int, int, "PhoneNumber"]]


def _separated(run: str, region: str) -> _Parts | None:
    """Return the numbers of which a run consists, or `None` where there is not exactly one way to separate them."""
    groups = [found.span() for found in re.finditer(r"\d+", run)]
    if len(groups) < _FEWEST_NUMBERS or len(run) > _LONGEST_RUN:
        return None
    # The ways to read all groups from each one on, two at most: the second one makes it uncertain.
    ways: list[list[_Parts]] = [*([] for _ in groups), [[]]]
    for first, (begin, _) in reversed(list(enumerate(groups))):
        for last, (_, end) in enumerate(groups[first : first + _MOST_GROUPS], first):
            written = run[begin:end]
            if ways[last + 1] and _FEWEST_DIGITS <= _digits(written) <= _MOST_DIGITS:
                number = read_number(run[:end] if first == 0 else written, region)
                ways[first] += [[(begin, end, number), *rest] for rest in ways[last + 1]] if number else []
        ways[first] = ways[first][:2]
    return ways[0][0] if len(ways[0]) == 1 else None
