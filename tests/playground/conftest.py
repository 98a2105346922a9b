"""A page to play on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from tests.playground.http_client import HttpClient, page_and_bot


@pytest.fixture
async def http(redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ARG001  # emptied
    async with (
        page_and_bot(redis_url, tmp_path) as address,
        httpx.AsyncClient(base_url=address, trust_env=False, timeout=30) as http,
    ):
        yield http


@pytest.fixture
def client(http: httpx.AsyncClient) -> HttpClient:
    return HttpClient(http, {"as": "english", "in": "support"})
