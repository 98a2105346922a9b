"""A sandbox Slack on a loopback port, a client for it as the bot has one, and people who use Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.loopback import serving
from sandbox.slack import SlackClientSide, Workspace, build_app
from sandbox.slack.client.transport import HttpTransport
from tests.sandbox.slack.environment import Bot, Clock


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


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
async def people(workspace: Workspace, bot: Bot) -> AsyncIterator[SlackClientSide]:
    """Yield the people of the workspace, whose actions reach the bot in-process."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(bot.app)) as http:
        secret = workspace.credentials.signing_secret
        transport = HttpTransport(http, "http://bot.test", secret, workspace.clock)
        yield SlackClientSide(workspace, transport, ack_within=0.2)
