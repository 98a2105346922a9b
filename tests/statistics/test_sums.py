"""Figures add up, no matter how the days are cut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import Days
from bot.grammar.periods import MOST_DAYS
from bot.statistics.aggregates import (
    MOST_SPANS,
    AssistanceFigures,
    AssistanceRow,
    Granularity,
    MeetingFigures,
    MeetingRow,
    aggregate,
    split_days,
)
from tests.statistics.figures import JULY, statistics_of


@st.composite
def some_days(draw: st.DrawFn) -> Days:
    first = draw(st.dates(date(2015, 1, 1), date(2040, 1, 1)))
    return Days(first, first + timedelta(draw(st.integers(0, MOST_DAYS - 1))))


@st.composite
def assistances(draw: st.DrawFn) -> tuple[Days, list[AssistanceRow]]:
    days, amounts = draw(some_days()), st.integers(0, 50)
    row = st.builds(
        AssistanceRow,
        day=st.dates(days.first, days.last),
        key=st.sampled_from(["ann@a.com", "bob@a.com", "eve@a.com"]),
        person=st.sampled_from(["Ann", "Bob", ""]),
        answered=st.booleans(),
        by_sms=amounts,
        by_email=amounts,
        calls=st.integers(0, 3),
        call_seconds=st.integers(0, 9999),
        photos=amounts,
        videos=amounts,
    )
    return days, draw(st.lists(row, max_size=30))


@given(assistances())
def test_however_figures_are_cut_they_come_to_the_same(given_rows: tuple[Days, list[AssistanceRow]]) -> None:
    days, rows = given_rows
    statistics = statistics_of(days, rows)
    added: list[Callable[[AssistanceFigures], int]] = [
        lambda one: one.sessions,
        lambda one: one.answered,
        lambda one: one.by_sms,
        lambda one: one.by_email,
        lambda one: one.calls,
        lambda one: one.call_seconds,
        lambda one: one.photos,
        lambda one: one.videos,
    ]
    for lines in (statistics.by_person, statistics.by_time, statistics.by_day_and_person):
        for figure in added:
            assert sum(figure(line.figures) for line in lines) == figure(statistics.total)
    share = statistics.total.answered_share
    assert share is None or 0 <= share <= 1


@given(some_days())
def test_every_day_lies_in_one_piece_and_a_chart_can_show_all(days: Days) -> None:
    pieces = split_days(days)
    assert 1 <= len(pieces) <= MOST_SPANS
    assert sum(map(len, pieces)) == len(days)
    assert (pieces[0].first, pieces[-1].last) == (days.first, days.last)


@given(st.lists(st.integers(1, 9999), min_size=1))
def test_the_median_is_that_of_the_calls(lengths: list[int]) -> None:
    rows = [AssistanceRow(JULY.first, "ann", "Ann", calls=1, call_seconds=length) for length in lengths]
    assert AssistanceFigures.of([*rows, AssistanceRow(JULY.first, "ann", "Ann")]).median_call == median(lengths)


def test_days_are_shown_one_by_one_then_by_week_then_by_month() -> None:
    def granularity(days: int) -> Granularity:
        return statistics_of(Days(JULY.first, JULY.first + timedelta(days - 1)), []).granularity

    assert (granularity(20), granularity(21), granularity(120), granularity(150)) == (
        Granularity.DAY,
        Granularity.WEEK,
        Granularity.WEEK,
        Granularity.MONTH,
    )
    monday = split_days(JULY)[1]
    assert (monday.first.weekday(), len(monday)) == (0, 7)


def test_meetings_are_added_up() -> None:
    rows = [MeetingRow(JULY.first, "1", "Ann", 2, 600), MeetingRow(JULY.last, "1", "Ann", 3, 1230)]
    total = aggregate(rows, JULY, MeetingFigures.of).total
    assert (total.sessions, total.participants, total.minutes) == (2, 5, 30)
