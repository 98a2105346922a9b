"""Tables of figures: sorted by Slack, plain, or as a file.

https://docs.slack.dev/reference/block-kit/blocks/data-table-block
https://docs.slack.dev/reference/block-kit/blocks/table-block
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import accumulate
from typing import Final, cast

from bot.grammar.text.characters import revealed
from bot.model.messages import Block
from bot.statistics.columns import NOTHING

_LONGEST_NAME = 60
# Slack's limits of its two tables: rows with the header, characters of all cells.
_SORTED = (201, 20_000)
_PLAIN = (100, 10_000)
_ROWS_PER_PAGE = 20
# Spreadsheets take for a formula what begins so, some of them in any width and after spaces and quotation marks. Where
# a country writes decimal commas, a cell begins after semicolons as well, also in the middle of a quoted text.
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA: Final = re.compile(
    r"""(?:^|(?<=[,;|]))"""
    r"""(?=[\s"'\x00-\x1f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212])"""
)
_TABS_AND_LINE_ENDS: Final = re.compile(r"[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure: what it is sorted by, and what people read."""

    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """Whose or which day's figures, in the order of the table's columns."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def texts(self) -> list[str]:
        """What people read in each cell."""
        return [self.name[:_LONGEST_NAME] or NOTHING, *(cell.text for cell in self.cells)]


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, the names of the columns, and the rows below them, the most important first."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def sorted_by_slack(self) -> Block:
        """Return a table whose columns people sort by a click; as many rows as Slack accepts."""
        kept = _fitting(self, *_SORTED)
        body = [[_raw(row.texts[0]), *(_number(cell) for cell in row.cells)] for row in kept]
        rows = [[_raw(name) for name in self.header], *body]
        return {"type": "data_table", "caption": self.caption, "page_size": _ROWS_PER_PAGE, "rows": rows}

    def plain(self) -> Block:
        """Return a table for workspaces in which none can be sorted yet; as many rows as Slack accepts."""
        body = [[_raw(text) for text in row.texts] for row in _fitting(self, *_PLAIN)]
        return {"type": "table", "rows": [[_raw(name) for name in self.header], *body]}

    def is_cut_in(self, block: Block) -> bool:
        """Return whether such a block has the first rows only."""
        return len(cast("list[object]", block["rows"])) - 1 < len(self.rows)


def spreadsheet(header: Sequence[str], rows: Iterable[Sequence[str | float]]) -> bytes:
    """Return a CSV file that Excel reads as UTF-8, and in which no text is a formula, wherever it is opened."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerows([_harmless(value) for value in row] for row in (header, *rows))
    return text.getvalue().encode("utf-8-sig", "replace")


def _harmless(value: str | float) -> str | float:
    return _FORMULA.sub("'", _TABS_AND_LINE_ENDS.sub(" ", value)) if isinstance(value, str) else value


def _fitting(table: Table, most_rows: int, most_characters: int) -> Sequence[Row]:
    """Return the first rows that Slack takes together with the header."""
    heading = sum(map(len, table.header))
    lengths = accumulate((sum(map(len, row.texts)) for row in table.rows), initial=heading)
    fits = sum(length <= most_characters for length in lengths) - 1
    return table.rows[: min(fits, most_rows - 1)]


def _raw(text: str) -> Block:
    return {"type": "raw_text", "text": revealed(text)}


def _number(cell: Cell) -> Block:
    return {"type": "raw_number", "value": cell.value, "text": cell.text}
