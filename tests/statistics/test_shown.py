"""Figures of many people and of long periods are shown whole, and harm no spreadsheet."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import Days, Period
from bot.model.session import Kind
from bot.model.targets import StatisticsOf
from bot.statistics import views as ui
from bot.statistics.aggregates import AssistanceRow
from bot.statistics.charts import picture
from bot.statistics.tables import spreadsheet
from bot.statistics.views import RenderMode
from bot.ui.text import translator_for
from sandbox.slack.block_kit.limits import check_message
from tests.statistics.figures import JULY, statistics_of

ASKED = StatisticsOf(Kind.ASSISTANCE, Period(JULY.first, JULY.last), everybody=True)

WORDS = translator_for("en-US")


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
