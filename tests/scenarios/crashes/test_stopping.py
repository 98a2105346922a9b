"""While a bot stops, everybody who was let in is answered; everybody else is not let in."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.scenarios.environment import Vendors
from tests.scenarios.process import staged_by

CALLERS = 30
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n"


async def connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a connection to a bot."""
    return await asyncio.open_connection("127.0.0.1", urlsplit(url).port)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes = REQUEST) -> bytes:
    """All that is said to a request, until the connection ends."""
    try:
        writer.write(request)
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_every_connection_that_came_about_is_answered(around: Vendors, tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()

    async def call(url: str) -> None:
        while True:
            try:
                reader, writer = await connected(url)
            except ConnectionError:
                return
            said = await answer(reader, writer, REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            outcomes["answered" if b" 200 OK" in said else f"lost: {said!r}"] += 1

    async with staged_by(around, tmp_path, "--no-worker") as (bot, _):
        calls = [asyncio.create_task(call(bot.url)) for _ in range(CALLERS)]
        while outcomes["answered"] < CALLERS:  # noqa: ASYNC110  # counted elsewhere
            await asyncio.sleep(0.01)
        assert await bot.end() == 0
        await asyncio.gather(*calls)
    assert set(outcomes) == {"answered"}


@pytest.mark.parametrize("begun", [b"", REQUEST[:10], REQUEST[:-2]], ids=["silent", "in its first line", "in its head"])
async def test_who_came_in_before_the_end_may_still_speak(around: Vendors, tmp_path: Path, begun: bytes) -> None:
    async with staged_by(around, tmp_path, "--no-worker") as (bot, _):
        reader, writer = await connected(bot.url)
        writer.write(begun)
        await writer.drain()
        ending = asyncio.create_task(bot.end())
        await asyncio.sleep(0.2)
        said = await answer(reader, writer, REQUEST[len(begun) :])
        assert b" 200 OK" in said
        assert b"connection: close" in said.lower()
        assert await ending == 0


async def test_a_connection_that_is_kept_open_is_answered_once_more_and_closed(around: Vendors, tmp_path: Path) -> None:
    async with staged_by(around, tmp_path, "--no-worker") as (bot, _):
        reader, writer = await connected(bot.url)
        writer.write(REQUEST)
        assert b"ok" in await reader.readuntil(b"ok")
        assert await bot.end() == 0
        assert await reader.read() == b""
        writer.close()


async def test_clients_that_go_away_leave_no_trace_in_the_log(around: Vendors, tmp_path: Path) -> None:
    body = b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: 100\r\n\r\nhalf"
    async with staged_by(around, tmp_path, "--no-worker") as (bot, _):
        for request in (b"", REQUEST[:10], REQUEST, body, body.replace(b"slack/events", b"apizee/webhooks")):
            for is_reset in (True, False):
                _, writer = await connected(bot.url)
                writer.write(request)
                await writer.drain()
                if is_reset:
                    writer.transport.abort()
                else:
                    writer.close()
        assert await bot.end() == 0
        assert not [
            line for line in bot.lines if any(word in line for word in ("never retrieved", "Traceback", '"where": ['))
        ]
