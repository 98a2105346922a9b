"""Who reads the documentation finds what it points at, and every setting and every number that it should tell of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.metrics import COUNTERS, GAUGES
from bot.settings import Settings

_ROOT = Path(__file__).parents[1]
_PAGES = [*sorted(_ROOT.glob("*.md")), *sorted((_ROOT / "docs").glob("*.md"))]

_CODE = re.compile(r"^ *```.*?^ *```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def _links(page: Path) -> Iterator[str]:
    """Where the page points within the project."""
    found = (link or source for link, source in _LINK.findall(_CODE.sub("", page.read_text("utf-8"))))
    return (target for target in found if not target.startswith(("https:", "http:", "mailto:")))


def _anchors(page: Path) -> set[str]:
    """The names of the headings, as GitHub makes them."""
    fenceless = re.sub(r"^ *```.*?^ *```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(fenceless)}


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_something(page: Path) -> None:
    for link in _links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in _anchors(target), link


def test_every_picture_is_shown_somewhere() -> None:
    shown = {(page.parent / link).resolve() for page in _PAGES for link in _links(page)}
    assert [picture.name for picture in (_ROOT / "docs/images").iterdir() if picture.resolve() not in shown] == []


def test_operators_find_every_setting() -> None:
    readme = (_ROOT / "README.md").read_text("utf-8")
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in readme] == []


def test_operators_find_every_number() -> None:
    page = (_ROOT / "docs/for-administrators.md").read_text("utf-8")
    assert [name for name in (*COUNTERS, *GAUGES) if f"`apizee_slack_{name}`" not in page] == []
