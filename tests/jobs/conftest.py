"""Jobs on a real server, with work that writes down how it was called."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.jobs.connection import PipelinedDocket
from bot.metrics import Metrics
from bot.store.keys.of_queue import NAME
from bot.store.set_aside import SetAsideJobs
from tests.jobs.setting import KEPT, Jobs, Recorder, jobs_on


@pytest.fixture(autouse=True)
def logs() -> Iterator[Sequence[Mapping[str, Any]]]:
    """Yield what is logged without writing it: coloured tracebacks that nobody sees would take most of the time."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def set_aside(redis: Redis) -> SetAsideJobs:
    return SetAsideJobs(redis, KEPT)


@pytest.fixture
async def docket(redis: Redis, redis_url: str) -> AsyncIterator[PipelinedDocket]:  # noqa: ARG001  # emptied
    async with PipelinedDocket(NAME, redis_url) as docket:
        yield docket


@pytest.fixture
def jobs(docket: PipelinedDocket, redis: Redis, recorder: Recorder, metrics: Metrics) -> Jobs:
    return jobs_on(docket, redis, recorder, metrics)
