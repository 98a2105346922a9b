"""Statistics as people read them: a sentence with the figures, a chart, a table, and a button for the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Generic

from bot.grammar import DayName, Days, Period
from bot.model.messages import Block, Message
from bot.model.session import Kind
from bot.model.targets import StatisticsOf
from bot.statistics.aggregates import AssistanceFigures, Figures, Grain, Line, MeetingFigures, Statistics
from bot.statistics.charts import Chart, Series
from bot.statistics.columns import ASSISTANCE, MEETINGS, Column
from bot.statistics.tables import Cell, Row, Table, spreadsheet
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.private_messages import told
from bot.ui.text import Words, phrase

# Whose figures are told apart; English in files.
_PEOPLE: Final[Mapping[Kind, str]] = {Kind.ASSISTANCE: phrase("Agent"), Kind.MEETING: phrase("Organizer")}

_NAMED_DAYS: Final[Mapping[DayName, str]] = {
    DayName.TODAY: phrase("today"),
    DayName.YESTERDAY: phrase("yesterday"),
    DayName.WEEK: phrase("in the last 7 days"),
    DayName.MONTH: phrase("in the last 30 days"),
}


class Canvas(StrEnum):
    """What a workspace can show, the best first: charts and sorted tables, plain tables, or text alone."""

    NATIVE = "native"
    PLAIN = "plain"
    TEXT = "text"

    @property
    def poorer(self) -> Canvas | None:
        """What to try where this one is refused."""
        return {Canvas.NATIVE: Canvas.PLAIN, Canvas.PLAIN: Canvas.TEXT}.get(self)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Statistics in a reader's words, to be shown on any canvas; `description` is the sentence without markup."""

    sentence: str
    description: str
    chart: Chart
    table: Table
    file_name: str
    csv: bytes


@dataclass(frozen=True, slots=True)
class _Content(Generic[Figures]):
    """What goes into a sheet; `by_person`: a row of its table is a person's, else a day's, week's or month's."""

    kind: Kind
    heading: str
    total: str
    statistics: Statistics[Figures]
    columns: Sequence[Column[Figures]]
    by_person: bool


def assistance_sheet(statistics: Statistics[AssistanceFigures], words: Words, *, everybody: bool) -> Sheet:
    """Video assistance: everybody's by agent, or one's own by day."""
    days = words.days(statistics.days.first, statistics.days.last)
    heading = (
        words("Everybody's video assistance, {days}", days=days)
        if everybody
        else words("Your video assistance, {days}", days=days)
    )
    total = _of_assistance(statistics.total, words)
    return _sheet(_Content(Kind.ASSISTANCE, heading, total, statistics, ASSISTANCE, by_person=everybody), words)


def meeting_sheet(statistics: Statistics[MeetingFigures], words: Words) -> Sheet:
    """Video meetings by organizer."""
    heading = words("Video meetings, {days}", days=words.days(statistics.days.first, statistics.days.last))
    total = _of_meetings(statistics.total, words)
    return _sheet(_Content(Kind.MEETING, heading, total, statistics, MEETINGS, by_person=True), words)


def shown(sheet: Sheet, asked: StatisticsOf, words: Words, canvas: Canvas, *, is_drawn: bool = False) -> Message:
    """A sheet as a message; `is_drawn`: its chart is a picture in the direct messages."""
    figures = _figures(sheet, canvas)
    notes = [words("The chart is in our direct messages.")] if is_drawn else []
    if any(sheet.table.is_cut_in(block) for block in figures if "rows" in block):
        notes.append(words("The table shows the busiest only; the CSV file has all."))
    small_print = [blocks.context(blocks.joined(notes))] if notes else []
    button = blocks.button(Action.STATISTICS_CSV, words("CSV"), asked.encode())
    return told(sheet.sentence, *figures, *small_print, blocks.actions(button))


def nothing(asked: StatisticsOf, days: Days, words: Words) -> Message:
    """Days without any session."""
    when = _when(asked.period, days, words)
    if asked.kind is Kind.MEETING:
        return told(words("No video meeting took place {when}.", when=when))
    if asked.everybody:
        return told(words("There was no video assistance {when}.", when=when))
    return told(words("You had no video assistance {when}.", when=when))


def _when(period: Period, days: Days, words: Words) -> str:
    """The days in the words in which somebody asked for them, else in full."""
    if isinstance(period.start, DayName) and period.start == period.end:
        return words(_NAMED_DAYS[period.start])
    return words.in_full(days.first, days.last)


