"""The days that are counted, and their figures."""

from __future__ import annotations

from datetime import date

from bot.grammar import Days
from bot.statistics.aggregates import AssistanceFigures, AssistanceRow, Statistics, aggregate

JULY = Days(date(2023, 7, 1), date(2023, 7, 31))


def statistics_of(days: Days, rows: list[AssistanceRow]) -> Statistics[AssistanceFigures]:
    return aggregate(rows, days, AssistanceFigures.of)
