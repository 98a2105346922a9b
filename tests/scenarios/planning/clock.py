"""A clock that stories set ahead, so that what is planned comes due."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playground.redis_process import bring_forward


@dataclass
class StoryClock:
    """The time of Slack, of the bot and of its queue; `ahead` of the machine's by so many seconds."""

    redis_url: str
    ahead: float = 0.0

    def __call__(self) -> float:
        """Return the time in Unix seconds."""
        return time.time() + self.ahead

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.fromtimestamp(self(), UTC)

    async def pass_time(self, *, minutes: float = 0.0, seconds: float = 0.0) -> None:
        """Let time pass at once; what the queue holds for then is due."""
        span = timedelta(minutes=minutes, seconds=seconds)
        self.ahead += span.total_seconds()
        await bring_forward(self.redis_url, span)

    def in_minutes(self, minutes: float) -> str:
        """Return a time as people type it after `at:`; it has whole minutes."""
        moment = self.now() + timedelta(minutes=minutes)
        return f"{moment:%Y-%m-%dT%H:%M}Z"
