"""A Redis that fails over: a primary with two replicas, and the three Sentinels that watch it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.store.server.embedded import server_binary
from playground.demo import free_port
from tests.scenarios.process import Running, program

SERVICE = "apizee"


@dataclass(frozen=True)
class Watched:
    """A primary that can be killed, and the address that names its Sentinels."""

    primary: Running
    url: str


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


@asynccontextmanager
async def watched_by_sentinels(folder: Path) -> AsyncIterator[Watched]:
    """Yield a primary with two replicas, once the three Sentinels know of all and can elect another one."""
    primary_config = "appendonly yes\nrepl-diskless-sync-delay 0\n"
    replica = primary_config + "replicaof 127.0.0.1 {}\n"
    async with AsyncExitStack() as stack:
        primary, port = await stack.enter_async_context(server(folder / "primary", config=primary_config))
        for name in ("first", "second"):
            await stack.enter_async_context(server(folder / name, config=replica.format(port)))
        config = (
            f"sentinel monitor {SERVICE} 127.0.0.1 {port} 2\n"
            f"sentinel down-after-milliseconds {SERVICE} 1500\n"  # sooner, they give up healthy ones of a busy machine
            f"sentinel failover-timeout {SERVICE} 2000\n"
        )
        ports = [
            (await stack.enter_async_context(server(folder / f"sentinel{n}", "--sentinel", config=config)))[1]
            for n in range(3)
        ]
        async with asyncio.timeout(20), Redis(port=port) as redis:
            while await redis.wait(2, 100) < 2:
                pass
        address = ",".join(f"127.0.0.1:{one}" for one in ports)
        await _all_sentinels_know(ports)
        yield Watched(primary, f"redis+sentinel://{address}/{SERVICE}/0")


async def _all_sentinels_know(ports: Sequence[int]) -> None:
    """Wait until each Sentinel knows the replicas and the other Sentinels: before, they elect nobody."""
    for port in ports:
        async with asyncio.timeout(30), Redis(port=port, decode_responses=True) as sentinel:
            while True:
                state = await sentinel.execute_command("SENTINEL", "MASTER", SERVICE)  # type: ignore[no-untyped-call]  # redis-py's
                if (int(state["num-slaves"]), int(state["num-other-sentinels"])) == (2, 2):
                    break
                await asyncio.sleep(0.1)
