"""Reads who is meant: phone numbers, e-mail addresses and members of the workspace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NoReturn

from bot.grammar.asides import is_aside, is_heading, refuse_slips
from bot.grammar.invitable import check_invitable
from bot.grammar.parse_errors import NotUnderstood, ParseProblem
from bot.grammar.pieces import Piece, pieces_of
from bot.grammar.requests import Customer, Guests, Reading
from bot.grammar.scanning import Named, scan
from bot.grammar.text.slack_text import unescape

if TYPE_CHECKING:
    from bot.model.people import Contact

MOST_GUESTS = 50

_SOMEBODY_HERE: Final = re.compile(r"<[@#!]|(?<!\S)@\w")
_AROUND_CONTACTS: Final = " \t.,:!?\"'`*_~|<>()[]{}"
_LIKE_A_PHONE: Final = re.compile(r"[+\d][^\w@]*(?:\d[^\w@]*)*")


def parse_customer(text: str, *, region: str) -> Customer:
    """Return the one customer named by `text`; numbers without a prefix are of `region` (ISO 3166, such as `FR`)."""
    return customer_in(unescape(text), region)


def parse_guests(text: str, *, region: str, picked: Sequence[str] = ()) -> Guests:
    """Return all who are named by `text` or were `picked` (Slack user ids): at least one, at most `MOST_GUESTS`."""
    return guests_in(unescape(text), region, picked)


def parse_contact(text: str, *, region: str) -> Contact:
    """Return the one contact named by `text`, for a look-up: landlines and numbers that get no SMS are contacts too."""
    return _customer(unescape(text), region)[0].contact


def find_contacts(text: str, *, region: str, countries: AbstractSet[str] = frozenset()) -> list[Contact]:
    """Return the contacts anywhere in a message who can be invited, each once, in their order; never raises.

    `countries` are those whose numbers may be invited, all where there are none. Where nobody in it can be invited, the
    others: the form says what is wrong with them.
    """
    found = [one for one in scan(unescape(text), region).named if one.contact]
    return _each_once([one for one in found if _is_invitable(one, countries)] or found)


def customer_in(plain: str, region: str) -> Customer:
    """Return what `parse_customer` does, for text without Slack's escaping."""
    customer, named = _customer(plain, region)
    _refuse_first(named)
    return customer


def guests_in(plain: str, region: str, picked: Sequence[str] = ()) -> Guests:
    """Return what `parse_guests` does, for text without Slack's escaping."""
    pieces = list(pieces_of(scan(plain, region)))
    for piece in pieces:
        _check(piece)
        if not piece.named and not is_heading(piece.words):
            _refuse(piece)
    named = [one for piece in pieces for one in piece.named]
    _refuse_first(named)
    refuse_slips(plain, [piece.words for piece in pieces])
    colleagues = dict.fromkeys([*(_colleague(one.mention) for one in named if one.mention), *picked])
    return _counted(Guests(tuple(_each_once(named)), tuple(colleagues), _reading(pieces)))


def _is_invitable(one: Named, countries: AbstractSet[str]) -> bool:
    if one.contact is None or one.problem:
        return False
    try:
        check_invitable([one.contact], countries)
    except NotUnderstood:
        return False
    return True


def _customer(plain: str, region: str) -> tuple[Customer, list[Named]]:
    if _SOMEBODY_HERE.search(plain):
        raise NotUnderstood(ParseProblem.COLLEAGUE_AS_CUSTOMER)
    pieces = list(pieces_of(scan(plain, region)))
    for piece in pieces:
        _check(piece)
    named = [one for piece in pieces for one in piece.named]
    for one in named:
        if one.mention:
            raise NotUnderstood(ParseProblem.NOT_A_CONTACT, one.mention)
    contacts = _each_once(named)
    for piece, following in zip_longest(pieces, pieces[1:]):
        if not piece.named and not (contacts and _may_be_left_out(piece, following)):
            _refuse(piece)
    if not contacts:
        raise NotUnderstood(ParseProblem.NO_CUSTOMER)
    if len(contacts) > 1:
        raise NotUnderstood(ParseProblem.SEVERAL_CUSTOMERS)
    refuse_slips(plain, [piece.words for piece in pieces])
    reading = _reading(pieces)
    return Customer(contacts[0], replace(reading, understood=(contacts[0],)) if reading else reading), named


def _check(piece: Piece) -> None:
    """Raise `NotUnderstood` where it is not certain who is named in a piece."""
    for one in piece.named:
        if one.problem and one.contact is None:
            raise NotUnderstood(one.problem, one.shown)
    if "@" in piece.words:
        word = next(word for word in piece.words.split() if "@" in word).strip(_AROUND_CONTACTS)
        raise NotUnderstood(ParseProblem.UNKNOWN_PERSON if word.startswith("@") else ParseProblem.NOT_AN_ADDRESS, word)
    if piece.has_alternatives and len(_each_once(piece.named)) > 1:
        raise NotUnderstood(ParseProblem.WHICH_ONE, " / ".join(one.shown for one in piece.named))


def _may_be_left_out(piece: Piece, following: Piece | None) -> bool:
    """Return whether a piece is words about the customer; `jean,dupont@client.com` may be a slip in an address."""
    is_slip = piece.is_glued and following is not None and "@" in following.named[0].shown
    return is_aside(piece.words) and not is_slip


def _refuse(piece: Piece) -> NoReturn:
    bare = piece.words.strip(_AROUND_CONTACTS)
    is_like_a_phone = _LIKE_A_PHONE.fullmatch(bare)
    raise NotUnderstood(ParseProblem.NOT_A_PHONE if is_like_a_phone else ParseProblem.NOT_A_CONTACT, bare)


def _refuse_first(named: Iterable[Named]) -> None:
    """Raise `NotUnderstood` for the first one who is known and cannot be invited."""
    for one in named:
        if one.problem:
            raise NotUnderstood(one.problem, one.shown)


def _colleague(mention: str) -> str:
    name = mention.strip("<>")
    if name.startswith("#"):
        raise NotUnderstood(ParseProblem.CHANNEL_AS_GUEST, name)
    if name.startswith("!"):
        raise NotUnderstood(ParseProblem.GROUP_AS_GUEST, f"@{name[1:]}")
    return name[1:]


def _counted(guests: Guests) -> Guests:
    if not guests:
        raise NotUnderstood(ParseProblem.NO_GUESTS)
    if len(guests) > MOST_GUESTS:
        raise NotUnderstood(ParseProblem.TOO_MANY_GUESTS, str(len(guests)))
    return guests


def _each_once(named: Iterable[Named]) -> list[Contact]:
    first: dict[str, Contact] = {}
    for one in named:
        if one.contact:
            first.setdefault(one.contact.value.casefold(), one.contact)
    return list(first.values())


def _reading(pieces: Iterable[Piece]) -> Reading:
    """Return what the person should read: contacts that are not as they were typed, and words that were left out."""
    changed: list[Named] = []
    left_out: list[str] = []
    for piece in pieces:
        words = piece.words.strip(_AROUND_CONTACTS + "-+&/")
        has_words = any(map(str.isalnum, words))
        changed += [one for one in piece.named if has_words or one.is_changed]
        left_out += [words] if has_words else []
    return Reading(tuple(_each_once(changed)), tuple(left_out))
