"""A bot dies after it has recorded what is new in a session, and before anybody was to update its card."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio.connection import parse_url

from bot.timing import Timing
from tests.scenarios.environment import Vendors, new_environment
from tests.scenarios.kills import SOON_TAKEN_OVER, bot_of

FIRST_OF_A_REDRAW = b":slot:redraw:"


@pytest.fixture
def timing() -> Timing:
    return SOON_TAKEN_OVER


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
    way = WayToRedis(around.environment["REDIS_URL"], word)
    server = await asyncio.start_server(way.carry, "127.0.0.1", 0)
    url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield replace(around, environment={**around.environment, "REDIS_URL": url, "APIZEE_POLL_SECONDS": "1"}), way
    finally:
        server.close()


async def test_a_card_shows_what_a_bot_has_recorded_before_it_died(around: Vendors, tmp_path: Path) -> None:
    async with watched(around, FIRST_OF_A_REDRAW) as (here, way), bot_of(here, tmp_path) as (bot, environment):
        await environment.assist("+33 6 62 68 21 93")
        ticket = await environment.invited()
        way.is_armed = True
        environment.customer_comes(ticket)
        await asyncio.wait_for(way.reached.wait(), 20)
        await bot.end(signal.SIGKILL)
    assert "In progress" not in environment.cards()[0].text
    async with new_environment(around, apizee_poll_seconds=1) as environment:
        await environment.card("In progress")
