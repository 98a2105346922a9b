"""What one command costs: round trips to Redis, calls to Slack, requests to Apizee. All are counted, none is timed."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest
from redis.asyncio import Redis
from slack_sdk.signature import SignatureVerifier

from bot.container import build
from bot.jobs.queue import QueueTiming
from sandbox.apizee.model import Operation
from sandbox.slack.client import payloads
from sandbox.slack.default_world import SUPPORT, U_EN
from tests.fixtures.round_trips import RoundTrips
from tests.scenarios.environment import SIGNING_SECRET, Environment, Vendors, said, settings_of
from tests.scenarios.waiting import nothing_is_requested
from tests.scenarios.webhooks import listening


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


async def test_a_whole_session_with_webhooks_takes_four_requests(around: Vendors, redis: Redis) -> None:
    """The ticket, its two changes of state, and its media: nobody looks for late ones that no webhook announces."""
    soon = QueueTiming(looked_again_after=tuple(timedelta(seconds=seconds) for seconds in (0.2, 0.4, 0.6, 0.8)))
    async with listening(replace(around, timing=replace(around.timing, queue=soon))) as both:
        environment = both.environment
        await environment.assist("+33662682193")
        ticket = await environment.invited()
        environment.apizee.recording_after = timedelta(hours=2)
        for happens, word in (
            (environment.apizee.customer_opens, "link opened"),
            (environment.apizee.accepts, "consent given"),
            (environment.apizee.allows_camera, "connected"),
            (environment.apizee.takes_photo, "photo"),
            (environment.apizee.hangs_up, "Done after"),
        ):
            happens(ticket.id)
            await environment.slack.wait_for(lambda: any(word in said(one) for one in environment.cards()))  # noqa: B023  # awaited at once
        await environment.slack.wait_for(lambda: any(one.files for one in environment.cards()))
        await nothing_is_requested(redis)
        while await redis.zcount("apizee:queue", "-inf", time.time() + 2):  # noqa: ASYNC110  # the event is in Redis
            await asyncio.sleep(0.02)
        await environment.settled()
    asked = Counter(one.operation for one in environment.apizee.requests if one.operation is not Operation.TOKEN)
    assert asked.pop(Operation.MEDIA_FILE) == 1
    assert asked == {Operation.CREATE_TICKET: 1, Operation.TICKET: 2, Operation.TICKET_MEDIAS: 1}
