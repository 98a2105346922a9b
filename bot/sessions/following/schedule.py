"""Says how often Apizee is asked for all open sessions, without I/O; more rarely for what webhooks announce."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.apizee.webhooks import Subject
from bot.model.session import Kind, Session, State

RARER_WITH_WEBHOOKS: Final = 10
# The next round must find Apizee's turn due, however punctual it is.
_A_LITTLE_EARLIER: Final = 0.9


@dataclass(frozen=True, slots=True)
class PollSchedule:
    """Says how often to poll; what webhooks announce is asked for in one of ten rounds at most."""

    every: timedelta

    @property
    def announced_for(self) -> timedelta:
        """How long a webhook counts: after it, the round that comes next finds them silent, within two polls."""
        return self.every * _A_LITTLE_EARLIER

    def until_next_poll(self, *, webhooks: bool) -> timedelta:
        """Return for how long Apizee need not be asked."""
        return self.every * _A_LITTLE_EARLIER * (RARER_WITH_WEBHOOKS if webhooks else 1)

    def is_overdue(self, session: Session, *, now: float) -> bool:
        """Return whether a session was not seen for so long that a webhook may have been lost."""
        return self.is_any_overdue([session], now=now)

    def is_any_overdue(self, sessions: Iterable[Session], *, now: float) -> bool:
        """Return whether one of these sessions was not seen for so long that a webhook may have been lost.

        What was seen long after `now` was seen before the clock was set back: then nobody knows.
        """
        longest = self.until_next_poll(webhooks=True).total_seconds()
        return any(abs(now - max(one.seen_at, one.created_at)) >= longest for one in sessions)


def are_announced(sessions: Collection[Session], subjects: Collection[str]) -> bool:
    """Return whether webhooks about these subjects announce what will happen next to each of the sessions."""
    return all(_announced_by(session) in subjects for session in sessions)


def _announced_by(session: Session) -> Subject:
    """Return what a webhook that announces the session's next change is about."""
    if session.kind is Kind.ASSISTANCE:
        return Subject.ASSISTANCE
    return Subject.MEETING_END if session.state is State.IN_PROGRESS else Subject.MEETING_START
