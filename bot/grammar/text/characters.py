"""Says what each character of pasted text stands for, by what Unicode says of it.

https://www.unicode.org/reports/tr44/#General_Category_Values
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_REMEMBERED = 4096  # characters of one table: more than people use, less than there are
_OTHER_WIDTHS = ("<wide>", "<small>")
_DOUBLE_QUOTES = frozenset("“”„‟«»″")
_SINGLE_QUOTES = frozenset("‘’‚‛′")  # noqa: RUF001  # these are the ones meant
_HYPHENS = frozenset("\u2010\u2011")
_HEAVY_PLUS = "➕"  # noqa: RUF001  # this is the one meant
_LONG_VOWELS = frozenset("ーｰ")  # Japanese letters that Japanese keyboards give for a dash
# Invisible although their category is that of letters or of accents: fillers, joiners, variation selectors
# (Default_Ignorable_Code_Point in https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt).
_IGNORABLE = frozenset(
    map(
        chr,
        [
            0x034F,
            *range(0x115F, 0x1161),
            *range(0x17B4, 0x17B6),
            *range(0x180B, 0x1810),
            0x2800,
            0x3164,
            *range(0xFE00, 0xFE10),
            0xFFA0,
            *range(0xE0100, 0xE01F0),
        ],
    )
)


# https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
_DIRECTIONS = frozenset(map(chr, [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
_JOINERS = frozenset("\u200c\u200d")  # of letters in Persian and Indian languages, and of emoji


class Folding(dict[int, str]):
    """A table for `str.translate` that finds out about each character when it is first met."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        super().__init__()
        self._fold = fold

    def __missing__(self, code: int) -> str:
        """Return what a character becomes."""
        folded = self._fold(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = folded
        return folded


def is_never_seen(character: str) -> bool:
    """Return whether a character leaves no trace on a screen: formats, directions, controls, halves of characters."""
    category = unicodedata.category(character)
    return category in {"Cf", "Cs"} or (category == "Cc" and not character.isspace())


def is_invisible(character: str) -> bool:
    """Return whether nobody sees a character, even if Unicode calls it a letter or an accent."""
    return is_never_seen(character) or character in _IGNORABLE


def revealed(text: str) -> str:
    """Return a text in which nothing unseen changes what is read.

    What changes the direction of a text is shown by its number, such as `⟨U+202E⟩`; what leaves no trace is left out.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_REVEALED)


def _revealed(character: str) -> str:
    if character in _DIRECTIONS:
        return f"⟨U+{ord(character):04X}⟩"
    return "" if is_never_seen(character) and character not in _JOINERS else character


def is_dash(character: str) -> bool:
    """Return whether it is a dash, a hyphen or a minus of any width."""
    if unicodedata.category(character) == "Pd" or character in _LONG_VOWELS:
        return True
    return not character.isalnum() and any(
        word in unicodedata.name(character, "") for word in ("HYPHEN", "DASH", "MINUS")
    )


def plain_character(character: str) -> str:
    """Return a character as a keyboard has it: spaces, line ends, quotation marks, hyphens and full width."""
    if unicodedata.decomposition(character).startswith(_OTHER_WIDTHS):
        character = unicodedata.normalize("NFKC", character)
    if character in _DOUBLE_QUOTES:
        return '"'
    if character in _SINGLE_QUOTES:
        return "'"
    if character in _HYPHENS:
        return "-"
    if character.isspace():
        return _space(character)
    return character


def _space(character: str) -> str:
    if character in "\t\x1f" or unicodedata.category(character) == "Zs":
        return " "
    return "\n"


def character_of_a_number(character: str) -> str:
    """Return a character as it counts beside digits: one digit, `+`, or one of a few separators.

    Letters stay letters.
    """
    if character.isascii():
        return character
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if (plain := unicodedata.normalize("NFKC", character)) in {"+", ",", ";", "@"}:
        return plain
    return "+" if character == _HEAVY_PLUS else _separator(character)


def _separator(character: str) -> str:
    name = unicodedata.name(character, "")
    if is_dash(character):
        return "-"
    if character.isalnum() or unicodedata.category(character) == "So":
        return character
    for words, meant in (("COMMA", ","), ("SEMICOLON", ";"), ("SOLIDUS", "/"), ("SLASH", "/")):
        if words in name:
            return meant
    return "."


_REVEALED = Folding(_revealed)
