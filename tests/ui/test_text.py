"""People read their own language, errors in words, and links that are ones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import NotUnderstood, ParseProblem
from bot.grammar.commands import LONGEST_NAME, LONGEST_REFERENCE, SHORTEST_NAME
from bot.grammar.contacts import MOST_GUESTS
from bot.grammar.text.characters import revealed
from bot.model.errors import KnownError, NoAddress, NoAgent, StoreTimeout, StoreUnavailable, TryLater
from bot.ui.explanations import explain
from bot.ui.text import Translator, escape, shown_link, translator_for
from tests.ui.examples import ENGLISH, FRENCH

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
