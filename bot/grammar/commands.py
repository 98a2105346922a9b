"""Parses what stands after the commands `/assist` and `/meet`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.grammar.contacts import customer_in, guests_in
from bot.grammar.options import on_one_line, option_in
from bot.grammar.parse_errors import NotUnderstood, ParseProblem
from bot.grammar.periods import parse_period
from bot.grammar.phones import number_alone
from bot.grammar.requests import (
    AssistRequest,
    Common,
    Find,
    Forget,
    Help,
    ListOpen,
    MeetRequest,
    OpenForm,
    ShowMedia,
    ShowStatistics,
    StartAssistance,
    StartMeeting,
    Whose,
)
from bot.grammar.text.slack_text import unescape
from bot.grammar.times import WITHOUT_QUOTES, TypedAt, When, understand
from bot.model.session.notes import LONGEST_NOTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.grammar.requests import Reading

LONGEST_REFERENCE = 50
SHORTEST_NAME, LONGEST_NAME = 2, 255
LONGEST_LOGIN = 255
_LONGEST_NUMBER = 15
_LONGEST_TICKET = 8  # what has more digits is somebody's number, where it can be one
_FEWEST_DIGITS = 6  # of what might be meant as a telephone number

_LOGIN = re.compile(f"[!-~]{{1,{LONGEST_LOGIN}}}")
_MODERATED = re.compile(r"(?<![^\s,;])moderated(?![^\s,;.])", re.IGNORECASE)
_LINK = re.compile(r"(?<![^\s,;])link(?![^\s,;.])", re.IGNORECASE)
_FOR = re.compile(r"(?<![^\s,;])for\s*:\s*(<[^<>]*>|[^\s,;]*)", re.IGNORECASE)
# A French time may have an apostrophe in it.
_AT = re.compile(
    r"""(?<![^\s,;])at\s*:\s*(?:"(?P<double>[^"]*)"|'(?P<single>.*?)'(?![^\s,;])"""
    rf"|(?P<bare>{WITHOUT_QUOTES}|[^\s,;]*))",
    re.IGNORECASE,
)
_PERSON = re.compile(r"<@([A-Z0-9]+)>")


def parse_assist(text: str, *, region: str, typed_at: TypedAt) -> AssistRequest:
    """Parse what stands after `/assist`; raises `NotUnderstood`. `region`: country of numbers without a prefix."""
    if customer := number_alone(text, region):  # mostly
        return StartAssistance(customer)
    plain = unescape(text)
    return _common(plain) or _forget(plain, region) or _start_assistance(plain, region, typed_at)


def parse_meet(text: str, *, region: str, typed_at: TypedAt) -> MeetRequest:
    """Parse what stands after `/meet`; raises `NotUnderstood`. `region`: country of numbers without a prefix."""
    plain = unescape(text)
    return _common(plain) or _forget_meeting(plain) or _start_meeting(plain, region, typed_at)


def names_a_time(text: str) -> bool:
    """Return whether a command may name a time, so that it matters in which time zone its person is."""
    could = ":" in text or not text.isascii()  # a colon may be disguised as something else
    return could and _AT.search(unescape(text)) is not None


def parse_reference(text: str) -> str | None:
    """Return a reference on one line, `None` where nothing was typed; Apizee keeps 50 characters."""
    return _reference(unescape(text))


def parse_name(text: str) -> str | None:
    """Return a meeting's name on one line, `None` where nothing was typed; Apizee takes 2 to 255 characters."""
    return _name(unescape(text))


def parse_login(text: str) -> str:
    """Return a login at Apizee, which is one word of visible ASCII."""
    login = text.strip()
    if not _LOGIN.fullmatch(login):
        raise NotUnderstood(ParseProblem.NOT_A_LOGIN, login)
    return login


def parse_note(text: str) -> str:
    """Return a note as it was typed, without the space around it; it has up to 1,000 characters."""
    note = text.strip()
    if len(note) > LONGEST_NOTE:
        raise NotUnderstood(ParseProblem.NOTE_TOO_LONG)
    return note


def _reference(plain: str) -> str | None:
    reference = on_one_line(plain)
    if len(reference) > LONGEST_REFERENCE:
        raise NotUnderstood(ParseProblem.REFERENCE_TOO_LONG, reference)
    return reference or None


def _name(plain: str) -> str | None:
    name = on_one_line(plain)
    if name and len(name) < SHORTEST_NAME:
        raise NotUnderstood(ParseProblem.NAME_TOO_SHORT, name)
    if len(name) > LONGEST_NAME:
        raise NotUnderstood(ParseProblem.NAME_TOO_LONG, name)
    return name or None


def _common(plain: str) -> Common | None:
    """Parse what both commands understand; `None` where a session is to be started."""
    verb, rest = [*plain.split(maxsplit=1), "", ""][:2]
    match verb.casefold().rstrip(":.!"):
        case "":
            return OpenForm()
        case "help" | "?":
            return Help()
        case "list":
            return _list(rest)
        case "find":
            return Find(_wanted(rest, ParseProblem.NOTHING_TO_FIND))
        case "media":
            return ShowMedia(_wanted(rest, ParseProblem.NOTHING_TO_SHOW))
        case "stats":
            return _statistics(rest)
        case _:
            return None


