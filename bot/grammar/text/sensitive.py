"""Finds what may be a contact or a bank card in text that is shown or stored: rather too often than too seldom.

Nobody is invited by it, and no country is known: what begins like a number and has the length of one is one.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import phonenumbers

from bot.grammar.addresses import LIKE_AN_ADDRESS
from bot.grammar.runs import BETWEEN, DATES_BEFORE, NOTHING_BUT_DATES
from bot.grammar.text.characters import character_of_a_number, is_invisible, plain_character

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP: Final = rf"(?:{BETWEEN}|\s){{0,4}}"
# With a country code, a bracket or a leading zero, or grouped as in North America: what else consists of digits may as
# well be an order's number.
_LIKE_A_PHONE: Final = re.compile(
    r"(?<![\w.])(?<!\d[\-:/'_])"
    rf"(?:\(?\+(?:{_GAP}\d){{6,15}}|[(0](?:{_GAP}\d){{8,14}}|\d{{3}}[\-. ]\d{{3}}[\-. ]\d{{4}}|\d(?:{_GAP}\d){{10,14}})"
    r"(?!\d)"
)
# https://en.wikipedia.org/wiki/Payment_card_number
_LIKE_A_CARD: Final = re.compile(r"(?<![\w.])(?<!\d[/\-:])[2-6](?:[ \-]?\d){12,18}(?![\w])")
_AT_SIGN: Final = re.compile("%40")


@dataclass(frozen=True, slots=True)
class Sensitive:
    """What may be a contact or a card's number, from `start` to `end` of a text; `plain`: without what nobody sees."""

    start: int
    end: int
    plain: str
    is_address: bool


def find_sensitive(text: str) -> Iterator[Sensitive]:
    """Yield what may be an address, a phone number or a card's number, in the order of the text."""
    seen = [place for place, character in enumerate(text) if not is_invisible(character)]
    plain = "".join(plain_character(text[place]) for place in seen)
    at_signs = _AT_SIGN.sub("@\0\0", plain)
    addresses = list(LIKE_AN_ADDRESS.finditer(at_signs))
    rest = LIKE_AN_ADDRESS.sub(lambda found: "\0" * len(found[0]), at_signs)
    folded = "".join(map(character_of_a_number, rest))
    for found in sorted([*addresses, *_numbers(folded)], key=lambda one: one.start()):
        first, last = found.span()
        is_address = found.string is at_signs
        yield Sensitive(
            seen[first],
            seen[last - 1] + 1,
            unquote(plain[first:last]) if is_address else "".join(text[place] for place in seen[first:last]),
            is_address,
        )


def _numbers(folded: str) -> Iterator[re.Match[str]]:
    cards = [found for found in _LIKE_A_CARD.finditer(folded) if _is_like_a_card(found[0])]
    yield from cards
    for card in cards:
        folded = folded[: card.start()] + "\0" * len(card[0]) + folded[card.end() :]
    yield from _phones(folded)


def _is_like_a_card(written: str) -> bool:
    """Return whether the last digit is the right one by Luhn's formula; https://en.wikipedia.org/wiki/Luhn_algorithm."""
    digits = [int(character) for character in reversed(written) if character.isdecimal()]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def _phones(folded: str) -> Iterator[re.Match[str]]:
    place = 0
    while found := _LIKE_A_PHONE.search(folded, place):
        dates = DATES_BEFORE.match(folded, found.start())
        if dates or not _is_like_a_number(found[0]):
            place = dates.end() if dates else found.start() + 1
        else:
            yield found
            place = found.end()


def _is_like_a_number(written: str) -> bool:
    if NOTHING_BUT_DATES.fullmatch(written):
        return False
    return written.startswith(("+", "(", "0")) or not re.match(r"\d(?:\D*\d){10}", written) or _is_from_abroad(written)


def _is_from_abroad(written: str) -> bool:
    """Return whether so many digits are a number that lacks nothing but its plus."""
    with suppress(phonenumbers.NumberParseException):
        return phonenumbers.is_valid_number(phonenumbers.parse("+" + re.sub(r"\D", "", written)))
    return False
