"""Fetches the rows that statistics are made of: once from Apizee, then cached for some minutes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as time_of_day
from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter

from bot.apizee.answers.schemas import MeetingSession, TicketStatistics
from bot.grammar import Days
from bot.installation.accounts import Account, Accounts
from bot.model.people import Person
from bot.model.session import Kind, Session, State
from bot.statistics.aggregates import AssistanceRow, MeetingRow
from bot.store.cache import Cache
from bot.store.sessions.reader import SessionReader

KEPT_FOR: Final = timedelta(minutes=10)
KEPT_FOR_WHILE_THEY_GROW: Final = timedelta(minutes=5)
SERVICE_KEPT_FOR: Final = timedelta(days=30)

_SERVICE: Final = "meeting service"
_LONGEST_MEETING: Final = timedelta(days=1)
_SAME_END: Final = timedelta(seconds=30)

_NEVER_CAME_ABOUT: Final = frozenset({State.FAILED, State.CANCELLED, State.EXPIRED})

_Row = TypeVar("_Row")
_OPEN_AT_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Counted(Generic[_Row]):
    """What is counted, and as of when, in Unix seconds."""

    rows: tuple[_Row, ...]
    as_of: float


class StatisticsSource:
    """Reads what Apizee counts in the account of a workspace.

    All methods raise `NoAccount` where the workspace has none.
    """

    def __init__(
        self,
        accounts: Accounts,
        cache: Cache,
        sessions: SessionReader,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._accounts = accounts
        self._cache = cache
        self._sessions = sessions
        self._clock = clock
        self._one_at_a_time: dict[str, asyncio.Lock] = {}

    def now(self) -> float:
        """Return the time, in Unix seconds."""
        return self._clock()

    def today(self, zone: tzinfo) -> date:
        """Return today's date in a time zone."""
        return datetime.fromtimestamp(self._clock(), zone).date()

    async def assistances(self, team: str, days: Days, zone: tzinfo) -> Counted[AssistanceRow]:
        """Return the assistances of everybody of a workspace of some days.

        Those of other workspaces that use the same account are left out. Apizee is asked to the day after the last one,
        as its documentation does: whether that one belongs to them or not, each row counts once, on its own day.
        """
        account = await self._accounts.of(team)

        async def ask() -> tuple[AssistanceRow, ...]:
            rows = await account.apizee.ticket_statistics(since=days.first, until=days.last + timedelta(1))
            others = await self._accounts.others_among(team, account, Kind.ASSISTANCE, [row.id for row in rows])
            own = [row for row in rows if row.id not in others]
            still_open = await self._open_tickets(team)
            outcomes = await self._outcomes(team, days, zone)
            return tuple(
                replace(_assisted(row, day, still_open), outcome=outcomes.get(row.id, ""))
                for row, day in _by_own_days(own, days)
            )

        asked = f"counted tickets {days.first}..{days.last}"
        return await self._asked_once(team, account, asked, _ASSISTED, ask, days, zone)

    async def _open_tickets(self, team: str) -> frozenset[int]:
        """Return the tickets in which something may still happen, as our records say: Apizee's rows do not."""
        found = await self._sessions.all_open(team, limit=_OPEN_AT_MOST)
        return frozenset(one.remote.id for one in found if one.kind is Kind.ASSISTANCE and one.remote.id)

    async def _outcomes(self, team: str, days: Days, zone: tzinfo) -> Mapping[int, str]:
        """Return what was noted of the tickets of some days, as far as our records are still kept: Apizee has no such.

        The days may be those of another zone: a day more on both sides is looked at, and each ticket counts once.
        """
        since = _midnight(days.first, zone) - timedelta(1)
        until = _midnight(days.last, zone) + timedelta(2)
        sessions = await self._sessions.started_in(
            team, since=since.timestamp(), until=until.timestamp(), now=self._clock()
        )
        noted = [one for one in sessions if one.kind is Kind.ASSISTANCE and one.note and one.remote.id]
        return {one.remote.id: one.note.outcome for one in noted if one.remote.id and one.note}

    async def meetings(self, team: str, days: Days, zone: tzinfo) -> Counted[MeetingRow]:
        """Return the meetings of some days in a time zone: each once, on the day on which it began."""
        since, until = _midnight(days.first, zone), _midnight(days.last + timedelta(1), zone)

        account = await self._accounts.of(team)

        async def ask() -> tuple[MeetingRow, ...]:
            service_key = await self._service(team, account)
            if service_key is None:
                return ()
            sessions = await account.apizee.meeting_sessions(service_key=service_key, since=since, until=until)
            rows = [(session, _day_of(session, zone) or days.first) for session in sessions]
            return tuple(_met(session, day) for session, day in rows if day in days)

        asked = f"counted meetings {since.astimezone(UTC):%Y%m%dT%H%M}..{until.astimezone(UTC):%Y%m%dT%H%M}"
        return await self._asked_once(team, account, asked, _MET, ask, days, zone)

    async def participants(self, team: str, ended_at: datetime) -> int | None:
        """Return how many took part in the meeting that ended then; `None` where there is none, or more than one.

        Apizee does not say which conference a meeting took place in: it is known by its end.
        """
        account = await self._accounts.of(team)
        service_key = await self._service(team, account)
        if service_key is None:
            return None
        since, until = ended_at - _LONGEST_MEETING, ended_at + _SAME_END
        sessions = await account.apizee.meeting_sessions(service_key=service_key, since=since, until=until)
        same = [one for one in sessions if one.end_time and abs(one.end_time - ended_at) <= _SAME_END]
        return same[0].total_participant_count if len(same) == 1 else None

    async def _asked_once(
        self,
        team: str,
        account: Account,
        what: str,
        shape: TypeAdapter[Counted[_Row]],
        ask: Callable[[], Awaitable[tuple[_Row, ...]]],
        days: Days,
        zone: tzinfo,
    ) -> Counted[_Row]:
        """Return the rows of these days; those of several days are cached, for less long while they may grow."""
        if len(days) == 1:
            return Counted(await ask(), self._clock())
        what = f"{account.about.id} {what}"
        async with self._one_at_a_time.setdefault(account.key, asyncio.Lock()):
            if known := await self._cache.get(team, what):
                return shape.validate_json(known)
            counted = Counted(await ask(), self._clock())
            lasts = KEPT_FOR_WHILE_THEY_GROW if self.today(zone) in days else KEPT_FOR
            await self._cache.set(team, what, shape.dump_json(counted).decode(), lasts=lasts)
            return counted

    async def _service(self, team: str, account: Account) -> str | None:
        """Return the key of the meeting service, as Apizee gives it with each conference; `None` before the first."""
        what = f"{account.about.id} {_SERVICE}"
        if known := account.about.meeting_service_key or await self._cache.get(team, what):
            return known
        latest = await account.apizee.list_conferences(most=1)
        found = next((one.service_key for one in latest if one.service_key), None)
        if found:
            await self._cache.set(team, what, found, lasts=SERVICE_KEPT_FOR)
        return found


