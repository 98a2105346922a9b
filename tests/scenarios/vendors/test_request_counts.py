"""What one command costs: round trips to Redis, calls to Slack, requests to Apizee. All are counted, none is timed."""

from __future__ import annotations

import time
from collections import Counter
from urllib.parse import urlencode

import httpx
import pytest
from redis.asyncio import Redis
from slack_sdk.signature import SignatureVerifier

from bot.container import build
from sandbox.slack.client import payloads
from sandbox.slack.default_world import SUPPORT, U_EN
from tests.fixtures.round_trips import RoundTrips
from tests.scenarios.environment import SIGNING_SECRET, Environment, Vendors, settings_of


async def delivered(bot: httpx.AsyncClient, around: Vendors, text: str) -> httpx.Response:
    """Slack delivers a command, in this very task."""
    body = urlencode(dict(payloads.command(around.slack, U_EN, SUPPORT, "/assist", text)))
    at = str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=at, body=body)
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": at,
        "x-slack-signature": signature or "",
    }
    return await bot.post("/slack/events", content=body, headers=headers)


@pytest.mark.parametrize("text", ["+33662682193", "find 1234"], ids=["a session", "a look-up"])
async def test_an_acknowledgement_takes_one_round_trip_to_redis(
    around: Vendors, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    async with (
        build(settings_of(around.environment)) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app.web), base_url="http://bot") as bot,
    ):
        await delivered(bot, around, text)  # the connections are made, and the scripts are known
        round_trips = RoundTrips(monkeypatch)
        answer = await delivered(bot, around, text)
        assert (answer.status_code, answer.text) == (200, "")
        assert round_trips.sent == 1


async def test_a_whole_command_takes_three_calls_one_request_and_five_writes(
    environment: Environment, redis: Redis
) -> None:
    await environment.assist("+33687654321")  # Slack is asked once who the agent is, and Apizee for its token
    await environment.invited()
    await environment.settled()
    environment.slack.calls.clear()
    environment.apizee.requests.clear()
    await environment.assist("+33662682193")
    await environment.settled()
    calls = Counter(call.method for call in environment.slack.calls)
    assert calls == {"chat.postMessage": 1, "chat.update": 1, "response_url": 1}
    assert [(one.method, one.path) for one in environment.apizee.requests] == [("POST", "/api/tickets")]
    versions = [int(await redis.hget(key, "version") or 0) async for key in redis.scan_iter("apizee:*:session:*")]
    assert versions == [5, 5]
