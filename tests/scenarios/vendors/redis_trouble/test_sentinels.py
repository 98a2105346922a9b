"""Three Sentinels watch a primary with two replicas: when it dies while commands arrive, the bot goes on by itself."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store.server.address import Sentinels
from bot.store.server.embedded import server_binary
from playground.demo import free_port
from sandbox.slack.default_world import SUPPORT, U_EN
from tests.scenarios.environment import Environment, new_environment, vendors
from tests.scenarios.process import Running, program

SERVICE = "apizee"
PER_SECOND = 20


@dataclass(frozen=True)
class Cluster:
    """A primary that can be killed, two replicas, and the address that names their Sentinels."""

    primary: Running
    url: str
    sentinels: Sentinels


@asynccontextmanager
async def server(folder: Path, *options: str, config: str = "") -> AsyncIterator[tuple[Running, int]]:
    """Yield a server of Redis' kind, and its port."""
    port = free_port()
    folder.mkdir()  # noqa: ASYNC240  # a folder of the test's own
    (folder / "redis.conf").write_text(f'port {port}\nbind 127.0.0.1\ndir {folder}\nsave ""\n{config}')
    async with program([str(server_binary()), str(folder / "redis.conf"), *options], {}, folder) as running:
        async with asyncio.timeout(20), Redis(port=port) as redis:
            while True:
                try:
                    await redis.ping()
                    break
                except RedisError:
                    await asyncio.sleep(0.02)
        yield running, port


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Cluster]:
    primary_config = "appendonly yes\nrepl-diskless-sync-delay 0\n"
    replica = primary_config + "replicaof 127.0.0.1 {}\n"
    async with AsyncExitStack() as stack:
        primary, port = await stack.enter_async_context(server(tmp_path / "primary", config=primary_config))
        for name in ("first", "second"):
            await stack.enter_async_context(server(tmp_path / name, config=replica.format(port)))
        config = (
            f"sentinel monitor {SERVICE} 127.0.0.1 {port} 2\n"
            f"sentinel down-after-milliseconds {SERVICE} 400\n"
            f"sentinel failover-timeout {SERVICE} 2000\n"
        )
        ports = [
            (await stack.enter_async_context(server(tmp_path / f"sentinel{n}", "--sentinel", config=config)))[1]
            for n in range(3)
        ]
        async with asyncio.timeout(20), Redis(port=port) as redis:
            while await redis.wait(2, 100) < 2:
                pass
        hosts = tuple(("127.0.0.1", one) for one in ports)
        address = ",".join(f"127.0.0.1:{one}" for one in ports)
        yield Cluster(primary, f"redis+sentinel://{address}/{SERVICE}/0", Sentinels(hosts, SERVICE, {}))


async def all_sentinels_know(watched: Cluster) -> None:
    """Wait until each Sentinel knows the replicas and the other Sentinels: before, they elect nobody."""
    for _, port in watched.sentinels.hosts:
        async with asyncio.timeout(30), Redis(port=port, decode_responses=True) as sentinel:
            while True:
                state = await sentinel.execute_command("SENTINEL", "MASTER", SERVICE)  # type: ignore[no-untyped-call]  # redis-py's
                if (int(state["num-slaves"]), int(state["num-other-sentinels"])) == (2, 2):
                    break
                await asyncio.sleep(0.1)


async def test_a_primary_that_dies_costs_no_acknowledged_command_and_invites_nobody_twice(
    watched: Cluster, tmp_path: Path
) -> None:
    acknowledged: list[str] = []

    async def type_one(environment: Environment, number: int) -> None:
        contact = f"customer{number}@client.com"
        delivered = await environment.people.command(U_EN, SUPPORT, "/assist", contact)
        if (delivered.outcome, delivered.body) == ("ok", ""):
            acknowledged.append(contact)

    async def type_until(environment: Environment, enough: int, typing: asyncio.TaskGroup) -> None:
        async with asyncio.timeout(60):
            while len(acknowledged) < enough:
                typing.create_task(type_one(environment, next(numbers)))
                await asyncio.sleep(1 / PER_SECOND)

    numbers = itertools.count()
    await all_sentinels_know(watched)
    url = f"{watched.url}?wait_for_replicas=1"
    async with vendors(url, tmp_path) as around, new_environment(around, invitations_per_hour=1_000) as environment:
        async with asyncio.TaskGroup() as typing:
            await type_until(environment, 20, typing)
            watched.primary.process.kill()
            await type_until(environment, 40, typing)
        outbox = environment.apizee.outbox
        await environment.apizee.wait_for(lambda: {one.to for one in outbox} >= set(acknowledged), 90)
        await environment.settled()
        assert len({one.to for one in outbox}) == len(outbox)
        assert not any("Something went wrong" in one for one in environment.ephemeral_messages())
