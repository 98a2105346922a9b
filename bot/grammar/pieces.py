"""Splits a scanned text where people separate those whom they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.grammar.scanning import Named, Scanned

_ONE = "\0"  # stands for one who is named, as others do for separators: typed text has no control characters

_TOGETHER: Final = str.maketrans(", ;", "\1\2\3")
_APART: Final = str.maketrans("\1\2\3", ", ;")

_SEPARATOR: Final = re.compile(r"[,;\n、،؛]|\s(?:and|et|und|&)\s", re.IGNORECASE)
_SCHEME: Final = re.compile(rf"\b(?:mailto|tel|sms|smsto|callto)\s*:\s*(?://)?\s*(?={_ONE})", re.IGNORECASE)
# “Doe, Jane” and (Doe, Jane): the comma separates nobody.
_ENCLOSED: Final = re.compile(rf"""\"[^"{_ONE}\n]*\"|(?<!\S)'[^'{_ONE}\n]*'(?=\s*<?{_ONE})|\([^(){_ONE}\n]*\)""")
_FAMILY_NAME_FIRST: Final = re.compile(rf"(?:^|(?<=[,;\n]))([^,;\n{_ONE}<>@\d:]+),(?=[^,;\n{_ONE}<>]*<{_ONE}>)")
_IN_BRACKETS: Final = re.compile(rf"[<(\[]*{_ONE}[>)\]]*")
_NUMBERING: Final = re.compile(r"^\s*\d\d?[.)](?=\s)")
_ALTERNATIVES: Final = re.compile(
    rf"{_ONE}[\s).\]>]*(?:/|\||\bou\b|\bor\b|\boder\b|\bbzw\b\.?)[\s(\[<]*(?:[^\W\d]+\.?\s*:?\s*)?{_ONE}"
    rf"|{_ONE}[\"']\s*<{_ONE}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Those who are named between two separators, and the words beside them."""

    named: tuple[Named, ...]
    words: str
    has_alternatives: bool = False
    is_glued: bool = False


def pieces_of(scanned: Scanned) -> Iterator[Piece]:
    """Yield the pieces in which somebody is named or something is said, in their order."""
    text = _SCHEME.sub("", _marked(scanned))
    text = _ENCLOSED.sub(_together, text)
    text = _FAMILY_NAME_FIRST.sub(_together, text)
    named = iter(scanned.named)
    end = 0
    for separator in [*_SEPARATOR.finditer(text), None]:
        part = text[end : separator.start() if separator else len(text)]
        end = separator.end() if separator else len(text)
        piece = Piece(
            named=tuple(next(named) for _ in range(part.count(_ONE))),
            words=_words(part),
            has_alternatives=_ALTERNATIVES.search(part) is not None,
            is_glued=separator is not None and separator[0] in ",;" and text[end : end + 1] == _ONE,
        )
        if piece.named or re.sub(r"[^\w@+]", "", piece.words):
            yield piece


def _words(part: str) -> str:
    """Return what stands beside those who are named, on one line."""
    beside = _IN_BRACKETS.sub(" ", _NUMBERING.sub("", part) if _ONE in part else part)
    return " ".join(beside.translate(_APART).split())


def _together(found: re.Match[str]) -> str:
    """Return what was found, with nothing in it that separates people."""
    return found[0].translate(_TOGETHER)


def _marked(scanned: Scanned) -> str:
    """Return the text with one mark for each who is named."""
    parts, end = [], 0
    for one in scanned.named:
        parts.append(scanned.text[end : one.start])
        end = one.end
    return _ONE.join([*parts, scanned.text[end:]])
