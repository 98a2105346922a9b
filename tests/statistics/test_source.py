"""Figures add up, no matter who asks for them; and what Apizee leaves open is counted where it belongs."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.apizee.client import Apizee
from bot.grammar import Days, Period
from bot.grammar.periods import MOST_DAYS
from bot.model.accounts import account_id, account_key
from bot.model.session import Kind
from bot.model.targets import StatisticsOf
from bot.statistics import views as ui
from bot.statistics.aggregates import (
    MOST_SPANS,
    AssistanceFigures,
    AssistanceRow,
    Granularity,
    MeetingFigures,
    MeetingRow,
    Statistics,
    aggregate,
    split_days,
)
from bot.statistics.charts import picture
from bot.statistics.source import StatisticsSource
from bot.statistics.tables import spreadsheet
from bot.statistics.views import RenderMode
from bot.store.cache import Cache
from bot.store.keys import cached
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.store import Sessions
from bot.ui.text import translator_for
from sandbox.apizee.world import API_USER
from sandbox.slack.block_kit.limits import check_message
from tests.apizee.conftest import FakeApizee, apizee, budget, http, keys, quick_retries, recorded, remote, token
from tests.fixtures.parts import accounts_of

# The Apizee that gives the answers a test asks for, in place of the sandbox.
__all__ = ["apizee", "budget", "http", "keys", "quick_retries", "remote", "token"]

TEAM = "T0001"
PARIS = ZoneInfo("Europe/Paris")
JULY = Days(date(2023, 7, 1), date(2023, 7, 31))
ASKED = StatisticsOf(Kind.ASSISTANCE, Period(JULY.first, JULY.last), everybody=True)
NOW = datetime(2023, 7, 13, 22, 30, tzinfo=UTC)  # half past midnight in Paris

WORDS = translator_for("en-US")


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


def statistics_of(days: Days, rows: list[AssistanceRow]) -> Statistics[AssistanceFigures]:
    return aggregate(rows, days, AssistanceFigures.of)


# ── Sums ─────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── What Apizee says ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def source(apizee: Apizee, redis: Redis) -> StatisticsSource:
    ring = KeyRing([Fernet.generate_key().decode()])
    accounts = accounts_of(redis, ring, apizee, meeting_service_key="f7a0")
    sessions = Sessions(redis, ring, timedelta(days=1), account=account_key(API_USER))
    return StatisticsSource(accounts, Cache(redis, ring), sessions, clock=NOW.timestamp)


def rows(*changes: dict[str, Any]) -> str:
    """Return the row that Apizee's documentation shows, changed."""
    documented = json.loads(recorded("tickets_stats"))[0]
    return json.dumps([documented | change for change in changes])


async def test_the_documented_row_is_understood(source: StatisticsSource, remote: FakeApizee) -> None:
    remote.will_answer(rows({}))
    (row,) = (await source.assistances(TEAM, JULY, UTC)).rows
    assert (row.day, row.key, row.person) == (date(2023, 7, 13), "agent1@apizee.com", "Agent 1")
    assert (row.by_sms, row.calls, row.call_seconds, row.photos) == (1, 1, 335, 1)


async def test_who_talked_has_answered_whatever_the_column_says(source: StatisticsSource, remote: FakeApizee) -> None:
    nobody = {"Nombre Appels": 0}
    remote.will_answer(rows({"Répondues": "non"}, nobody | {"Répondues": "oui"}, nobody | {"Répondues": None}))
    answered = [row.answered for row in (await source.assistances(TEAM, JULY, UTC)).rows]
    assert answered == [True, True, False]


BEGUN = "Date de début de session"


async def test_each_row_counts_on_its_own_day_and_those_of_other_days_do_not(
    source: StatisticsSource, remote: FakeApizee
) -> None:
    remote.will_answer(
        rows(
            {"ID": 1, BEGUN: "2023-06-30 23:59:59"},
            {"ID": 2, BEGUN: "2023-07-01 00:00:00"},
            {"ID": 2, BEGUN: "2023-07-01 00:00:00"},
            {"ID": 3, BEGUN: "2023-07-31 23:59:59"},
            {"ID": 4, BEGUN: "2023-08-01 00:00:00"},
        )
    )
    days = [row.day for row in (await source.assistances(TEAM, JULY, PARIS)).rows]
    assert days == [JULY.first, JULY.last]
    asked = remote.last.url.params
    assert (asked["since"], asked["until"]) == ("2023-07-01", "2023-08-01")


async def test_a_row_without_a_time_is_of_the_day_of_the_ticket_before_it(
    source: StatisticsSource, remote: FakeApizee
) -> None:
    no_time = {BEGUN: None, "Date de fin": ""}
    remote.will_answer(
        rows(
            {"ID": 1} | no_time,
            {"ID": 3} | no_time,
            {"ID": 2, BEGUN: "2023-07-05 10:00:00"},
            {"ID": 4, BEGUN: "2023-08-01 00:10:00"},
            {"ID": 5} | no_time,
        )
    )
    days = [row.day for row in (await source.assistances(TEAM, JULY, UTC)).rows]
    assert days == [JULY.first, date(2023, 7, 5), date(2023, 7, 5)]


