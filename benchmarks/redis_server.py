"""A Redis of a measurement's own, and how often it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from benchmarks.process import Running, free_port, running
from bot.store.server.embedded import server_binary

_ANSWERS_WITHIN = 10.0
_SETTLES = 0.3
_TWO_DAYS = timedelta(days=2)

_FORGET_SOON = """
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('TTL', key)
  if left >= 0 and left <= tonumber(ARGV[1]) then redis.call('UNLINK', key) end
end
"""


@dataclass(frozen=True, slots=True)
class Served:
    """What a server has done so far.

    Its processor's seconds, the commands that it ran, also those inside of scripts, and the bytes that it read from
    clients and wrote to them.
    """

    cpu: float
    commands: int
    bytes: int


class RedisServer:
    """A server that writes its log of changes to disk every second, as the one that comes along with the bot."""

    def __init__(self, port: int, client: Redis, program: Running) -> None:
        self._port = port
        self._client = client
        self._program = program

    def url(self, database: int = 0) -> str:
        """Return the address of one of its databases."""
        return f"redis://127.0.0.1:{self._port}/{database}"

    def cpu_seconds(self) -> float:
        """Return what it has used of its processor so far."""
        return self._program.cpu_seconds()

    async def round_trips(self) -> int:
        """How often it has read something from a client so far: what is sent in one piece counts once."""
        about = await self._client.info("stats")
        return int(about["total_reads_processed"])

    async def idle_round_trips(self, seconds: float) -> float:
        """Return what the programs around it ask in a second when nobody wants anything."""
        before = await self.round_trips()
        await asyncio.sleep(seconds)
        return max(0.0, (await self.round_trips() - before - 1) / seconds)

    async def served(self) -> Served:
        """Return what it has done so far."""
        about = await self._client.info("stats")
        moved = int(about["total_net_input_bytes"]) + int(about["total_net_output_bytes"])
        return Served(self.cpu_seconds(), int(about["total_commands_processed"]), moved)

    async def used_bytes(self) -> int:
        """Return the memory that it uses now."""
        await asyncio.sleep(_SETTLES)
        about = await self._client.info("memory")
        return int(about["used_memory"])

    async def forget_soon(self) -> None:
        """Forget at once what would be gone two days from now."""
        await self._client.eval(_FORGET_SOON, 0, int(_TWO_DAYS.total_seconds()))


@asynccontextmanager
async def redis_server(folder: Path, *, core: int, binary: Path | None = None) -> AsyncIterator[RedisServer]:
    """Yield a server that answers, with its data in this folder; by default the one that comes along with the bot."""
    port = free_port()
    options = {"port": str(port), "bind": "127.0.0.1", "appendonly": "yes", "appendfsync": "everysec", "save": ""}
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    async with (
        running([str(binary or server_binary()), *words], {}, folder / "redis.log", core=core) as program,
        Redis(host="127.0.0.1", port=port) as client,
    ):
        await _answered(client)
        yield RedisServer(port, client, program)


async def _answered(client: Redis) -> None:
    async with asyncio.timeout(_ANSWERS_WITHIN):
        while True:
            try:
                await client.ping()
            except RedisConnectionError:
                await asyncio.sleep(0.01)
            else:
                return
