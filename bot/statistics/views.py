"""Statistics as people read them: a sentence with the figures, a chart, a table, and a button for the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, Generic

from bot.grammar import DayName, Days, Period
from bot.model.messages import Block, Message
from bot.model.session import Kind
from bot.model.targets import StatisticsOf
from bot.statistics import wording
from bot.statistics.aggregates import (
    MOST_SPANS,
    AnyFigures,
    AssistanceFigures,
    Granularity,
    Group,
    MeetingFigures,
    Statistics,
)
from bot.statistics.charts import Chart, Series
from bot.statistics.columns import ASSISTANCE, MEETINGS, Column, outcome_columns
from bot.statistics.tables import Cell, Row, Table, spreadsheet
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.notes.outcomes import outcome_name
from bot.ui.private_messages import text_message
from bot.ui.text import Translator, mark
from bot.ui.timeline import date_time

# The heading of the column with names; English in files.
_PEOPLE: Final[Mapping[Kind, str]] = {Kind.ASSISTANCE: mark("Agent"), Kind.MEETING: mark("Organizer")}

_MOST_COLUMNS: Final = 20
"""Slack's tables have no more."""

_NAMED_DAYS: Final[Mapping[DayName, str]] = {
    DayName.TODAY: mark("today"),
    DayName.YESTERDAY: mark("yesterday"),
    DayName.WEEK: mark("in the last 7 days"),
    DayName.MONTH: mark("in the last 30 days"),
}


class RenderMode(StrEnum):
    """What a workspace's Slack accepts, the best first: charts and sorted tables, plain tables, or text alone."""

    NATIVE = "native"
    PLAIN = "plain"
    TEXT = "text"

    @property
    def fallback(self) -> RenderMode | None:
        """The mode to try where this one is refused."""
        return {RenderMode.NATIVE: RenderMode.PLAIN, RenderMode.PLAIN: RenderMode.TEXT}.get(self)


@dataclass(frozen=True, slots=True)
class Report:
    """Statistics in a reader's language, for any render mode; `description` is the sentence without markup.

    Those of a single day need no chart. `as_of` says when they were counted.
    """

    sentence: str
    description: str
    chart: Chart | None
    table: Table
    outcomes: Chart | None
    file_name: str
    csv: bytes
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class _Content(Generic[AnyFigures]):
    """What goes into a report; `by_person`: a row of its table is a person's, else a day's, week's or month's."""

    kind: Kind
    heading: str
    total: str
    statistics: Statistics[AnyFigures]
    columns: Sequence[Column[AnyFigures]]
    by_person: bool


def assistance_report(statistics: Statistics[AssistanceFigures], translate: Translator, *, everybody: bool) -> Report:
    """Return the report of video assistances: everybody's by agent, or one's own by day."""
    days = translate.days(statistics.days.first, statistics.days.last)
    heading = (
        translate("Everybody's video assistance, {days}", days=days)
        if everybody
        else translate("Your video assistance, {days}", days=days)
    )
    total = wording.of_assistance(statistics.total, translate)
    return _report(
        _Content(
            Kind.ASSISTANCE,
            heading,
            total,
            statistics,
            (*ASSISTANCE, *outcome_columns(statistics.total)),
            by_person=everybody,
        ),
        translate,
    )


def meeting_report(statistics: Statistics[MeetingFigures], translate: Translator, *, everybody: bool) -> Report:
    """Return the report of video meetings: everybody's by organizer, or by day those that one has started here."""
    days = translate.days(statistics.days.first, statistics.days.last)
    heading = (
        translate("Video meetings, {days}", days=days)
        if everybody
        else translate("Your video meetings, {days}", days=days)
    )
    total = wording.of_meetings(statistics.total, translate)
    return _report(
        _Content(
            Kind.MEETING,
            heading,
            total,
            statistics,
            (*MEETINGS, *outcome_columns(statistics.total)),
            by_person=everybody,
        ),
        translate,
    )


def shown(
    report: Report, asked: StatisticsOf, translate: Translator, render_mode: RenderMode, *, is_drawn: bool = False
) -> Message:
    """Return a report as a message; `is_drawn`: its chart is a picture in the direct messages."""
    figures = _figures(report, render_mode)
    noted = translate("Outcomes: as noted on the sessions that the bot still keeps") if report.outcomes else ""
    notes = [report.as_of, noted, translate("The chart is in our direct messages.") if is_drawn else ""]
    if any(report.table.is_cut_in(block) for block in figures if "rows" in block):
        notes.append(translate("The table shows only the busiest; the CSV file has everything."))
    small_print = [blocks.context(blocks.joined(notes))] if any(notes) else []
    button = blocks.button(Action.STATISTICS_CSV, translate("CSV"), asked.encode())
    return text_message(report.sentence, *figures, *small_print, blocks.actions(button))


def as_of(moment: float, translate: Translator, timezone: str) -> str:
    """Return when figures were counted (Unix seconds)."""
    return translate("As of {time}", time=date_time(moment, translate, timezone))


def nothing(asked: StatisticsOf, days: Days, translate: Translator) -> Message:
    """Return what is said of days without any session."""
    when = _when(asked.period, days, translate)
    if asked.kind is Kind.MEETING:
        if asked.everybody:
            return text_message(translate("No video meeting took place {when}.", when=when))
        return text_message(translate("You started no video meeting {when}.", when=when))
    if asked.everybody:
        return text_message(translate("There was no video assistance {when}.", when=when))
    return text_message(translate("You had no video assistance {when}.", when=when))


