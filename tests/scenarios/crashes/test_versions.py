"""An update while people work: what the version before took in is done by the version after it."""

from __future__ import annotations

import json
import time

from redis.asyncio import Redis

from bot.jobs.connection import PipelinedDocket
from bot.store import keys
from bot.store.keys.of_queue import NAME
from bot.store.sealing.keyring import KeyRing
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN
from tests.scenarios.environment import ENCRYPTION_KEY, Vendors, new_environment


async def run_deferred_request(_team: str, _request_id: str) -> None:
    """Stand for the job of that version, which hands its name on."""


async def test_a_look_up_from_before_the_first_release_is_answered(around: Vendors, redis: Redis) -> None:
    record = {
        "id": "e1",
        "task": "find",
        "asker": {"user": U_EN, "place": {"team": TEAM, "channel": SUPPORT}},
        "asked_at": time.time(),
        "details": {"kind": "assistance", "text": "no such ticket"},
        "announced": False,
    }
    await redis.set(keys.former_deferred(TEAM, "e1"), KeyRing([ENCRYPTION_KEY]).seal_text(json.dumps(record)), ex=1800)
    async with PipelinedDocket(NAME, around.environment["REDIS_URL"]) as docket:
        await docket.add(run_deferred_request, key="errand:e1")(TEAM, "e1")
    async with new_environment(around) as environment:
        await environment.private_message("no such ticket")
        await environment.settled()
    assert not await redis.exists(keys.former_deferred(TEAM, "e1"))
