"""The services among real parts: a Redis, and a sandbox Slack and Apizee on this machine."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import httpx
import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot.apizee.budget import Budget, account_key
from bot.apizee.client import Apizee
from bot.apizee.token import Token
from bot.model import Asker, Contact, Kind, Place, Session
from bot.services.twins import Twins
from bot.slack.gateway import Slack
from bot.store.account import AccountFacts
from bot.store.guests import Guests
from bot.store.secrets import KeyRing
from bot.store.sessions import Sessions
from playground.apizee import World
from playground.apizee import build_app as apizee_app
from playground.apizee.world import API_PASSWORD, API_USER
from playground.loopback import serving
from playground.slack import Workspace
from playground.slack import build_app as slack_app
from playground.slack.default_world import SUPPORT, TEAM, U_EN
from tests.fixtures.redis_server import redis, redis_url

__all__ = ["redis", "redis_url"]


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing([Fernet.generate_key().decode()])


@pytest.fixture
def sessions(redis: Redis, keys: KeyRing) -> Sessions:
    return Sessions(redis, keys, timedelta(days=1), account=account_key(API_USER))


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    workspace = Workspace()
    async with serving(slack_app(workspace)) as url:
        workspace.address = url
        yield workspace


@pytest.fixture
async def slack(workspace: Workspace) -> AsyncIterator[Slack]:
    api_url = f"{workspace.address}/api/"
    async with aiohttp.ClientSession() as http:
        client = AsyncWebClient(token=workspace.bot_token, base_url=api_url, session=http, retry_handlers=[])

        async def client_for(_team: str) -> AsyncWebClient:
            return client

        yield Slack(client_for, http, api_url=api_url)


@pytest.fixture
def twins(redis: Redis, keys: KeyRing, sessions: Sessions, slack: Slack) -> Twins:
    return Twins(sessions, Guests(redis, keys, timedelta(days=1)), slack)


@pytest.fixture
def world() -> World:
    return World(requests_per_minute=None)


@pytest.fixture
async def apizee(world: World, redis: Redis, keys: KeyRing) -> AsyncIterator[Apizee]:
    base = "https://cloud.apizee.test/api"
    budget = Budget(redis, user=API_USER, per_minute=100)
    async with httpx.ASGITransport(apizee_app(world)) as http:
        token = Token(
            redis, http=http, base_url=base, username=API_USER, password=API_PASSWORD, sealer=keys, budget=budget
        )
        yield Apizee(http=http, base_url=base, enterprise_id=1, token=token, budget=budget)


@pytest.fixture
def facts(redis: Redis, keys: KeyRing) -> AccountFacts:
    return AccountFacts(redis, keys, account=account_key(API_USER))


@pytest.fixture
def asker() -> Asker:
    return Asker(U_EN, Place(TEAM, SUPPORT))


@pytest.fixture
def session(asker: Asker) -> Session:
    """An assistance that somebody has just asked for."""
    contacts = (Contact("+33662682193"),)
    return Session("s1", Kind.ASSISTANCE, asker, time.time(), contacts=contacts, reference="1234")
