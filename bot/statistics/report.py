"""The figures of a team, told to the person who asked: in the place where they asked, and as a file."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from io import BytesIO
from typing import Final

from bot.grammar import Days
from bot.log import get_logger
from bot.model.errors import NotAnAdministrator
from bot.model.media import Upload
from bot.model.messages import Message
from bot.model.people import Asker, Person
from bot.model.session import Kind
from bot.model.targets import StatisticsOf
from bot.policy.agents import Agents
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.statistics import views as ui
from bot.statistics.aggregates import AssistanceFigures, Assisted, MeetingFigures, summed
from bot.statistics.charts import picture
from bot.statistics.source import StatisticsSource
from bot.statistics.views import Canvas, Sheet
from bot.store.cache import Remembered
from bot.ui.text import words_for, zone_of

# Slack brings new blocks to one workspace after the other: each is tried again after some weeks.
CANVAS_KEPT_FOR: Final = timedelta(days=30)

_CANVAS: Final = "canvas"
_REFUSED_BLOCKS: Final = frozenset({"invalid_blocks", "invalid_blocks_format"})

log = get_logger(__name__)


class Numbers:
    """Answers questions about figures. Everybody's assistances are for administrators; a meeting is everybody's."""

    def __init__(self, source: StatisticsSource, slack: Slack, agents: Agents, remembered: Remembered) -> None:
        self._source = source
        self._slack = slack
        self._agents = agents
        self._remembered = remembered

    async def show(self, asker: Asker, asked: StatisticsOf, person: Person) -> Message | None:
        """Whisper the figures; answers a sentence where there are none.

        Raises `NotUnderstood` for days that cannot be counted, `NotAnAdministrator`, and `NoAgent`.
        """
        days = self._days(asked, person)
        sheet = await self._sheet(asked, days, person)
        if sheet is None:
            return ui.nothing(asked, days, words_for(person.locale))
        await self._whisper(asker, sheet, ui.fixed(asked, days), person)
        return None

    async def send_file(self, asked: StatisticsOf, person: Person) -> Message:
        """Send the figures as a CSV file into the person's direct messages; raises what `show` raises."""
        days = self._days(asked, person)
        sheet = await self._sheet(asked, days, person)
        if sheet is None:
            return ui.nothing(asked, days, words_for(person.locale))
        await self._send(person, sheet.file_name, sheet.csv, sheet)
        return ui.file_sent(words_for(person.locale))

    def _days(self, asked: StatisticsOf, person: Person) -> Days:
        return asked.period.on(self._source.today(zone_of(person.timezone)))

    async def _sheet(self, asked: StatisticsOf, days: Days, person: Person) -> Sheet | None:
        """The figures in the person's words, or `None` where there was no session."""
        words = words_for(person.locale)
        if asked.kind is Kind.MEETING:
            meetings = await self._source.meetings(person.team, days, zone_of(person.timezone))
            return ui.meeting_sheet(summed(meetings, days, MeetingFigures.of), words) if meetings else None
        rows = await self._assistances(asked, days, person)
        statistics = summed(rows, days, AssistanceFigures.of)
        return ui.assistance_sheet(statistics, words, everybody=asked.everybody) if rows else None

    async def _assistances(self, asked: StatisticsOf, days: Days, person: Person) -> tuple[Assisted, ...]:
        if asked.everybody and not self._agents.administers(person):
            raise NotAnAdministrator
        login = None if asked.everybody else self._agents.login(person).casefold()
        rows = await self._source.assistances(person.team, days, zone_of(person.timezone))
        return tuple(row for row in rows if login in {None, row.key})

    async def _whisper(self, asker: Asker, sheet: Sheet, asked: StatisticsOf, person: Person) -> None:
        """On the best canvas that the workspace has; what it refuses is not tried again for a while."""
        best = Canvas(await self._remembered.recall(person.team, _CANVAS) or Canvas.NATIVE)
        taken = await self._whisper_on_best(best, asker, sheet, asked, person)
        if taken is not best:
            await self._remembered.remember(person.team, _CANVAS, taken.value, lasts=CANVAS_KEPT_FOR)

    async def _whisper_on_best(
        self, canvas: Canvas, asker: Asker, sheet: Sheet, asked: StatisticsOf, person: Person
    ) -> Canvas:
        """On this canvas, or on the best of the poorer ones that Slack takes; answers which one that was."""
        try:
            await self._whisper_on(canvas, asker, sheet, asked, person)
        except SlackError as error:
            if error.code not in _REFUSED_BLOCKS or canvas.poorer is None:
                raise
            log.info("canvas_refused", team=person.team, canvas=canvas.value)
            return await self._whisper_on_best(canvas.poorer, asker, sheet, asked, person)
        return canvas

    async def _whisper_on(
        self, canvas: Canvas, asker: Asker, sheet: Sheet, asked: StatisticsOf, person: Person
    ) -> None:
        drawing = None if canvas is Canvas.NATIVE else await asyncio.to_thread(picture, sheet.chart)
        message = ui.shown(sheet, asked, words_for(person.locale), canvas, is_drawn=drawing is not None)
        await self._slack.whisper(asker, message, strict=canvas.poorer is not None)
        if drawing:
            await self._send(person, "chart.png", drawing, sheet)

    async def _send(self, person: Person, name: str, content: bytes, sheet: Sheet) -> None:
        """Share a file that shows a sheet in the person's direct messages."""
        place = await self._slack.direct_messages(person.team, person.id)
        file = await self._slack.upload(person.team, BytesIO(content), name=name, description=sheet.description)
        await self._slack.share(place, [Upload(file, name)], sheet.sentence)
