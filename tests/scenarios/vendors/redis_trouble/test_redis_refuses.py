"""Redis answers, but takes no writes: people read that it is away, machines come again, and all goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from redis.asyncio import Redis

from sandbox.slack.default_world import SUPPORT, U_EN
from tests.fixtures.forwarder import Forwarder, forwarding
from tests.scenarios.environment import Environment, new_environment, vendors
from tests.scenarios.process import RedisServer, redis_server

CUSTOMER = "+33 6 62 68 21 93"
AWAY = "cannot record anything right now"
SECRET = "the-webhook-secret"

Change = Callable[[Redis, Path], Awaitable[object]]


async def become_a_replica(redis: Redis, _folder: Path) -> None:
    await redis.replicaof("127.0.0.1", "1")


async def become_a_mute_replica(redis: Redis, folder: Path) -> None:
    await redis.config_set("replica-serve-stale-data", "no")
    await become_a_replica(redis, folder)


async def ask_for_replicas(redis: Redis, _folder: Path) -> None:
    await redis.config_set("min-replicas-to-write", 1)


async def be_full(redis: Redis, _folder: Path) -> None:
    await redis.config_set("maxmemory", 1)


async def have_a_full_disk(redis: Redis, folder: Path) -> None:
    (folder / "dump.rdb").mkdir()  # a snapshot cannot take this name
    await redis.config_set("save", "3600 1")
    await redis.set("something", "to save")
    await redis.bgsave()
    async with asyncio.timeout(10):
        while (await redis.info("persistence"))["rdb_last_bgsave_status"] == "ok":  # noqa: ASYNC110  # another program's state
            await asyncio.sleep(0.02)


async def recover(redis: Redis, _folder: Path) -> None:
    await redis.replicaof("NO", "ONE")
    for name in ("min-replicas-to-write", "maxmemory"):
        await redis.config_set(name, 0)
    await redis.config_set("save", "")


REFUSALS = [
    pytest.param(become_a_replica, id="READONLY"),
    pytest.param(become_a_mute_replica, id="MASTERDOWN"),
    pytest.param(ask_for_replicas, id="NOREPLICAS"),
    pytest.param(be_full, id="OOM"),
    pytest.param(have_a_full_disk, id="MISCONF"),
]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    async with redis_server(tmp_path) as server:
        yield server


@pytest.fixture
async def environment(server: RedisServer, tmp_path: Path) -> AsyncIterator[Environment]:
    async with (
        vendors(server.url, tmp_path) as around,
        new_environment(around, apizee_webhook_secret=SECRET) as environment,
    ):
        yield environment


async def status(environment: Environment, path: str = "/readyz") -> int:
    async with httpx.AsyncClient(timeout=10) as http:
        return (await http.get(environment.bot_url + path)).status_code


async def webhook(environment: Environment) -> int:
    said = {"event": "update", "time": 1, "object": "media", "objectId": 1}
    async with httpx.AsyncClient(timeout=10) as http:
        answer = await http.post(
            f"{environment.bot_url}/apizee/webhooks", json=said, headers={"X-Webhook-Secret": SECRET}
        )
    return answer.status_code


async def ready(environment: Environment) -> None:
    async with asyncio.timeout(10):
        while await status(environment) != httpx.codes.OK:  # noqa: ASYNC110  # another program's state
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("refuse", REFUSALS)
async def test_a_redis_that_takes_no_writes_is_away_for_people_and_machines_and_all_goes_on_afterwards(
    environment: Environment, server: RedisServer, tmp_path: Path, refuse: Change
) -> None:
    await environment.assist(CUSTOMER)
    card = await environment.card("Invited")
    await environment.settled()
    asked = len(environment.apizee.requests)
    async with Redis.from_url(server.url) as redis:
        await refuse(redis, tmp_path)
        for command, text in [("/assist", "ann@example.com"), ("/meet", "ann@example.com"), ("/assist", "find 1")]:
            delivered = await environment.people.command(U_EN, SUPPORT, command, text)
            assert (delivered.outcome, AWAY in delivered.body) == ("ok", True), delivered
        await environment.people.click(U_EN, card, "session_refresh")
        await environment.private_message(AWAY)
        assert [await status(environment), await webhook(environment)] == [503, 503]
        assert len(environment.apizee.requests) == asked
        await recover(redis, tmp_path)
    await ready(environment)
    assert await webhook(environment) == 200
    delivered = await environment.people.command(U_EN, SUPPORT, "/meet", "ann@example.com")
    assert (delivered.outcome, delivered.body) == ("ok", "")
    await environment.slack.wait_for(
        lambda: [one for one in environment.cards() if "The guests are invited" in one.text]
    )
    assert not any("Something went wrong" in one for one in environment.ephemeral_messages())


async def test_after_a_failover_behind_a_name_the_next_command_is_taken_in(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    async with redis_server(tmp_path / "first") as first, redis_server(tmp_path / "second") as second:
        ports = [urlsplit(server.url).port or 0 for server in (first, second)]
        async with (
            forwarding(ports[0], Forwarder) as (name, port),
            vendors(f"redis://127.0.0.1:{port}", tmp_path) as around,
            new_environment(around) as environment,
            Redis.from_url(first.url) as old,
            Redis.from_url(second.url) as new,
        ):
            await old.config_set("repl-diskless-sync-delay", 0)
            await new.replicaof("127.0.0.1", ports[0])
            await environment.assist(CUSTOMER)
            await environment.invited()
            await environment.settled()
            await _caught_up(old)
            await new.replicaof("NO", "ONE")
            await old.replicaof("127.0.0.1", ports[1])
            name.port = ports[1]
            for number in range(5):
                delivered = await environment.people.command(U_EN, SUPPORT, "/assist", f"guest{number}@example.com")
                assert (delivered.outcome, delivered.body) == ("ok", ""), delivered
                assert await status(environment) == 200
            await environment.apizee.wait_for(lambda: len(environment.apizee.tickets) == 6, 90)


async def _caught_up(primary: Redis) -> None:
    async with asyncio.timeout(20):
        while not await primary.wait(1, 100):
            pass