def file_sent(words: Words) -> Message:
    """Where the file went."""
    return told(words("The CSV file is in our direct messages."))


def fixed(asked: StatisticsOf, days: Days) -> StatisticsOf:
    """The same question on the days that it was answered for: the file holds what was shown, also tomorrow."""
    return StatisticsOf(asked.kind, Period(days.first, days.last), asked.everybody)


def _figures(sheet: Sheet, canvas: Canvas) -> list[Block]:
    match canvas:
        case Canvas.NATIVE:
            return [sheet.chart.block(), sheet.table.sorted_by_slack()]
        case Canvas.PLAIN:
            return [sheet.table.plain()]
        case Canvas.TEXT:
            return []


def _sheet(content: _Content[Figures], words: Words) -> Sheet:
    days = content.statistics.days
    header = (_rows_are(content, words), *(column.title(words) for column in content.columns))
    return Sheet(
        sentence=f"*{content.heading}*\n{content.total}",
        description=f"{content.heading}: {content.total}",
        chart=_chart(content, words),
        table=Table(content.heading, header, _rows(content, words)),
        file_name=f"{content.kind}-{days.first}-{days.last}.csv",
        csv=_csv(content),
    )


def _rows_are(content: _Content[Figures], words: Words) -> str:
    """What the table's rows stand for."""
    if content.by_person:
        return words(_PEOPLE[content.kind])
    names = {Grain.DAY: words("Day"), Grain.WEEK: words("Week from"), Grain.MONTH: words("Month")}
    return names[content.statistics.grain]


def _rows(content: _Content[Figures], words: Words) -> tuple[Row, ...]:
    statistics = content.statistics
    named = (
        [(line.person, line) for line in statistics.by_person]
        if content.by_person
        else [(_label(line.days.first, statistics.grain, words), line) for line in statistics.by_time]
    )
    return tuple(Row(name, _cells(content.columns, line, words)) for name, line in named)


def _cells(columns: Sequence[Column[Figures]], line: Line[Figures], words: Words) -> tuple[Cell, ...]:
    return tuple(Cell(column.value(line.figures) or 0, column.text(line.figures, words)) for column in columns)


def _chart(content: _Content[Figures], words: Words) -> Chart:
    statistics = content.statistics
    titles = {Grain.DAY: words("By day"), Grain.WEEK: words("By week"), Grain.MONTH: words("By month")}
    return Chart(
        title=titles[statistics.grain],
        categories=tuple(_label(line.days.first, statistics.grain, words) for line in statistics.by_time),
        series=tuple(
            Series(column.title(words), tuple(column.value(line.figures) or 0 for line in statistics.by_time))
            for column in content.columns
            if column.charted
        ),
    )


def _label(day: date, grain: Grain, words: Words) -> str:
    return words.month(day) if grain is Grain.MONTH else words.short_day(day)


def _csv(content: _Content[Figures]) -> bytes:
    """One line for each day and person; machines read its English header."""
    lines = (
        [line.days.first.isoformat(), line.person, *(_number(column.value(line.figures)) for column in content.columns)]
        for line in content.statistics.by_day_and_person
    )
    return spreadsheet(["Day", _PEOPLE[content.kind], *(column.name for column in content.columns)], lines)


def _number(value: float | None) -> str | float:
    return "" if value is None else value


def _of_assistance(total: AssistanceFigures, words: Words) -> str:
    return blocks.joined([
        words.n("{count} session", "{count} sessions", total.sessions),
        words("{share} answered", share=words.percent(total.answered_share)),
        words.n("{count} invitation by SMS", "{count} invitations by SMS", total.by_sms),
        words.n("{count} invitation by e-mail", "{count} invitations by e-mail", total.by_email),
        _calls(total, words),
        words.n("{count} photo", "{count} photos", total.photos),
        words.n("{count} video", "{count} videos", total.videos),
    ])  # fmt: skip


def _calls(total: AssistanceFigures, words: Words) -> str:
    calls = words.n("{count} call", "{count} calls", total.calls)
    if total.median_call is None:
        return calls
    lengths = words(
        "{total} in all, median {median}",
        total=words.duration(total.call_seconds),
        median=words.duration(total.median_call),
    )
    return f"{calls} ({lengths})"


def _of_meetings(total: MeetingFigures, words: Words) -> str:
    return blocks.joined([
        words.n("{count} meeting", "{count} meetings", total.sessions),
        words.n("{count} participant", "{count} participants", total.participants),
        words.n("{count} minute", "{count} minutes", total.minutes),
    ])  # fmt: skip
