"""Records what a session's card shows, in the same write as what is done next because of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.model.session import Session
from bot.model.session.timeline import renewed
from bot.store.sessions.store import Sessions


class DrawnRecord:
    """The record of a session whose card was just updated.

    Drawing a card again does no harm: that it was drawn waits for the next thing that is worth a write.
    """

    def __init__(self, sessions: Sessions, recorded: Session, shown: Session) -> None:
        self._sessions = sessions
        self._latest = recorded
        self._shown = shown

    async def note(self, edit: Callable[[Session], Session] = lambda latest: latest) -> None:
        """Write an edit of the record, and that the card was drawn; without anything new, write nothing."""
        self._latest = await self._sessions.update(self._latest, lambda latest: edit(self._as_drawn(latest)))

    def _as_drawn(self, latest: Session) -> Session:
        """Return the record with the steps that were shown; nothing is due, unless that is a newer version by now."""
        is_shown = latest.redraw_due == self._shown.redraw_due
        steps = renewed(latest.timeline, self._shown.timeline)
        return replace(latest, timeline=steps, redraw_due=None if is_shown else latest.redraw_due)
