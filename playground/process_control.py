"""What runs behind the page: the bot as a process of its own, and its Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.model.session import Session
from playground.clock_file import ClockFile
from playground.page import BotState
from playground.redis_process import RedisProcess
from playground.supervisor import Supervisor


class ProcessControl:
    """The `BotControl` of the demo."""

    def __init__(self, supervisor: Supervisor, redis: RedisProcess, clock: ClockFile) -> None:
        self._supervisor = supervisor
        self._redis = redis
        self._clock = clock

    @property
    def state(self) -> BotState:
        """How the bot is."""
        return self._supervisor.state

    @property
    def kills(self) -> int:
        """How often the bot was killed."""
        return self._supervisor.kills

    @property
    def is_redis_stopped(self) -> bool:
        """Whether Redis takes connections and answers nothing."""
        return self._redis.is_stopped

    def kill_bot(self) -> None:
        """`kill -9`."""
        self._supervisor.kill()

    def stop_redis(self) -> None:
        """`kill -STOP`."""
        self._redis.stop()

    def resume_redis(self) -> None:
        """`kill -CONT`."""
        self._redis.resume()

    def set_ahead(self, span: timedelta) -> None:
        """Set the clock of the bot's process."""
        self._clock.set_ahead(span)

    async def bring_forward(self, span: timedelta) -> None:
        """Let what the bot's queue holds for later be due so much sooner."""
        await self._redis.bring_forward(span)

    async def next_plan(self) -> timedelta | None:
        """Return in how much time the next planned session, or its reminder, is due."""
        return await self._redis.next_plan()

    async def plans_done(self) -> None:
        """Return once what is due of planned sessions is done."""
        await self._redis.plans_done()

    async def remember(self, records: Sequence[Session]) -> None:
        """Put these records into the bot's Redis."""
        await self._redis.remember(records)

    @asynccontextmanager
    async def forgetting(self) -> AsyncIterator[None]:
        """Within, the bot does not run, and Redis is empty."""
        self._redis.resume()
        async with self._supervisor.paused():
            await self._redis.forget()
            yield
