"""Pages in Markdown, filled from templates."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_WIDTH: Final = 120
_MARK: Final = re.compile(r"- |\d\. ")


def templates() -> Environment:
    """Return what finds the templates beside this module."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  # Markdown, and nothing that anybody typed
    )


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table with figures to the right."""
    marks = ["---", *("--:" for _ in header[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [header, marks, *rows])


def filled(page: str) -> str:
    """Return a page with the lines of its paragraphs and lists filled."""
    return "\n\n".join(_filled(part) for part in page.strip().split("\n\n")) + "\n"


def _filled(part: str) -> str:
    """Return a paragraph or a list with its lines filled; tables and headings as they are."""
    if part.startswith(("|", "#")):
        return part
    items = re.split(r"\n(?=- |\d\. )", part.strip())
    return "\n".join(
        textwrap.fill(
            " ".join(item.split()),
            _WIDTH,
            subsequent_indent=" " * len(mark[0]) if (mark := _MARK.match(item)) else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for item in items
    )
