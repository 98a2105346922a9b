"""A way to Redis that ends at a command which a story chooses: a bot dies before that command arrives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from redis.asyncio.connection import parse_url

from tests.scenarios.environment import Vendors


class WayToRedis:
    """The only way from a bot to its Redis; once armed, the first command that holds some bytes never arrives."""

    def __init__(self, redis_url: str, word: bytes) -> None:
        self._there = parse_url(redis_url)
        self._word = word
        self.is_armed = False
        self.reached = asyncio.Event()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection's bytes both ways until either end closes."""
        there = self._there
        if "path" in there:
            back, onward = await asyncio.open_unix_connection(there["path"])
        else:
            back, onward = await asyncio.open_connection(there["host"], there["port"])
        await asyncio.gather(_pump(reader, onward, self._may_pass), _pump(back, writer, lambda _bytes: True))

    def _may_pass(self, piece: bytes) -> bool:
        if self.is_armed and self._word in piece:
            self.reached.set()
        return not self.reached.is_set()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, may_pass: Callable[[bytes], bool]) -> None:
    with suppress(OSError):
        while (piece := await reader.read(65_536)) and may_pass(piece):
            writer.write(piece)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def watched(around: Vendors, word: bytes) -> AsyncIterator[tuple[Vendors, WayToRedis]]:
    """Yield the same environment, in which a bot reaches its Redis by a way that may end."""
    redis_url = around.environment["REDIS_URL"]
    way = WayToRedis(redis_url, word)
    server = await asyncio.start_server(way.carry, "127.0.0.1", 0)
    database = parse_url(redis_url).get("db", 0)  # other tests may have others on the same server
    url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/{database}"
    try:
        yield replace(around, environment={**around.environment, "REDIS_URL": url, "APIZEE_POLL_SECONDS": "1"}), way
    finally:
        server.close()
