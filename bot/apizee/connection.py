"""Opens the pool of connections to Apizee."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from httpx_aiohttp import AiohttpTransport

from bot.outbound import Outbound


@asynccontextmanager
async def apizee_transport(outbound: Outbound) -> AsyncIterator[AiohttpTransport]:
    """Open a pool of aiohttp's connections under httpx's interface; closed at the end."""
    async with outbound.session() as session, AiohttpTransport(client=session) as transport:
        yield transport
