"""People read their own language, and a channel reads no customer's contact."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from string import Formatter
from typing import TypeGuard
from unicodedata import bidirectional

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.grammar import NotUnderstood, ParseProblem, find_contacts
from bot.grammar.commands import LONGEST_NAME, LONGEST_REFERENCE, SHORTEST_NAME
from bot.grammar.contacts import MOST_GUESTS
from bot.grammar.text.characters import revealed
from bot.locale import TRANSLATED, catalogue, catalogue_file
from bot.locale.__main__ import main
from bot.locale.extraction import Sentence, sentences_in, up_to_date
from bot.model.errors import KnownError, NoAddress, NoAgent, StoreTimeout, StoreUnavailable, TryLater
from bot.model.people import Contact
from bot.statistics.tables import Row, Table
from bot.ui import blocks
from bot.ui.explanations import explain
from bot.ui.text import Translator, escape, mask_contacts_in, masked, shown_link, translator_for

ROOT = Path(__file__).parents[2]
ENGLISH, FRENCH = translator_for("en-US"), translator_for("fr-FR")
MOMENT = datetime(2023, 7, 12, 15, 48, 11, tzinfo=UTC)


# ── Language ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("fr-FR", "fr"),
        ("fr-CA", "fr"),
        ("fr_FR", "fr"),
        ("fr", "fr"),
        ("en-GB", "en"),
        ("de-DE", "en"),
        ("zh-TW", "en"),
        ("", "en"),
        ("x" * 99, "en"),
        ("fr-XX-??", "en"),
    ],
)
def test_who_does_not_read_french_reads_english(locale: str, language: str) -> None:
    assert translator_for(locale).language == language


def test_a_sentence_is_translated_and_filled_in() -> None:
    assert ENGLISH("Started by {person}", person="Ada {0}") == "Started by Ada {0}"
    assert FRENCH("Started by {person}", person="Ada") == "Lancée par Ada"


def test_a_sentence_without_a_translation_stays_english() -> None:
    assert FRENCH("Nobody has translated {this}", this="1") == "Nobody has translated 1"


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 photos and recordings", "0 photo ou enregistrement"),
        (1, "1 photo or recording", "1 photo ou enregistrement"),
        (1234, "1,234 photos and recordings", "1\u202f234 photos et enregistrements"),
    ],
)
def test_amounts_follow_the_readers_grammar(count: int, english: str, french: str) -> None:
    sentence = "{count} photo or recording", "{count} photos and recordings"
    assert ENGLISH.n(*sentence, count) == english
    assert FRENCH.n(*sentence, count) == french


def test_moments_are_shown_in_the_readers_time_zone_and_form() -> None:
    assert ENGLISH.time(MOMENT, "America/New_York") == "11:48\u202fAM"
    assert FRENCH.time(MOMENT, "Europe/Paris") == "17:48"
    assert FRENCH.date_time(MOMENT.timestamp(), "Europe/Paris") == "12 juil. 2023 17:48"
    assert translator_for("en-GB").date_time(MOMENT, "Europe/London") == "12 Jul 2023 16:48"


def test_the_day_is_that_of_the_time_zone() -> None:
    assert FRENCH.date(datetime(2023, 7, 12, 23, 0, tzinfo=UTC), "Europe/Paris") == "13 juil. 2023"


def test_an_unknown_time_zone_is_taken_for_utc() -> None:
    assert FRENCH.time(MOMENT, "Mars/Olympus") == "15:48"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (-3, "0 s"),
        (0.4, "0 s"),
        (35, "35 s"),
        (335, "5 min 35 s"),
        (300, "5 min"),
        (3600, "1 h"),
        (7509, "2 h 5 min"),
    ],
)
def test_durations_are_short(seconds: float, shown: str) -> None:
    assert FRENCH.duration(seconds) == shown


def test_a_contact_in_full_is_grouped_as_in_its_country() -> None:
    assert FRENCH.phone(Contact("+33662682193")) == "+33 6 62 68 21 93"
    assert FRENCH.phone(Contact("jean@client.com")) == "jean@client.com"


# ── What a channel may see ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("+33662682193", "+33 6 •• •• •• 93"),
        ("+14155552671", "+1 4••-•••-••71"),
        ("+442079460958", "+44 2• •••• ••58"),
        ("+2904123", "+290 ••••"),
        ("+99", "+••"),
        ("jean@client.com", "j•••@client.com"),
        ("j@client.com", "•••@client.com"),
        ("élodie@société.fr", "é•••@société.fr"),
    ],
)
def test_customers_are_masked(contact: str, shown: str) -> None:
    assert masked(Contact(contact)) == shown


@given(st.from_regex(r"\+[1-9][0-9]{4,14}", fullmatch=True))
def test_a_mask_shows_at_most_three_digits_beside_the_country_code(number: str) -> None:
    shown = masked(Contact(number))
    try:
        code = str(phonenumbers.parse(number).country_code)
    except phonenumbers.NumberParseException:
        code = ""
    assert len(re.findall(r"\d", shown)) <= len(code) + 3
    assert number[1:] not in re.sub(r"\D", "", shown)


@given(st.text(st.characters(exclude_characters="@"), min_size=1))
def test_a_masked_address_shows_one_letter_of_the_name(name: str) -> None:
    assert masked(Contact(f"{name}@client.com")) in {f"{name[0]}•••@client.com", "•••@client.com"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mme Durand 06 62 68 21 93", "Mme Durand 0• •• •• •• 93"),
        ("call +33 6 62 68 21 93, please", "call +33 6 •• •• •• 93, please"),
        ("+33(0)662682193", "+33 6 •• •• •• 93"),
        ("0033662682193", "0••••••••••93"),
        ("06.62.68.21.93 (jean@client.com).", "0•.••.••.••.93 (j•••@client.com)."),
        ("06\u00a062\u00a068\u00a021\u00a093", "0•\u00a0••\u00a0••\u00a0••\u00a093"),
        ("(415) 555-2671", "(4••) •••-••71"),
        ("<jean@client.com>", "<j•••@client.com>"),
        ("06·62·68·21·93", "0•·••·••·••·93"),
        ("06\u201562\u201568\u201521\u201593", "0•\u2015••\u2015••\u2015••\u201593"),
        ("+33\u200d 6\u00ad62\ufe0f682193", "+33 6 •• •• •• 93"),
        ("06:62:68:21:93", "0•:••:••:••:93"),
        ("٠٦٦٢٦٨٢١٩٣", "٠•••••••٩٣"),  # noqa: RUF001  # Arabic digits
        ("415-555-2671", "4••-•••-••71"),
        ("33 6 62 68 21 93", "3• • •• •• •• 93"),
        ("07/12/2023 06 62 68 21 93", "07/12/2023 0• •• •• •• 93"),
        ("10 06 62 68 21 93", "10 0• •• •• •• 93"),
        ("jean\uff20client.com", "j•••@client.com"),
        ("je\u200dan@client.com", "j•••@client.com"),
        ("jean%40client.com", "j•••@client.com"),
        ("4111 1111 1111 1111", "4••• •••• •••• ••11"),
        ("card 5555-5555-5555-4444!", "card 5•••-••••-••••-••44!"),
        ("CASE-4111111111111111-A", "CASE-4•••••••••••••11-A"),
        ("378282246310005", "3••••••••••••05"),
        ("4111\u200b1111\u00ad1111 1111", "4••••••••••• ••11"),
    ],
)
def test_contacts_within_names_and_references_are_masked(text: str, shown: str) -> None:
    assert mask_contacts_in(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "1234",
        "CASE-663614",
        "2023-07-12",
        "12/07/2023 10:30",
        "07/12/2023 10:30",
        "2023-07-12 10:30:45",
        "slack:T012345678:C0123456789:1700000000.123456",
        "1234567890",
        "4111111111111112",
        "ref4111111111111111",
        "@bob",
        "",
    ],
)
def test_other_references_are_left_as_they_are(text: str) -> None:
    assert mask_contacts_in(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("invoice\u202egnp.exe", "invoice⟨U+202E⟩gnp.exe"),
        ("\u2066a\u2069\u200f", "⟨U+2066⟩a⟨U+2069⟩⟨U+200F⟩"),
        ("pay\u200bpal\ufeff\x07\u00ad", "paypal"),
        ("👩\u200d👧 É\u00a0é", "👩\u200d👧 É\u00a0é"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
    ],
)
def test_what_nobody_sees_changes_nothing_that_is_read(text: str, shown: str) -> None:
    assert escape(text) == shown
    assert blocks.plain(text)["text"] == shown
    assert Table("", ("a",), (Row(text, ()),)).plain()["rows"] == [
        [{"type": "raw_text", "text": "a"}],
        [{"type": "raw_text", "text": shown}],
    ]


@given(st.text(st.characters(categories=["Cf", "Cc", "Lu", "Nd", "So"])))
def test_no_text_changes_the_direction_of_what_is_around_it(text: str) -> None:
    assert not {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"} & set(map(bidirectional, escape(text)))


@given(st.text(), st.sampled_from(["06 62 68 21 93", "+33662682193", "jean.dupont@client.com"]), st.text())
def test_a_contact_is_masked_wherever_it_stands_alone(before: str, contact: str, after: str) -> None:
    assert contact not in mask_contacts_in(f"{before} {contact} {after}").replace(before, "").replace(after, "")


_WAYS_TO_WRITE = st.sampled_from([
    "06{0}62{0}68{0}21{0}93",
    "+33{0}6{0}62{0}68{0}21{0}93",
    "+33{0}(0)6{0}62682193",
    "0033{0}6{0}62{0}68{0}21{0}93",
    "(06){0}62{0}68{0}21{0}93",
    "Tél : 06{0}62{0}68{0}21{0}93 (Jane)",
    "je{0}an@client.com",
])  # fmt: skip
_BETWEEN_DIGITS = st.text(st.characters(categories=["Cf", "Pd", "Pc", "Po", "Zs", "Mn"]), max_size=2)


@example("06{0}62{0}68{0}21{0}93", ". ")  # no list that begins with its sixth item
@given(_WAYS_TO_WRITE, _BETWEEN_DIGITS)
def test_what_is_understood_as_a_contact_is_masked(form: str, between: str) -> None:
    text = form.format(between)
    shown = mask_contacts_in(text)
    if contacts := find_contacts(text, region="FR"):
        assert find_contacts(shown, region="FR") == []
        assert len(re.findall(r"\d", shown)) < 6
        assert contacts[0].value not in shown


@given(st.text() | st.sampled_from(["<!channel>", "&lt;!here&gt;", "<@U123>", "<https://a.b|c>"]))
def test_escaped_text_mentions_and_pages_nobody(text: str) -> None:
    escaped = escape(text)
    assert not {"<", ">"} & set(escaped)
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == revealed(text)


# ── Errors in words ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("translate", [ENGLISH, FRENCH], ids=["English", "French"])
@pytest.mark.parametrize("problem", ParseProblem)
def test_every_parse_problem_is_explained_in_a_sentence(problem: ParseProblem, translate: Translator) -> None:
    sentence = explain(NotUnderstood(problem, "<that>"), translate, command="/assist")
    assert sentence[0].isupper() or sentence[0] in "“«&"
    assert "<that>" not in sentence
    assert "{" not in sentence


def test_limits_are_shown_as_they_are() -> None:
    texts = {problem: explain(NotUnderstood(problem), ENGLISH, command="/meet") for problem in ParseProblem}
    assert str(LONGEST_REFERENCE) in texts[ParseProblem.REFERENCE_TOO_LONG]
    assert str(MOST_GUESTS) in texts[ParseProblem.TOO_MANY_GUESTS]
    assert f"{SHORTEST_NAME} characters" in texts[ParseProblem.NAME_TOO_SHORT]
    assert f"{LONGEST_NAME} characters" in texts[ParseProblem.NAME_TOO_LONG]


def test_examples_name_the_command_as_it_is_called_here() -> None:
    assert "/video +33" in explain(NotUnderstood(ParseProblem.NO_CUSTOMER), ENGLISH, command="/video")


def test_away_storage_is_not_taken_for_slow_storage() -> None:
    assert "Nothing was sent" in explain(StoreUnavailable(), ENGLISH, command="/assist")
    assert "may or may not" in explain(StoreTimeout(), ENGLISH, command="/assist")


def test_somebody_without_a_login_reads_whom_to_ask() -> None:
    assert "administrator" in explain(NoAgent(), ENGLISH, command="/assist")


def test_a_colleague_without_an_address_is_named() -> None:
    assert "<@U123>" in explain(NoAddress("U123"), FRENCH, command="/meet")


def test_an_error_without_words_of_its_own_gets_those_of_its_family() -> None:
    class Busy(TryLater):
        """Unknown to the table."""

    class Odd(KnownError):
        """Likewise."""

    assert "in a minute" in explain(Busy(3), ENGLISH, command="/assist")
    assert "did not work" in explain(Odd(), ENGLISH, command="/assist")


# ── The catalogues ───────────────────────────────────────────────────────────────────────────────────────


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


# ── Links ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "label", "shown"),
    [
        ("https://apz.fr/a", "", "https://apz.fr/a"),
        ("https://apz.fr/a|b", "Photo", "<https://apz.fr/a%7Cb|Photo>"),
        ("evil.example/`<!here>`", "", "`evil.example/&lt;!here&gt;`"),
        ("evil.example", "Photo", "Photo `evil.example`"),
        ("", "Photo", "Photo"),
        ("", "", ""),
    ],
)
def test_what_is_no_link_is_shown_as_text(url: str, label: str, shown: str) -> None:
    assert shown_link(url, label) == shown
