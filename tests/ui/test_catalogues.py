"""Every sentence of the sources is in the catalogues, translated, and written as in books."""

from __future__ import annotations

import ast
import re
from itertools import chain
from pathlib import Path
from string import Formatter
from typing import TypeGuard

import pytest

from bot.locale import TRANSLATED, catalogue, catalogue_file
from bot.locale.__main__ import main
from bot.locale.extraction import Sentence, sentences_in, up_to_date

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sentences() -> set[Sentence]:
    return sentences_in(ROOT)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_no_other(language: str, sentences: set[Sentence]) -> None:
    translated = {message.id for message in catalogue(language) if message.id and all(_forms(message.string))}
    assert sentences - translated == set(), "run `python -m bot.locale`, then translate what is new"
    assert translated - sentences == set(), "run `python -m bot.locale`"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_fills_in_what_the_sentence_fills_in(language: str) -> None:
    for message in filter(lambda message: message.id, catalogue(language)):
        for form in _forms(message.string):
            assert _fields(form) == _fields(_forms(message.id)[-1]), form


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(r"[^\W\d_]'[\w{]", id="the apostrophe of typewriters"),
        pytest.param(r"[^\u00a0\w:.`?!/][;?!»](?!\w)|(?<!\u00a0)»|«(?!\u00a0)", id="a sign that may begin a line"),
        pytest.param(r" :(?![a-z_]+:)", id="a colon that may begin a line"),
        pytest.param(r"(?i)\b(tu|ton|tes|toi)\b", id="somebody addressed as a friend"),
        pytest.param(r"(?i)\bcartes?\b", id="a card under its other name"),
    ],
)
def test_french_is_written_as_in_books(wrong: str) -> None:
    texts = [form for message in catalogue("fr") if message.id for form in _forms(message.string)]
    assert [text for text in texts if re.search(wrong, text)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogues_are_as_the_command_writes_them(language: str, sentences: set[Sentence]) -> None:
    text = catalogue_file(language).read_text("utf-8")
    assert up_to_date(text, sentences) == text


def test_bringing_a_catalogue_up_to_date_keeps_what_was_translated() -> None:
    old = '# French\nmsgid ""\nmsgstr "Language: fr\\n"\n\nmsgid "Yes"\nmsgstr "Oui"\n\nmsgid "Gone"\nmsgstr "Parti"\n'
    assert up_to_date(old, {"Yes", ("{count} day", "{count} days")}) == (
        '# French\nmsgid ""\nmsgstr "Language: fr\\n"\n\n'
        '#, python-brace-format\nmsgid "{count} day"\nmsgid_plural "{count} days"\nmsgstr[0] ""\nmsgstr[1] ""\n\n'
        'msgid "Yes"\nmsgstr "Oui"\n'
    )


def test_the_command_lists_what_the_sources_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("bot", "handlers"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "words.py").write_text(
            f'translate("In {package}", a=1)\nsay = translate.n("one", "many", 3)', "utf-8"
        )
    kept = tmp_path / "messages.po"
    kept.write_text('msgid ""\nmsgstr "Language: fr\\n"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    main(lambda _language: kept)
    listed = kept.read_text("utf-8")
    assert [sentence in listed for sentence in ("In bot", "In handlers", "one", "many")] == [True] * 4


def test_every_sentence_can_be_found_by_the_command() -> None:
    for file in chain((ROOT / "bot").rglob("*.py"), (ROOT / "handlers").rglob("*.py")):
        hidden = [call.lineno for call in ast.walk(ast.parse(file.read_text("utf-8"))) if _hides_its_sentence(call)]
        assert not hidden, f"{file}: name the translate `words`, and give them a literal"


def _hides_its_sentence(call: ast.AST) -> TypeGuard[ast.Call]:
    """Whether a call of words is one that the extraction does not see: `words_for(locale)("…")`, `words(variable)`."""
    match call:
        case ast.Call(func=ast.Call(func=ast.Name(id="words_for"))):
            return True
        case ast.Call(func=ast.Name(id="words") | ast.Attribute(value=ast.Name(id="words"), attr="n"), args=[said, *_]):
            of_a_table = (
                isinstance(said, ast.Subscript) and isinstance(said.value, ast.Name) and said.value.id.isupper()
            )
            return not of_a_table and not isinstance(said, ast.Constant)
        case _:
            return False


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def _fields(text: str) -> set[str | None]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}
