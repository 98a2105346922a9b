"""Three primaries with a replica each: one that dies or hangs is replaced, with the queue or a workspace on it."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from bot.jobs.attempts import RetryPolicy
from bot.store import keys
from bot.store.keys.of_queue import NAME, name_in
from bot.store.timing import RedisTiming
from sandbox.slack.default_world import TEAM
from tests.fixtures.redis_cluster import Cluster, Node, a_cluster
from tests.scenarios.crowd import Crowd
from tests.scenarios.environment import vendors
from tests.scenarios.kills import SOON_TAKEN_OVER
from tests.scenarios.process import forked, in_environment

pytestmark = pytest.mark.xdist_group("cluster")

HEALS_WITHIN = 3.0
TIMING = replace(
    SOON_TAKEN_OVER, redis=RedisTiming(answer=1.0, queue=1.5), retry=RetryPolicy(first_pause=0.1, longest_pause=1.0)
)
"""What hangs is given up sooner, so that the story ends sooner."""


@pytest.fixture
def replicated() -> Iterator[Cluster]:
    with a_cluster(replicas_of_each=1, node_timeout=700) as started:
        yield started


async def replaced(cluster: Cluster, dead: Node) -> None:
    """Return once another server has taken the place of a dead primary."""
    replica = cluster.replicas[cluster.primaries.index(dead)]
    async with asyncio.timeout(30):
        while replica.said("ROLE")[0] != "master":  # noqa: ASYNC110  # another program's state
            await asyncio.sleep(0.02)


async def test_a_primary_that_dies_costs_no_acknowledged_command_and_invites_nobody_twice(
    replicated: Cluster, tmp_path: Path
) -> None:
    of_queue, of_team = (
        replicated.owner(key) for key in (f"{name_in(NAME, is_cluster=True)}:stream", keys.open_sessions(TEAM))
    )
    assert of_queue is not of_team
    async with vendors(replicated.url, tmp_path) as around:
        settings = {**around.environment, "INVITATIONS_PER_HOUR": "1000"}
        folders = [tmp_path / "first", tmp_path / "second"]
        for folder in folders:
            folder.mkdir()
        async with (
            forked(settings, folders[0], timing=TIMING) as bot,
            forked(settings, folders[1], timing=TIMING),
            in_environment(bot.url, around) as environment,
            httpx.AsyncClient(base_url=bot.url, trust_env=False) as probe,
        ):
            crowd = Crowd(environment)
            async with asyncio.TaskGroup() as typing:
                await crowd.types_until(typing, 20)
                for dying, way in ((of_queue, signal.SIGKILL), (of_team, signal.SIGSTOP)):
                    dying.process.send_signal(way)
                    await crowd.types_during(typing, replaced(replicated, dying))
                    since = time.monotonic()
                    await crowd.types_until(typing, 1)
                    assert time.monotonic() - since < HEALS_WITHIN
                    await crowd.types_until(typing, 10)
            assert (await probe.get("/readyz")).status_code == HTTPStatus.OK
            assert not crowd.unanswered
            await crowd.has_what_it_asked_for()
            assert not any("Something went wrong" in one for one in environment.ephemeral_messages())