def _when(period: Period, days: Days, translate: Translator) -> str:
    """Return the days in the words in which somebody asked for them, else in full."""
    if isinstance(period.start, DayName) and period.start == period.end:
        return translate(_NAMED_DAYS[period.start])
    return translate.in_full(days.first, days.last)


def file_sent(translate: Translator) -> Message:
    """Return the message that says where the file is."""
    return text_message(translate("The CSV file is in our direct messages."))


def fixed(asked: StatisticsOf, days: Days) -> StatisticsOf:
    """Return the same question with its days fixed: the file holds what was shown, also if it is asked for tomorrow."""
    return StatisticsOf(asked.kind, Period(days.first, days.last), asked.everybody)


def _figures(report: Report, render_mode: RenderMode) -> list[Block]:
    match render_mode:
        case RenderMode.NATIVE:
            charts = [chart.block() for chart in (report.chart, report.outcomes) if chart]
            return [*charts, report.table.sorted_by_slack()]
        case RenderMode.PLAIN:
            return [report.table.plain()]
        case RenderMode.TEXT:
            return []


def _report(content: _Content[AnyFigures], translate: Translator) -> Report:
    days = content.statistics.days
    is_one_day = len(days) == 1
    return Report(
        sentence=f"*{content.heading}*\n{content.total}",
        description=f"{content.heading}: {content.total}",
        chart=None if is_one_day else _chart(content, translate),
        table=_one_column(content, translate) if is_one_day and not content.by_person else _table(content, translate),
        outcomes=_outcomes(content, translate),
        file_name=f"{content.kind}-{days.first}-{days.last}.csv",
        csv=_csv(content),
    )


def _table(content: _Content[AnyFigures], translate: Translator) -> Table:
    """Return the figures of people or days, one to a row; of a single day the most important ones, so that it fits."""
    columns = content.columns
    if len(content.statistics.days) == 1:
        columns = [column for column in columns if column.brief]
    else:
        columns = [column for column in columns if column.charted or column.value(content.statistics.total)]
        columns = columns[: _MOST_COLUMNS - 1]
    header = (_rows_are(content, translate), *(column.title(translate) for column in columns))
    return Table(content.heading, header, _rows(replace(content, columns=columns), translate))


def _one_column(content: _Content[AnyFigures], translate: Translator) -> Table:
    """Return the figures of one day, one to a row: side by side they would not fit."""
    (day,) = content.statistics.by_time
    shown = [column for column in content.columns if column.charted or column.value(day.figures)]
    rows = tuple(Row(column.title(translate), _cells([column], day, translate)) for column in shown)
    return Table(content.heading, (translate("Figure"), translate.short_day(day.days.first)), rows)


def _rows_are(content: _Content[AnyFigures], translate: Translator) -> str:
    """Return what the table's rows stand for."""
    if content.by_person:
        return translate(_PEOPLE[content.kind])
    names = {
        Granularity.DAY: translate("Day"),
        Granularity.WEEK: translate("Week from"),
        Granularity.MONTH: translate("Month"),
    }
    return names[content.statistics.granularity]


def _rows(content: _Content[AnyFigures], translate: Translator) -> tuple[Row, ...]:
    statistics = content.statistics
    named = (
        [(line.person, line) for line in statistics.by_person]
        if content.by_person
        else [(_label(line.days.first, statistics.granularity, translate), line) for line in statistics.by_time]
    )
    return tuple(Row(name, _cells(content.columns, line, translate)) for name, line in named)


def _cells(columns: Sequence[Column[AnyFigures]], line: Group[AnyFigures], translate: Translator) -> tuple[Cell, ...]:
    return tuple(Cell(column.value(line.figures) or 0, column.text(line.figures, translate)) for column in columns)


def _chart(content: _Content[AnyFigures], translate: Translator) -> Chart:
    statistics = content.statistics
    titles = {
        Granularity.DAY: translate("By day"),
        Granularity.WEEK: translate("By week"),
        Granularity.MONTH: translate("By month"),
    }
    return Chart(
        title=titles[statistics.granularity],
        categories=tuple(_label(line.days.first, statistics.granularity, translate) for line in statistics.by_time),
        series=tuple(
            Series(column.title(translate), tuple(column.value(line.figures) or 0 for line in statistics.by_time))
            for column in content.columns
            if column.charted
        ),
    )


def _outcomes(content: _Content[AnyFigures], translate: Translator) -> Chart | None:
    """Return the chart of what sessions ended with; none where nobody has noted anything."""
    counted = content.statistics.total.outcomes[:MOST_SPANS]
    if not counted:
        return None
    names = tuple(outcome_name(outcome, translate) for outcome, _ in counted)
    series = Series(translate("Sessions"), tuple(float(number) for _, number in counted))
    return Chart(translate("By outcome"), names, (series,))


def _label(day: date, granularity: Granularity, translate: Translator) -> str:
    return translate.month(day) if granularity is Granularity.MONTH else translate.short_day(day)


def _csv(content: _Content[AnyFigures]) -> bytes:
    """Return a line for each day and person; the header is English, for machines."""
    lines = (
        [line.days.first.isoformat(), line.person, *(_number(column.value(line.figures)) for column in content.columns)]
        for line in content.statistics.by_day_and_person
    )
    return spreadsheet(["Day", _PEOPLE[content.kind], *(column.name for column in content.columns)], lines)


def _number(value: float | None) -> str | float:
    return "" if value is None else value
