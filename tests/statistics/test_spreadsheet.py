"""A file of figures is opened by spreadsheets of all countries, and what people typed runs in none of them."""

# ruff: noqa: RUF001  # characters that only look like those of a keyboard are what is tried

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.statistics.tables import spreadsheet

_STARTS = "=+-@＝＋－＠"
_SEPARATORS = ",;\t|"
_PIECES = st.sampled_from([
    *_STARTS, *_SEPARATORS, *" \"'\n\r\x0b\u2028\u200b\u00a0\ufeff\ud800",
    "1", "a", "cmd|' /C calc'!A0", 'HYPERLINK("https://evil.example")', "SUM(1;1)",
])  # fmt: skip
_TYPED = st.lists(_PIECES, max_size=12).map("".join)


def cells(file: bytes, separator: str) -> list[str]:
    """Return the cells that a spreadsheet with this list separator finds in a file."""
    text = file.decode("utf-8-sig")
    return [cell for row in csv.reader(StringIO(text, newline=""), delimiter=separator) for cell in row]


def is_a_formula(cell: str) -> bool:
    return cell.strip("\"' \t\r\n\x0b\u2028\u200b\u00a0\ufeff").startswith(tuple(_STARTS)) and not cell.lstrip(
        '" \t\r\n\x0b\u2028\u200b\u00a0\ufeff'
    ).startswith("'")


@given(st.lists(st.lists(_TYPED, min_size=1, max_size=3), min_size=1, max_size=3), st.sampled_from(_SEPARATORS))
def test_no_spreadsheet_of_any_country_finds_a_formula(rows: list[list[str]], separator: str) -> None:
    assert not list(filter(is_a_formula, cells(spreadsheet(rows[0], rows[1:]), separator)))


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1",
        "＝1+1",
        " =1+1",
        "\u200b=1+1",
        "\t=1+1",
        "@SUM(1)",
        "-1+cmd|' /C calc'!A0",
        'Ann;=HYPERLINK("https://evil.example")',
        "Ann\n=1+1",
        "Ann\u2028+33",
    ],
)
def test_what_looks_like_a_formula_is_shown_as_text(typed: str) -> None:
    for separator in _SEPARATORS:
        assert not list(filter(is_a_formula, cells(spreadsheet(["Agent"], [["x", typed, 3]]), separator)))


def test_what_people_are_called_stays_as_it_is() -> None:
    names = ["Jean-Luc", "O'Neill", "a+b@client.com", "R&D; tests", "5 - 3", "Été"]
    assert cells(spreadsheet(["Agent"], [names]), ",") == ["Agent", *names]
