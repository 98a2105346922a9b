"""Shows a workspace's statistics to the person who asked: in the conversation where they asked, and as a file."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Final

from bot.grammar import Days
from bot.log import get_logger
from bot.model.media import Upload
from bot.model.messages import Message
from bot.model.people import Person, Requester
from bot.model.session import Kind
from bot.model.targets import StatisticsOf
from bot.policy.agents import Agents
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.statistics import views as ui
from bot.statistics.aggregates import AssistanceFigures, AssistanceRow, MeetingFigures, MeetingRow, aggregate
from bot.statistics.charts import picture
from bot.statistics.source import Counted, StatisticsSource, meeting_row
from bot.statistics.views import RenderMode, Report
from bot.store.cache import Cache
from bot.store.sessions.store import Sessions
from bot.ui.text import translator_for, zone_of

# Slack brings new blocks to one workspace after the other: each is tried again after some weeks.
RENDER_MODE_KEPT_FOR: Final = timedelta(days=30)

_RENDER_MODE: Final = "canvas"
_REFUSED_BLOCKS: Final = frozenset({"invalid_blocks", "invalid_blocks_format"})

log = get_logger(__name__)


class StatisticsReport:
    """Answers questions about statistics."""

    def __init__(
        self, source: StatisticsSource, sessions: Sessions, slack: Slack, agents: Agents, cache: Cache
    ) -> None:
        self._source = source
        self._sessions = sessions
        self._slack = slack
        self._agents = agents
        self._cache = cache

    async def show(self, requester: Requester, asked: StatisticsOf, person: Person) -> Message | None:
        """Send the statistics privately; returns a message to send where there are none.

        Raises `NotUnderstood` for days that cannot be counted and `NoAgent`.
        """
        days = self._days(asked, person)
        report = await self._report(asked, days, person)
        if report is None:
            return ui.nothing(asked, days, translator_for(person.locale))
        await self._private(requester, report, ui.fixed(asked, days), person)
        return None

    async def send_file(self, asked: StatisticsOf, person: Person) -> Message:
        """Send the statistics as a CSV file into the person's direct messages; raises what `show` raises."""
        days = self._days(asked, person)
        report = await self._report(asked, days, person)
        if report is None:
            return ui.nothing(asked, days, translator_for(person.locale))
        await self._send(person, report.file_name, report.csv, report)
        return ui.file_sent(translator_for(person.locale))

    def _days(self, asked: StatisticsOf, person: Person) -> Days:
        return asked.period.on(self._source.today(zone_of(person.timezone)))

    async def _report(self, asked: StatisticsOf, days: Days, person: Person) -> Report | None:
        """Return the statistics in the person's language, or `None` where there was no session."""
        translate = translator_for(person.locale)
        match asked.kind:
            case Kind.MEETING:
                meetings = await self._meetings(asked, days, person)
                figures = aggregate(meetings.rows, days, MeetingFigures.of)
                report = ui.meeting_report(figures, translate, everybody=asked.everybody) if meetings.rows else None
                as_of = meetings.as_of
            case Kind.ASSISTANCE:
                counted = await self._assistances(asked, days, person)
                statistics = aggregate(counted.rows, days, AssistanceFigures.of)
                report = (
                    ui.assistance_report(statistics, translate, everybody=asked.everybody) if counted.rows else None
                )
                as_of = counted.as_of
        return replace(report, as_of=ui.as_of(as_of, translate, person.timezone)) if report else None

    async def _assistances(self, asked: StatisticsOf, days: Days, person: Person) -> Counted[AssistanceRow]:
        login = None if asked.everybody else (await self._agents.login(person)).casefold()
        counted = await self._source.assistances(person.team, days, zone_of(person.timezone))
        return replace(counted, rows=tuple(row for row in counted.rows if login in {None, row.key}))

    async def _meetings(self, asked: StatisticsOf, days: Days, person: Person) -> Counted[MeetingRow]:
        """Return the meetings of the service, as Apizee counts them, or those that the person has started here.

        Apizee names the organizer of a meeting, and does not say whose login that is: one's own are those of our
        records.
        """
        zone = zone_of(person.timezone)
        if asked.everybody:
            return await self._source.meetings(person.team, days, zone)
        since, until = (datetime.combine(day, time(), zone) for day in (days.first, days.last + timedelta(days=1)))
        started = await self._sessions.started_by(person.team, person.id, since=since, until=until)
        rows = tuple(row for session in started if (row := meeting_row(session, person, zone)))
        return Counted(rows, self._source.now())

    async def _private(self, requester: Requester, report: Report, asked: StatisticsOf, person: Person) -> None:
        """Send the report in the best mode that the workspace accepts; a mode it refuses is left out for a while."""
        best = RenderMode(await self._cache.get(person.team, _RENDER_MODE) or RenderMode.NATIVE)
        taken = await self._private_on_best(best, requester, report, asked, person)
        if taken is not best:
            await self._cache.set(person.team, _RENDER_MODE, taken.value, lasts=RENDER_MODE_KEPT_FOR)

    async def _private_on_best(
        self, render_mode: RenderMode, requester: Requester, report: Report, asked: StatisticsOf, person: Person
    ) -> RenderMode:
        """Send the report in this mode, else in its first fallback that Slack accepts; returns the mode used."""
        try:
            await self._private_on(render_mode, requester, report, asked, person)
        except SlackError as error:
            if error.code not in _REFUSED_BLOCKS or render_mode.fallback is None:
                raise
            log.info("render_mode_refused", team=person.team, render_mode=render_mode.value)
            return await self._private_on_best(render_mode.fallback, requester, report, asked, person)
        return render_mode

    async def _private_on(
        self, render_mode: RenderMode, requester: Requester, report: Report, asked: StatisticsOf, person: Person
    ) -> None:
        is_picture = report.chart and render_mode is not RenderMode.NATIVE
        drawing = await asyncio.to_thread(picture, report.chart) if report.chart and is_picture else None
        message = ui.shown(report, asked, translator_for(person.locale), render_mode, is_drawn=drawing is not None)
        await self._slack.send_private(requester, message, strict=render_mode.fallback is not None)
        if drawing:
            await self._send(person, "chart.png", drawing, report)

    async def _send(self, person: Person, name: str, content: bytes, report: Report) -> None:
        """Share a file that shows a report in the person's direct messages."""
        conversation = await self._slack.direct_messages(person.team, person.id)
        file = await self._slack.upload(person.team, BytesIO(content), name=name, description=report.description)
        await self._slack.share(conversation, [Upload(file, name)], f"{report.sentence}\n{report.as_of}")