async def test_a_meeting_belongs_to_the_day_of_the_requester(source: StatisticsSource, remote: FakeApizee) -> None:
    meeting = json.loads(recorded("session"))["data"][0]
    late = meeting | {"start_time": "2023-07-13T22:30:00Z", "end_time": "2023-07-13T22:40:00Z"}
    remote.will_list({"total": 1, "data": [late]})
    (row,) = (await source.meetings(TEAM, JULY, PARIS)).rows
    assert (row.day, row.person, row.seconds) == (date(2023, 7, 14), "Dr Doe", 600)
    assert remote.last.url.params["since"] == "2023-06-30T22:00:00Z"
    assert remote.last.url.params["until"] == "2023-07-31T22:00:00Z"


async def test_a_meeting_of_the_day_after_is_left_to_that_day(source: StatisticsSource, remote: FakeApizee) -> None:
    at_midnight = {"id": "one", "start_time": "2023-07-31T22:00:00Z", "end_time": "2023-07-31T22:10:00Z"}
    before = {"id": "two", "start_time": "2023-07-31T21:59:59Z", "end_time": "2023-07-31T22:10:00Z"}
    remote.will_list({"total": 2, "data": [at_midnight, before]})
    assert [row.day for row in (await source.meetings(TEAM, JULY, PARIS)).rows] == [JULY.last]


async def test_a_meeting_of_which_little_is_known_is_counted_all_the_same(
    source: StatisticsSource, remote: FakeApizee
) -> None:
    remote.will_list({"total": 1, "data": [{"id": "one"}]})
    assert (await source.meetings(TEAM, JULY, UTC)).rows == (MeetingRow(JULY.first, "", "", 0, 0),)


def test_today_is_the_persons_own(source: StatisticsSource) -> None:
    assert (source.today(UTC), source.today(PARIS)) == (date(2023, 7, 13), date(2023, 7, 14))


@pytest.mark.parametrize(
    ("last", "minutes"), [(date(2023, 7, 12), 10), (date(2023, 7, 13), 5)], ids=["past", "with today"]
)
async def test_days_that_still_grow_are_cached_less_long(
    source: StatisticsSource, remote: FakeApizee, redis: Redis, last: date, minutes: int
) -> None:
    remote.will_answer(rows({}))
    days = Days(JULY.first, last)
    assert await source.assistances(TEAM, days, UTC) == await source.assistances(TEAM, days, UTC)
    assert len(remote.asked) == 1
    seconds = await redis.ttl(cached(TEAM, f"{account_id(API_USER)} counted tickets {days.first}..{days.last}"))
    assert (minutes - 1) * 60 < seconds <= minutes * 60


# ── How it is shown ──────────────────────────────────────────────────────────────────────────────────────


def busy(people: int) -> list[AssistanceRow]:
    return [AssistanceRow(JULY.first, f"agent{number}", f"Agent {number} " + "x" * 80) for number in range(people)]


@pytest.mark.parametrize("render_mode", RenderMode)
@pytest.mark.parametrize("people", [1, 99, 100, 200, 500])
def test_slack_takes_as_many_rows_as_there_may_be(render_mode: RenderMode, people: int) -> None:
    report = ui.assistance_report(statistics_of(JULY, busy(people)), WORDS, everybody=True)
    message = ui.shown(report, ASKED, WORDS, render_mode)
    assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []
    shown = [len(block["rows"]) - 1 for block in message.blocks if "rows" in block]  # type: ignore[arg-type]  # a table's
    assert ("busiest" in str(message.blocks)) == any(rows_shown < people for rows_shown in shown)


def test_the_longest_period_fits_into_slacks_charts_in_both_languages() -> None:
    days = Days(date(2022, 7, 15), date(2023, 7, 15))
    for locale in ("en-US", "fr-FR"):
        translate = translator_for(locale)
        report = ui.assistance_report(statistics_of(days, busy(1)), translate, everybody=False)
        message = ui.shown(report, ASKED, translate, RenderMode.NATIVE)
        assert check_message({"text": message.text, "blocks": list(message.blocks)}) == []
        assert report.chart is not None
        assert len(set(report.chart.categories)) == len(report.chart.categories)


def test_the_file_has_every_agent_and_day() -> None:
    two_days = [*busy(300), replace(busy(1)[0], day=JULY.last)]
    report = ui.assistance_report(statistics_of(JULY, two_days), WORDS, everybody=True)
    assert len(list(csv.reader(StringIO(report.csv.decode("utf-8-sig"))))) == 1 + 301


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1))
def test_no_spreadsheet_runs_what_somebody_is_called(names: list[str]) -> None:
    read = csv.reader(StringIO(spreadsheet(["Agent"], [names]).decode("utf-8-sig"), newline=""))
    _, row = read
    assert len(row) == len(names)
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_picture_says_the_same_as_the_chart() -> None:
    pytest.importorskip("matplotlib")
    report = ui.assistance_report(statistics_of(JULY, busy(1)), WORDS, everybody=True)
    assert report.chart is not None
    drawn = picture(report.chart)
    assert drawn is not None
    assert drawn.startswith(b"\x89PNG")


def test_a_question_is_read_again_as_its_button_holds_it() -> None:
    assert StatisticsOf.decode(ASKED.encode()) == ASKED
