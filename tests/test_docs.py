"""Readers of the documentation find what it points at, every setting and metric, and words that the code uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import getmembers, isfunction, signature
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import Settings, SettingsFaults, load_settings
from bot.store import keys

_ROOT = Path(__file__).parents[1]
_PAGES = [*sorted(_ROOT.glob("*.md")), *sorted((_ROOT / "docs").glob("*.md"))]

_CODE = re.compile(r"^ *```.*?^ *```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_TERM = re.compile(r"^\| ([^|]+) \|.*\| \[`[^`]+`\]\(\.\./([^)]+)\) \|$", re.MULTILINE)
_RECORD = re.compile(r"^## (\d+)\. .+ \((\d{4}-\d\d-\d\d)\)$", re.MULTILINE)


def _links(page: Path) -> Iterator[str]:
    """Return where the page points within the project."""
    found = (link or source for link, source in _LINK.findall(_CODE.sub("", page.read_text("utf-8"))))
    return (target for target in found if not target.startswith(("https:", "http:", "mailto:")))


def _anchors(page: Path) -> set[str]:
    """Return the anchors of the headings, as GitHub makes them."""
    fenceless = re.sub(r"^ *```.*?^ *```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(fenceless)}


def _words(text: str) -> str:
    """Return names and prose as plain words: `DeferredRequest` and `deferred_request` are “deferred request”."""
    return " ".join(re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower()))


def _terms() -> list[tuple[str, str]]:
    """Return our words of the glossary, each with the module where it lives."""
    _, _, ours = (_ROOT / "docs/glossary.md").read_text("utf-8").partition("## Ours")
    return _TERM.findall(ours)


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


def test_operators_who_copy_the_settings_of_the_readme_read_what_to_fill_in(tmp_path: Path) -> None:
    [settings] = re.findall(
        r"^ *```ini\n(.*?)^ *```", (_ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    (tmp_path / ".env").write_text(settings)
    with pytest.raises(SettingsFaults) as raised:
        load_settings(env_file=tmp_path / ".env")
    names = sorted(re.findall(r"(\w+)=.*…", settings))
    assert sorted(line.partition(" still holds the placeholder")[0] for line in raised.value.lines) == names


def test_operators_find_every_command() -> None:
    _, _, table = (_ROOT / "README.md").read_text("utf-8").partition("## Command line")
    assert [name for name in main.commands if not re.search(rf"^\| .*`{name}\b", table, re.MULTILINE)] == []


def test_operators_find_every_setting() -> None:
    readme = (_ROOT / "README.md").read_text("utf-8")
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in readme] == []


def test_developers_find_every_key_of_redis() -> None:
    page = (_ROOT / "docs/redis-and-jobs.md").read_text("utf-8")
    makers = [make for name, make in getmembers(keys, isfunction) if not name.startswith("_")]
    made = [make(*["-"] * len(signature(make).parameters)) for make in makers]
    words = {word for key in made for word in re.findall(r"[a-z-]+", key)} - {"-"}
    assert [word for word in sorted(words) if word not in page] == []


@pytest.mark.parametrize(("term", "module"), _terms())
def test_a_word_of_ours_is_used_where_the_glossary_says(term: str, module: str) -> None:
    code = _words(f"{module} {(_ROOT / module).read_text('utf-8')}")
    assert re.search(rf"\b{_words(term)}s?\b", code)


def test_security_officers_find_each_test_and_setting_that_is_named() -> None:
    page = (_ROOT / "docs/security.md").read_text("utf-8")
    tests = "".join(path.read_text("utf-8") for path in sorted((_ROOT / "tests").rglob("test_*.py")))
    named = sorted(set(re.findall(r"`(test_\w+)`", page)))
    assert named
    assert [name for name in named if f"def {name}(" not in tests] == []
    settings = set(re.findall(r"`([A-Z]+_[A-Z_]+)\b[^`]*`", page))
    assert sorted(name for name in settings if name.lower() not in Settings.model_fields) == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/for-developers.md", "docs/architecture.md"])
def test_readers_of_the_code_find_the_glossary(page: str) -> None:
    assert "glossary.md" in {Path(link).name for link in _links(_ROOT / page)}


def test_decisions_are_numbered_dated_and_say_what_was_rejected() -> None:
    pages = [(_ROOT / "docs" / name).read_text("utf-8") for name in ("decisions.md", "decisions-inside.md")]
    records = [_RECORD.split(page) for page in pages]
    numbers = [int(number) for parts in records for number in parts[1::3]]
    texts = [text for parts in records for text in parts[3::3]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [
        text for text in texts if not all(f"*{part}*: " in text for part in ("Decided", "Because", "Rejected"))
    ] == []
