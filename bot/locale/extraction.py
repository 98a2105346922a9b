"""Finds the sentences that the sources put into words, and brings a catalogue up to date with them.

Sentences are the literals in `translate("…")`, `translate.n("one", "many", count)` and, for tables of sentences,
`mark("…")`.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from pathlib import Path

Sentence: TypeAlias = str | tuple[str, ...]

_KEYWORDS: dict[str, tuple[int, ...] | None] = {"translate": None, "mark": None, "n": (1, 2)}
_PACKAGES = ("bot", "handlers")
_WIDTH = 120


def sentences_in(root: Path) -> set[Sentence]:
    """Return the sentences in the sources below `root`, the top of a checkout; one with a plural is a pair."""
    return {
        found[2]
        for package in _PACKAGES
        for found in extract_from_dir(root / package, [("**.py", "python")], keywords=_KEYWORDS)
    }


def up_to_date(old: str, sentences: set[Sentence]) -> str:
    """Return the text of a catalogue with exactly these sentences.

    Those without a translation yet have an empty one.
    """
    translated = read_po(BytesIO(old.encode()))
    catalogue = Catalog(charset="utf-8")
    for sentence in sorted(sentences, key=str):
        known = translated.get(sentence)
        catalogue.add(sentence, known.string if known else "")
    written = BytesIO()
    write_po(written, catalogue, width=_WIDTH, omit_header=True)
    heading, _, _ = old.partition("\n\n")
    return f"{heading}\n\n{written.getvalue().decode().strip()}\n"
