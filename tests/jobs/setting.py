"""What stories of jobs are made of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from redis.asyncio import Redis

from bot.jobs import Jobs
from bot.jobs.attempts import Patience
from bot.jobs.connection import PipelinedDocket
from bot.metrics import Metrics
from bot.sessions.admission import AckGate
from bot.store.server.locks import Locks
from bot.store.set_aside import SetAsideJobs
from bot.store.tries import Tries

TEAM: Final = "T0001"
KEPT: Final = timedelta(days=30)
IN_A_HURRY: Final = Patience(first_pause=0.01, longest_pause=0.05)
"""As many tries as in earnest, with short pauses."""


class Recorder:
    """Work of every kind that writes down how it was called, and fails as it is told."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.given_up: list[str] = []
        self.failures: list[BaseException] = []
        self.failures_to_tell: list[Exception] = []
        self.takes = 0.0

    async def start(self, team: str, session_id: str) -> None:
        await self._work(f"{team}/{session_id}")

    async def run(self, team: str, request_id: str) -> None:
        await self._work(f"{team}/{request_id}")

    async def deliver(self, team: str, session_id: str, *, last: bool, asked: bool = False) -> None:
        await self._work(f"{team}/{session_id} {'asked' if asked else 'last' if last else 'not last'}")

    async def forget_workspace(self, team: str) -> None:
        await self._work(team)

    async def on_exhausted(self, team: str, work_id: str, *, reference: str) -> None:
        assert reference
        self.given_up.append(f"{team}/{work_id}")
        if self.failures_to_tell:
            raise self.failures_to_tell.pop(0)

    async def _work(self, name: str) -> None:
        self.begun.append(name)
        if self.failures:
            raise self.failures.pop(0)
        await asyncio.sleep(self.takes)
        self.ended.append(name)


def jobs_on(
    docket: PipelinedDocket,
    redis: Redis,
    recorder: Recorder,
    metrics: Metrics,
    **options: Any,  # noqa: ANN401  # values of `Jobs`
) -> Jobs:
    return Jobs(
        docket,
        sessions=recorder,
        deferred=recorder,
        media=recorder,
        workspaces=recorder,
        tries=Tries(redis),
        set_aside=SetAsideJobs(redis, KEPT),
        locks=Locks(redis),
        metrics=metrics,
        before_each=AckGate().yield_to_acks,
        **options,
    )


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110  # the event is in Redis
            await asyncio.sleep(0.01)


async def idle(jobs: Jobs) -> None:
    """Return once nothing is on the queue."""
    async with asyncio.timeout(30):
        while await jobs.lag():  # noqa: ASYNC110  # the event would be in Redis
            await asyncio.sleep(0.01)
