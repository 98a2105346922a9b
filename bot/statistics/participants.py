"""Fetches how many took part in a meeting: Apizee counts them, some minutes after its end."""

from __future__ import annotations

from dataclasses import replace

from bot.jobs.queue import Queue
from bot.model.session import State
from bot.statistics.source import StatisticsSource
from bot.store.sessions.store import Sessions


class Participants:
    """Records the number of participants, for the card to show."""

    def __init__(self, sessions: Sessions, source: StatisticsSource, queue: Queue) -> None:
        self._sessions = sessions
        self._source = source
        self._queue = queue

    async def count(self, team: str, session_id: str) -> None:
        """Fetch and record the number; may be called again after any failure, raises `TryLater` to be called again."""
        session = await self._sessions.get(team, session_id)
        if session is None or session.state is not State.DONE:
            return
        participants = (
            await self._source.participants(team, session.remote.ended_at) if session.remote.ended_at else None
        )
        if participants is None:
            return
        await self._sessions.change(
            team, session_id, lambda latest: replace(latest, outcome=replace(latest.outcome, participants=participants))
        )
        await self._queue.request_redraw(team, session_id)
