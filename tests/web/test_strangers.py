"""Strangers who knock at the bot's address are seen in the log, and cannot fill it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from redis.asyncio import Redis
from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot.apizee.client import Apizee
from bot.installation.accounts import Account
from bot.log import get_logger
from bot.store.sealing.keyring import KeyRing
from bot.web.strangers import EVERY_SECONDS, StrangersLog
from bot.web.webhooks import WebhookEndpoint
from tests.fixtures.parts import accounts_of

SECRET = "the-secret-of-the-tests"


@pytest.fixture
async def refused() -> list[bool]:
    return []


@pytest.fixture
async def client(refused: list[bool], redis: Redis, keys: KeyRing, apizee: Apizee) -> AsyncIterator[httpx.AsyncClient]:
    async def receive(_account: Account, _body: bytes) -> None:
        """Take a webhook."""

    accounts = accounts_of(redis, keys, apizee, webhook_secret=SECRET)
    endpoint = WebhookEndpoint(receive, accounts, header="X-Secret", on_refused=lambda: refused.append(True))
    transport = httpx.ASGITransport(Starlette(routes=endpoint.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as sender:
        yield sender


async def test_webhooks_with_a_wrong_secret_are_all_counted_and_logged_once(
    client: httpx.AsyncClient, refused: list[bool]
) -> None:
    with capture_logs() as lines:
        answers = [await client.post("/apizee/webhooks", headers={"X-Secret": f"guess {n}"}) for n in range(50)]
        assert (await client.post("/apizee/webhooks", headers={"X-Secret": SECRET})).status_code == 200
    assert {answer.status_code for answer in answers} == {401}
    assert len(refused) == 50
    assert [line["event"] for line in lines] == ["webhook_refused"]


def test_each_minute_says_how_many_there_were() -> None:
    now = 0.0
    strangers = StrangersLog(get_logger("test"), clock=lambda: now)
    with capture_logs() as lines:
        for _ in range(3):
            strangers.info("knocked", status=401)
        strangers.info("knocked", status=400)
        now = EVERY_SECONDS
        strangers.info("knocked", status=401)
    assert [(line["status"], line.get("left_out")) for line in lines] == [(401, None), (400, None), (401, 2)]


def test_many_kinds_do_not_fill_the_memory() -> None:
    strangers = StrangersLog(get_logger("test"), clock=lambda: 0.0)
    with capture_logs() as lines:
        for number in range(250):
            strangers.info("knocked", status=number)
    assert len(lines) == 250
    assert len(vars(strangers)["_due"]) <= 100