def _forget(plain: str, region: str) -> Forget | None:
    """Return what is to be forgotten after `/assist`: a ticket by its number, else a customer."""
    named = _named_to_forget(plain)
    if named is None:
        return None
    number = _number(named)
    if number and len(named) <= _LONGEST_TICKET:
        return Forget(number)
    if "@" not in named and sum(map(str.isdecimal, named)) < _FEWEST_DIGITS:
        raise NotUnderstood(ParseProblem.NOTHING_TO_FORGET)
    try:
        return Forget(contact=customer_in(named, region).contact)
    except NotUnderstood:
        if number is None:
            raise
        return Forget(number)


def _forget_meeting(plain: str) -> Forget | None:
    named = _named_to_forget(plain)
    if named is None:
        return None
    number = _number(named)
    if number is None:
        raise NotUnderstood(ParseProblem.NO_MEETING_TO_FORGET)
    return Forget(number)


def _named_to_forget(plain: str) -> str | None:
    """Return what stands after `forget`, `None` where something else is asked for."""
    verb, named = [*plain.split(maxsplit=1), "", ""][:2]
    return on_one_line(named) if verb.casefold().rstrip(":.!") == "forget" else None


def _number(text: str) -> int | None:
    """Return an id at Apizee; a telephone number may begin with 0, an id does not."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number and not text.startswith("0") else None


def _list(rest: str) -> ListOpen:
    """Return whose sessions are listed: the person's own, unless `here` or `all` follows."""
    asked = rest.casefold().strip(" .!")
    return ListOpen(Whose(asked) if asked in set(Whose) else Whose.MINE)


def _statistics(rest: str) -> ShowStatistics:
    first, others = [*rest.split(maxsplit=1), "", ""][:2]
    everybody = first.casefold() == "all"
    return ShowStatistics(parse_period(others if everybody else rest), everybody)


def _wanted(rest: str, problem: ParseProblem) -> str:
    wanted = on_one_line(rest)
    if not wanted:
        raise NotUnderstood(problem)
    return wanted


def _start_assistance(plain: str, region: str, typed_at: TypedAt) -> StartAssistance:
    option = option_in("ref", plain)
    when = _when(option.found(_AT), typed_at)
    timeless = option.without(_AT)
    colleague = _colleague([found[1] for found in timeless.found(_FOR)])
    customers = timeless.without(_FOR)
    unsent = customers.without(_LINK)
    customer = customer_in(unsent.rest(ParseProblem.REFERENCE_NEEDS_QUOTES), region)
    return StartAssistance(
        customer.contact,
        option.read(_reference, ParseProblem.REFERENCE_EMPTY),
        colleague=colleague,
        by_link=unsent != customers,
        at=when.at if when else None,
        reading=_with_time(customer.reading, when),
    )


def _when(found: Sequence[re.Match[str]], typed_at: TypedAt) -> When | None:
    """Return for when something is planned, `None` where no time is named."""
    if not found:
        return None
    if len(found) > 1:
        raise NotUnderstood(ParseProblem.SEVERAL_TIMES)
    bare = found[0]["bare"]
    if bare and bare.startswith('"'):
        raise NotUnderstood(ParseProblem.UNCLOSED_QUOTES, found[0].string[found[0].start() :])
    return understand(bare or found[0]["double"] or found[0]["single"] or "", typed_at.moment, typed_at.zone)


def _with_time(reading: Reading, when: When | None) -> Reading:
    return replace(reading, when=when) if when and when.notes else reading


def _colleague(for_whom: list[str]) -> str | None:
    """Return the Slack user id of the one colleague for whom an assistance is, `None` where nobody is named."""
    if not for_whom:
        return None
    if not all(for_whom):
        raise NotUnderstood(ParseProblem.AGENT_MISSING)
    people = [_PERSON.fullmatch(named) for named in for_whom]
    for person, named in zip(people, for_whom, strict=True):
        if person is None:
            raise NotUnderstood(ParseProblem.AGENT_UNKNOWN, named.strip("<>").replace("!", "@"))
    first, *others = {person[1] for person in people if person}
    if others:
        raise NotUnderstood(ParseProblem.SEVERAL_AGENTS)
    return first


def _start_meeting(plain: str, region: str, typed_at: TypedAt) -> StartMeeting:
    option = option_in("name", plain)
    when = _when(option.found(_AT), typed_at)
    timeless = option.without(_AT)
    unmoderated = timeless.without(_MODERATED)
    guests = guests_in(unmoderated.rest(ParseProblem.NAME_NEEDS_QUOTES), region)
    return StartMeeting(
        guests.contacts,
        guests.colleagues,
        option.read(_name, ParseProblem.NAME_TOO_SHORT),
        moderated=unmoderated != timeless,
        at=when.at if when else None,
        reading=_with_time(guests.reading, when),
    )
