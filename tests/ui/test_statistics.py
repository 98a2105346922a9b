"""What people read when they ask for figures."""

from __future__ import annotations

from datetime import date

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.grammar import Days, Period
from bot.model.session import Kind
from bot.model.targets import StatisticsOf
from bot.statistics import views as ui
from bot.statistics.aggregates import AssistanceFigures, Assisted, MeetingFigures, Met, summed
from bot.statistics.views import Canvas
from bot.ui.text import words_for

FIRST, LAST = date(2023, 7, 12), date(2023, 7, 13)
DAYS = Days(FIRST, LAST)
ASSISTED = [
    Assisted(FIRST, "agent1@apizee.com", "Agent 1", answered=True, by_sms=1, calls=1, call_seconds=335, photos=2),
    Assisted(LAST, "agent1@apizee.com", "Agent 1", by_email=1),
    Assisted(LAST, "agent2@apizee.com", "Agent 2", answered=True, by_sms=1, calls=2, call_seconds=7300, videos=1),
]
MET = [Met(FIRST, "2899", "Dr Doe", 3, 1230), Met(LAST, "", "", 2, 68)]


@pytest.mark.parametrize("locale", ["en-US", "fr-FR"])
@pytest.mark.parametrize("canvas", Canvas)
def test_everybody_s_assistance(snapshot: SnapshotAssertion, locale: str, canvas: Canvas) -> None:
    asked = StatisticsOf(Kind.ASSISTANCE, Period(FIRST, LAST), everybody=True)
    sheet = ui.assistance_sheet(summed(ASSISTED, DAYS, AssistanceFigures.of), words_for(locale), everybody=True)
    assert ui.shown(sheet, asked, words_for(locale), canvas, is_drawn=canvas is Canvas.PLAIN) == snapshot


def test_one_s_own_assistance_by_day(snapshot: SnapshotAssertion) -> None:
    statistics = summed(ASSISTED[:2], DAYS, AssistanceFigures.of)
    sheet = ui.assistance_sheet(statistics, words_for("en-US"), everybody=False)
    assert sheet.table == snapshot
    assert sheet.csv.decode("utf-8-sig").splitlines() == snapshot


def test_meetings(snapshot: SnapshotAssertion) -> None:
    sheet = ui.meeting_sheet(summed(MET, DAYS, MeetingFigures.of), words_for("fr-FR"))
    assert (sheet.sentence, sheet.table, sheet.chart, sheet.file_name) == snapshot
