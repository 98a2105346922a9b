"""People name days in a word or by their dates; what cannot be counted is answered with what to type instead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import (
    Days,
    NotUnderstood,
    ParseProblem,
    Period,
    ShowStatistics,
    parse_period,
)
from bot.grammar.periods import MOST_DAYS, DayName
from bot.model.errors import KnownError
from bot.ui.explanations import explain
from bot.ui.text import translator_for
from tests.grammar.parsing import assist, meet

TODAY = date(2023, 7, 13)
LAST_SEVEN_DAYS = Days(date(2023, 7, 7), TODAY)


def july(first: int, last: int) -> Days:
    return Days(date(2023, 7, first), date(2023, 7, last))


def refused(text: str) -> NotUnderstood:
    with pytest.raises(NotUnderstood) as refusal:
        parse_period(text).on(TODAY)
    return refusal.value


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", LAST_SEVEN_DAYS),
        ("week", LAST_SEVEN_DAYS),
        ("today", july(13, 13)),
        ("Yesterday", july(12, 12)),
        ("month", Days(date(2023, 6, 14), TODAY)),
        ("2023-07-04", july(4, 4)),
        ("2023-07-04..2023-07-06", july(4, 6)),
        ("2023-07-04 .. 2023-07-06", july(4, 6)),
        ("2023-07-04…2023-07-06", july(4, 6)),
        ("2023-07-04...today", july(4, 13)),
        ("week..yesterday", july(7, 12)),
        ("yesterday..today", july(12, 13)),
    ],
)
def test_days_are_meant_as_they_are_named(typed: str, meant: Days) -> None:
    assert parse_period(typed).on(TODAY) == meant


@pytest.mark.parametrize(
    ("typed", "problem", "shown"),
    [
        ("tuesday", ParseProblem.NOT_A_DAY, "tuesday"),
        ("2023-02-30", ParseProblem.NOT_A_DAY, "2023-02-30"),
        ("2023-07-01 2023-07-02", ParseProblem.NOT_A_DAY, "2023-07-01 2023-07-02"),
        ("2023-07-01..", ParseProblem.NOT_A_DAY, "2023-07-01.."),
        ("..", ParseProblem.NOT_A_DAY, ".."),
        ("2023-07-06..2023-07-04", ParseProblem.DAYS_REVERSED, "2023-07-04..2023-07-06"),
        ("2023-07-14", ParseProblem.DAY_TO_COME, "2023-07-14"),
        ("today..2023-08-01", ParseProblem.DAY_TO_COME, "2023-08-01"),
        ("2022-07-12..today", ParseProblem.TOO_MANY_DAYS, "367"),
    ],
)
def test_days_that_cannot_be_counted_are_refused(typed: str, problem: ParseProblem, shown: str) -> None:
    refusal = refused(typed)
    assert (refusal.problem, refusal.shown) == (problem, shown)


@pytest.mark.parametrize("typed", ["tuesday", "2023-07-06..2023-07-04", "2023-07-14", "2020-07-12..today"])
@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
def test_each_refusal_is_one_sentence_with_what_is_to_blame(typed: str, locale: str) -> None:
    refusal = refused(typed)
    sentence = explain(refusal, translator_for(locale), command="/assist")
    assert refusal.shown in sentence
    assert "{" not in sentence


def test_a_whole_leap_year_can_be_counted() -> None:
    assert len(parse_period("2020-01-01..2020-12-31").on(TODAY)) == MOST_DAYS


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("stats", ShowStatistics(Period())),
        ("stats all", ShowStatistics(Period(), everybody=True)),
        ("STATS All yesterday", ShowStatistics(Period(DayName.YESTERDAY, DayName.YESTERDAY), everybody=True)),
        ("stats 2023-07-01..today", ShowStatistics(Period(date(2023, 7, 1), DayName.TODAY))),
    ],
)
def test_both_commands_ask_for_statistics(typed: str, meant: ShowStatistics) -> None:
    assert assist(typed) == meant
    assert meet(typed) == meant


@given(st.dates(max_value=TODAY), st.integers(0, MOST_DAYS - 1))
def test_a_period_is_read_again_as_it_is_written(first: date, more: int) -> None:
    period = Period(first, min(first + timedelta(more), TODAY))
    assert parse_period(str(period)) == period
    assert len(period.on(TODAY)) >= 1


@given(st.text())
def test_whatever_is_typed_is_days_or_refused_in_words(typed: str) -> None:
    try:
        assert parse_period(typed).on(TODAY)
    except KnownError as refusal:
        assert isinstance(refusal, NotUnderstood)  # noqa: PT017  # either outcome is fine


def test_days_know_which_they_are() -> None:
    assert TODAY in LAST_SEVEN_DAYS
    assert date(2023, 7, 6) not in LAST_SEVEN_DAYS
