"""The world around a bot that is examined, which a test can spoil."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.routing import Route

from bot.store.server.connection import connect
from bot.store.server.embedded import EmbeddedRedis
from tests.doctor.outside import Outside


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    world = Outside()
    app = Starlette(routes=[Route("/{path:path}", world.answer, methods=["GET", "POST"])])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, date_header=False, lifespan="off"))
        serving = asyncio.create_task(server.serve([listener]))
        world.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield world
        server.should_exit = True
        await serving


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[Redis]:
    """Yield the Redis that the settings name: one like ours, which a test can spoil."""
    async with EmbeddedRedis(tmp_path / "named") as server, connect(server.url) as client:
        yield client
