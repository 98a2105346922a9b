"""A sandbox Slack on a loopback port, a client for it as the bot has one, and a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from playground.apizee.loopback import serving
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import Workspace, build_app


@dataclass
class Clock:
    """Time that passes when a test says so; Unix seconds."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def workspace(clock: Clock) -> AsyncIterator[Workspace]:
    workspace = Workspace(clock=clock)
    async with serving(build_app(workspace)) as address:
        workspace.address = address
        yield workspace


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(workspace: Workspace, http: aiohttp.ClientSession) -> AsyncWebClient:
    base_url = f"{workspace.address}/api/"
    return AsyncWebClient(token=workspace.bot_token, base_url=base_url, session=http, retry_handlers=[])
