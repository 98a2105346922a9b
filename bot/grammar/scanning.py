"""Finds everybody who is named in a text: numbers, addresses and mentions, and the words between them."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from bot.grammar.addresses import WITH_AT_SIGN, decoded, read_address
from bot.grammar.parse_errors import ParseProblem
from bot.grammar.phones import contact_of, is_another_country, obstacle_of
from bot.grammar.runs import Run, runs_in
from bot.grammar.text.characters import Folding, character_of_a_number, is_invisible, plain_character

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model.people import Contact

_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_MENTION: Final = re.compile(r"<@[A-Z0-9]+>|<[#!][^<>\s]*>|(?<!\S)#[^\s,;@\d][^\s,;@]*(?![^\s,;])")
_WEB_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)

_BLANK: Final = "<"  # part of no address and no number, so that none is joined across it

_VISIBLE: Final = Folding(lambda character: "" if is_invisible(character) else plain_character(character))
_AS_NUMBER: Final = Folding(character_of_a_number)


@dataclass(frozen=True, slots=True)
class Named:
    """One who is named in a text, from `start` to `end`.

    `contact` is how they are reached, `mention` is a member, channel or group as Slack writes it; else `problem` says
    why it cannot be read. A contact has a `problem` where it is known but cannot be invited.
    """

    start: int
    end: int
    shown: str
    contact: Contact | None = None
    mention: str | None = None
    problem: ParseProblem | None = None
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Scanned:
    """A text in plain characters, and who is named in it, in order."""

    text: str
    named: tuple[Named, ...]


def scan(plain: str, region: str) -> Scanned:
    """Find everybody in a text without Slack's escaping; numbers without a prefix are of `region`."""
    text = _visible(plain)
    rest = _WEB_ADDRESS.sub(_blank, text)
    mentions = [Named(*found.span(), found[0], mention=found[0]) for found in _MENTION.finditer(rest)]
    rest = _blanked(rest, mentions)
    addresses = [_address(found, plain) for found in WITH_AT_SIGN.finditer(rest) if not found[0].startswith("@")]
    folded = _blanked(rest, addresses).translate(_AS_NUMBER)
    numbers = (_number(run, text, folded, region) for run in runs_in(folded, region))
    return Scanned(text, tuple(sorted(chain(mentions, addresses, numbers), key=lambda named: named.start)))


def _visible(plain: str) -> str:
    """Return the text without what nobody sees, and without what web pages and web addresses make of characters."""
    entities = _ENTITY.sub(lambda entity: html.unescape(entity[0]), plain)
    return unicodedata.normalize("NFC", decoded(entities.translate(_VISIBLE)).translate(_VISIBLE))


def _address(found: re.Match[str], plain: str) -> Named:
    read = read_address(found[0])
    if isinstance(read, ParseProblem):
        return Named(*found.span(), found[0], problem=read)
    return Named(*found.span(), found[0], contact=read, is_changed=read.value.casefold() not in plain.casefold())


def _number(run: Run, text: str, folded: str, region: str) -> Named:
    shown = text[run.start : run.end].strip()
    if run.number is None:
        return Named(run.start, run.end, shown, problem=ParseProblem.NOT_A_PHONE)
    return Named(
        run.start,
        run.end,
        shown,
        contact=contact_of(run.number),
        problem=ParseProblem.EXTENSION if run.has_extension else obstacle_of(run.number),
        is_changed=is_another_country(run.number, folded[run.start : run.end], region),
    )


def _blanked(text: str, named: Iterable[Named]) -> str:
    characters = list(text)
    for one in named:
        characters[one.start : one.end] = _BLANK * (one.end - one.start)
    return "".join(characters)


def _blank(match: re.Match[str]) -> str:
    return _BLANK * len(match[0])
