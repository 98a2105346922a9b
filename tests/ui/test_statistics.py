"""What people read when they ask for figures."""

from __future__ import annotations

from datetime import date

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.grammar import Days, Period
from bot.model.session import Kind
from bot.model.targets import StatisticsOf
from bot.statistics import views as ui
from bot.statistics.aggregates import AssistanceFigures, AssistanceRow, MeetingFigures, MeetingRow, aggregate
from bot.statistics.views import RenderMode
from bot.ui.text import translator_for

FIRST, LAST = date(2023, 7, 12), date(2023, 7, 13)
DAYS = Days(FIRST, LAST)
ASSISTED = [
    AssistanceRow(FIRST, "agent1@apizee.com", "Agent 1", answered=True, by_sms=1, calls=1, call_seconds=335, photos=2),
    AssistanceRow(LAST, "agent1@apizee.com", "Agent 1", by_email=1),
    AssistanceRow(LAST, "agent2@apizee.com", "Agent 2", answered=True, by_sms=1, calls=2, call_seconds=7300, videos=1),
]
MET = [MeetingRow(FIRST, "2899", "Dr Doe", 3, 1230), MeetingRow(LAST, "", "", 2, 68)]


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
@pytest.mark.parametrize("render_mode", RenderMode)
def test_everybody_s_assistance(snapshot: SnapshotAssertion, locale: str, render_mode: RenderMode) -> None:
    asked = StatisticsOf(Kind.ASSISTANCE, Period(FIRST, LAST), everybody=True)
    report = ui.assistance_report(
        aggregate(ASSISTED, DAYS, AssistanceFigures.of), translator_for(locale), everybody=True
    )
    assert (
        ui.shown(report, asked, translator_for(locale), render_mode, is_drawn=render_mode is RenderMode.PLAIN)
        == snapshot
    )


def test_one_s_own_assistance_by_day(snapshot: SnapshotAssertion) -> None:
    statistics = aggregate(ASSISTED[:2], DAYS, AssistanceFigures.of)
    report = ui.assistance_report(statistics, translator_for("en-US"), everybody=False)
    assert report.table == snapshot
    assert report.csv.decode("utf-8-sig").splitlines() == snapshot


def test_meetings(snapshot: SnapshotAssertion) -> None:
    report = ui.meeting_report(aggregate(MET, DAYS, MeetingFigures.of), translator_for("fr-FR"), everybody=True)
    assert (report.sentence, report.table, report.chart, report.file_name) == snapshot
