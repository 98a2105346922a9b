"""Three Sentinels watch a primary with two replicas: when it dies while commands arrive, the bot goes on by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.scenarios.crowd import Crowd
from tests.scenarios.environment import new_environment, vendors
from tests.scenarios.sentinels import watched_by_sentinels


async def test_a_primary_that_dies_costs_no_acknowledged_command_and_invites_nobody_twice(tmp_path: Path) -> None:
    async with (
        watched_by_sentinels(tmp_path) as watched,
        vendors(f"{watched.url}?wait_for_replicas=1", tmp_path) as around,
        new_environment(around, invitations_per_hour=1_000) as environment,
    ):
        crowd = Crowd(environment)
        async with asyncio.TaskGroup() as typing:
            await crowd.types_until(typing, 20)
            watched.primary.process.kill()
            await crowd.types_until(typing, 20)
        await environment.settled()
        await crowd.has_what_it_asked_for()
        assert not any("Something went wrong" in one for one in environment.ephemeral_messages())
