"""When a session is to start that somebody has planned; all times are Unix seconds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

LATE_AFTER: Final = timedelta(minutes=15)
"""What comes due later than that starts only when its agent says so."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When a session starts (`at`), since somebody last said so (`set_at`).

    `reminded` is whether its agent was reminded, `asked` whether they were asked what to do with it once it was late.
    """

    at: float
    set_at: float
    reminded: bool = False
    asked: bool = False

    def moved(self, at: float, *, now: float) -> Plan:
        """Return the plan for another time."""
        return replace(self, at=at, set_at=now, reminded=False, asked=False)

    def reminder_at(self, before: timedelta) -> float | None:
        """Return when its agent is reminded; `None` where it was planned for sooner than that."""
        moment = self.at - before.total_seconds()
        return moment if before and moment > self.set_at else None

    def is_late(self, now: float) -> bool:
        """Return whether it can no longer start by itself."""
        return now > self.at + LATE_AFTER.total_seconds()
