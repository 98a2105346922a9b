"""A sandbox Apizee without a request limit, reached in-process, at nine o'clock on a Friday."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from sandbox.apizee import World, build_app
from tests.sandbox.apizee.environment import Api, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(clock=clock, requests_per_minute=None)


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build_app(world))
    async with httpx.AsyncClient(transport=transport, base_url="https://sandbox.test") as client:
        yield client


@pytest.fixture
async def api(http: httpx.AsyncClient) -> Api:
    api = Api(http)
    await api.sign_in()
    return api