_ASSISTED: Final = TypeAdapter(Counted[AssistanceRow])
_MET: Final = TypeAdapter(Counted[MeetingRow])


def _by_own_days(rows: Sequence[TicketStatistics], days: Days) -> list[tuple[TicketStatistics, date]]:
    """Return the rows of these days, each once, with their day.

    Rows give their times without a zone, in that of the days which Apizee was asked for: nothing is to be converted.
    One without any time is of the day of the ticket before it, for numbers grow.
    """
    found, day = [], days.first
    for row in sorted({row.model_dump_json(): row for row in rows}.values(), key=lambda row: row.id):
        began = row.started_at or row.ended_at
        day = began.date() if began else day
        if day in days:
            found.append((row, day))
    return found


def _assisted(row: TicketStatistics, day: date, still_open: AbstractSet[int]) -> AssistanceRow:
    # Apizee's documented row has a call of some minutes and yet says “non”: who talked has answered.
    answered = bool(row.answered) or row.calls > 0
    return AssistanceRow(
        day=day,
        key=row.agent.casefold(),
        person=row.agent_name or row.agent,
        answered=answered,
        by_sms=row.invitations_by_sms,
        by_email=row.invitations_by_email,
        calls=row.calls,
        call_seconds=row.call_seconds,
        photos=row.photos,
        videos=row.videos,
        is_open=not answered and row.id in still_open,
    )


def _day_of(session: MeetingSession, zone: tzinfo) -> date | None:
    """Return the day of a meeting in a time zone; `None` where Apizee gives no time of it."""
    began = session.start_time or session.end_time
    return began.astimezone(zone).date() if began else None


def _met(session: MeetingSession, day: date) -> MeetingRow:
    organizer = session.organizer
    return MeetingRow(
        day=day,
        key=str(organizer.id or organizer.name) if organizer else "",
        person=organizer.name if organizer else "",
        participants=session.total_participant_count,
        seconds=max(0, int(session.duration.total_seconds())) if session.duration else 0,
    )


def meeting_row(session: Session, person: Person, zone: tzinfo) -> MeetingRow | None:
    """Return a meeting of our records as it is counted; `None` for what is no meeting, or never took place.

    How long it took counts once it is over: until then its end is the planned one.
    """
    if session.kind is not Kind.MEETING or session.remote.id is None or session.state in _NEVER_CAME_ABOUT:
        return None
    duration = session.remote.duration if session.state is State.DONE else None
    return MeetingRow(
        day=datetime.fromtimestamp(session.created_at, zone).date(),
        key=person.id,
        person=person.name,
        participants=session.outcome.participants or 0,
        seconds=int(duration.total_seconds()) if duration else 0,
        outcome=session.note.outcome if session.note else "",
    )


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time_of_day(), zone)
