"""Writes what people read in a terminal, also in one that knows no letters beyond ASCII."""

from __future__ import annotations

import codecs
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from typing import Final

_PLAIN: Final = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "…": "...",
        "\N{EN DASH}": "-",
        "—": "-",
        "·": "-",
        "•": "*",
        "→": "->",
        "≥": ">=",
        "\u00a0": " ",
        "\u202f": " ",
    }
)
_IN_PLAIN_LETTERS: Final = "in-plain-letters"


def write_whatever_comes() -> None:
    """Replace letters that the terminal does not know by the nearest plain ones, instead of ending a report."""
    codecs.register_error(_IN_PLAIN_LETTERS, _in_plain_letters)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what tests put there takes everything
            stream.reconfigure(errors=_IN_PLAIN_LETTERS)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table, whose columns are as wide as their longest cell."""
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _in_plain_letters(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(letter: str) -> str:
    plain = letter.translate(_PLAIN)
    if plain.isascii():
        return plain
    return unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode() or "?"
