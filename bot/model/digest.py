"""The weekly digest: that a channel gets the figures of each week, and when the next ones are due."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from datetime import time as time_of_day
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

LATE_AFTER: Final = timedelta(hours=1)
"""A digest that cannot be sent by then is skipped: the next one comes a week later."""

_AT: Final = time_of_day(9)
_WEEK: Final = timedelta(days=7)


class DigestBlocked(StrEnum):
    """Why a channel cannot have a digest."""

    NOT_A_MEMBER = "not a member"
    ARCHIVED = "archived"
    RESTRICTED = "restricted"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Digest:
    """That a channel gets a digest, at 9:00 on Mondays in the time zone of the administrator who turned it on.

    `due` is when the next one is, in Unix seconds; `begun` is when a process was about to post it.
    """

    channel: str
    user: str
    due: float
    timezone: str = field(default="UTC", repr=False)
    locale: str = "en-US"
    begun: float | None = None

    def in_channel(self, channel: str) -> Digest:
        """Return the same under another id of its channel."""
        return replace(self, channel=channel)

    @property
    def is_late_from(self) -> float:
        """From when on it is too late to send the one that is due, in Unix seconds."""
        return self.due + LATE_AFTER.total_seconds()

    @property
    def days(self) -> tuple[datetime, datetime]:
        """The beginning and the end of the week that it is about: from Monday to Monday, before it is due."""
        until = datetime.fromtimestamp(self.due, _zone(self.timezone)).replace(hour=0, minute=0, second=0)
        return until - _WEEK, until


def next_due(now: float, timezone: str) -> float:
    """Return the first Monday, 9:00 in a time zone, that lies after a time; both in Unix seconds."""
    zone = _zone(timezone)
    today = datetime.fromtimestamp(now, zone).date()
    monday = today + timedelta(days=-today.weekday() % 7)
    due = datetime.combine(monday, _AT, zone)
    if due.timestamp() <= now:
        due = datetime.combine(monday + _WEEK, _AT, zone)
    return due.timestamp()


def _zone(name: str) -> tzinfo:
    """Return the time zone of an IANA name; UTC where it is unknown."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError):
        return UTC
