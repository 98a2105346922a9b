"""Opens the pool of connections to Apizee."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from httpx_aiohttp import AiohttpTransport

from bot.outbound import Outbound


@asynccontextmanager
async def apizee_transport(outbound: Outbound) -> AsyncIterator[AiohttpTransport]:
    """Open a pool of aiohttp's connections under httpx's interface; closed at the end.

    Each request is sent once: what is repeated is decided above, where it is counted.
    """
    async with outbound.session() as session, AiohttpTransport(client=session) as transport:
        # aiohttp sends a GET again by itself whose connection breaks, and has no public switch against it.
        session._retry_connection = False  # noqa: SLF001
        yield transport
