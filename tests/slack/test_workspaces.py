"""Many workspaces: each is served with its own token, strangers are turned away, and who leaves is forgotten."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.container import Container
from bot.store.server.embedded import EmbeddedRedis
from tests.fixtures.installable import (
    TOKENS,
    SlackStub,
    assist,
    browser,
    deliver,
    install,
    keys_of,
    open_home,
    post_event,
    running,
)

# ── Many workspaces, each with its own token ─────────────────────────────────────────────────────────────


async def test_each_workspace_is_served_with_its_own_token(bot: Container, slack: SlackStub) -> None:
    await install(bot, "acme-code")
    await install(bot, "beta-code")
    async with bot.worker.working():
        for team, user in (("T0ACME", "U0ANNA"), ("T0BETA", "U0BERT")):
            assert (await open_home(bot, team, user)).status_code == 200
        async with asyncio.timeout(10):
            drawn = {await slack.published.get(), await slack.published.get()}
    assert drawn == {("U0ANNA", TOKENS["T0ACME"]), ("U0BERT", TOKENS["T0BETA"])}


async def test_a_workspace_that_refuses_its_token_costs_a_call_for_each_home_and_others_notice_nothing(
    bot: Container, slack: SlackStub
) -> None:
    await install(bot, "acme-code")
    await install(bot, "beta-code")
    slack.revoked[TOKENS["T0ACME"]] = 0
    async with bot.worker.working():
        for number in range(5):
            assert (await open_home(bot, "T0ACME", f"U0ANNA{number}")).status_code == 200
        assert (await open_home(bot, "T0BETA", "U0BERT")).status_code == 200
        async with asyncio.timeout(10):
            assert await slack.published.get() == ("U0BERT", TOKENS["T0BETA"])
            while await bot.worker.lag():  # noqa: ASYNC110  # the event would be in Redis
                await asyncio.sleep(0.02)
    assert slack.revoked[TOKENS["T0ACME"]] == 5
    assert slack.published.empty()


async def test_a_command_from_a_workspace_that_has_not_installed_the_bot_is_answered_politely(
    bot: Container, redis: Redis
) -> None:
    with capture_logs() as logs:
        answer = await assist(bot, "T0NOBODY")
    assert answer.status_code == 200
    assert "no longer installed" in answer.text
    assert not await keys_of(redis, "T0NOBODY")
    assert [(one["event"], one["team"]) for one in logs] == [("not_taken_in", "T0NOBODY")]


async def test_an_event_from_a_workspace_that_has_not_installed_the_bot_is_accepted_and_left(
    bot: Container, redis: Redis
) -> None:
    answer = await open_home(bot, "T0NOBODY", "U1")
    assert (answer.status_code, answer.text) == (200, "")
    assert not await keys_of(redis, "T0NOBODY")


async def test_a_bot_of_one_workspace_offers_no_installation(
    slack: SlackStub, redis: Redis, redis_url: str, tmp_path: Path
) -> None:
    alone = {
        "slack_client_id": None,
        "slack_client_secret": None,
        "slack_bot_token": "xoxb-alone",
        "allowed_workspaces": "",
    }
    async with running(slack, redis_url, tmp_path, **alone) as app:
        async with browser(app) as person:
            assert (await person.get("/slack/install")).status_code == 404
        assert (await assist(app, "T0ALONE")).status_code == 200
        kept = await keys_of(redis, "T0ALONE")
        for event in ({"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}):
            assert (await post_event(app, "T0ALONE", event)).status_code == 200
        assert await keys_of(redis, "T0ALONE") == kept != []


# ── A workspace removes the bot ──────────────────────────────────────────────────────────────────────────


async def gone(redis: Redis, team: str) -> None:
    async with asyncio.timeout(10):
        while await keys_of(redis, team):  # noqa: ASYNC110  # Redis gives no notice of a key that is gone
            await asyncio.sleep(0.02)


async def test_of_a_workspace_that_removes_the_bot_nothing_stays(bot: Container, redis: Redis) -> None:
    await install(bot, "acme-code")
    await install(bot, "beta-code")
    await open_home(bot, "T0ACME", "U0ANNA")
    await open_home(bot, "T0BETA", "U0BERT")
    assert len(await keys_of(redis, "T0ACME")) > 1
    assert (await post_event(bot, "T0ACME", {"type": "app_uninstalled"})).status_code == 200
    async with bot.worker.working():
        await gone(redis, "T0ACME")
    assert len(await keys_of(redis, "T0BETA")) > 1
    assert "no longer installed" in (await assist(bot, "T0ACME")).text


async def test_a_revoked_token_is_forgotten_but_not_what_the_workspace_has(bot: Container, redis: Redis) -> None:
    await install(bot, "acme-code")
    await assist(bot, "T0ACME")
    await post_event(bot, "T0ACME", {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": ["U0BOT"]}})
    kept = await keys_of(redis, "T0ACME")
    assert b"apizee:{T0ACME}:installation" not in kept
    assert kept


async def test_peoples_own_tokens_are_none_of_the_bots(bot: Container, redis: Redis) -> None:
    await install(bot, "acme-code")
    await post_event(bot, "T0ACME", {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}})
    assert await keys_of(redis, "T0ACME") == [b"apizee:{T0ACME}:installation"]


@pytest.mark.parametrize("event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}])
async def test_news_that_come_late_do_not_undo_a_new_installation(
    bot: Container, redis: Redis, event: Mapping[str, object]
) -> None:
    await install(bot, "acme-code")
    assert (await post_event(bot, "T0ACME", event, at=time.time() - 60)).status_code == 200
    assert await keys_of(redis, "T0ACME") == [b"apizee:{T0ACME}:installation"]


@pytest.mark.parametrize("at", [None, "yesterday", [], float("inf")])
async def test_news_of_no_known_time_undo_nothing(bot: Container, redis: Redis, at: object) -> None:
    await install(bot, "acme-code")
    for event in ({"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}):
        envelope = {"type": "event_callback", "team_id": "T0ACME", "event_id": "Ev1", "event_time": at, "event": event}
        assert (await deliver(bot, json.dumps(envelope).encode(), "application/json")).status_code == 200
    assert await keys_of(redis, "T0ACME") == [b"apizee:{T0ACME}:installation"]


# ── Redis goes silent ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def own_redis(tmp_path: Path) -> AsyncIterator[Redis]:
    """Yield a Redis that no other test has to wait for."""
    async with EmbeddedRedis(tmp_path) as server, Redis.from_url(server.url) as client:
        yield client


@pytest.fixture
async def own_bot(slack: SlackStub, own_redis: Redis, tmp_path: Path) -> AsyncIterator[Container]:  # noqa: ARG001  # kept alive
    async with running(slack, None, tmp_path) as app:
        yield app


@asynccontextmanager
async def silent(redis: Redis) -> AsyncIterator[None]:
    """Redis lets everybody wait who wants to write."""
    await redis.client_pause(60_000, all=False)
    try:
        yield
    finally:
        await redis.client_unpause()


async def test_nobody_is_sent_to_slack_for_nothing(own_bot: Container, own_redis: Redis) -> None:
    async with silent(own_redis), browser(own_bot) as person:
        page = await person.get("/slack/install")
    assert (page.status_code, "set-cookie" in page.headers) == (503, False)
    assert "does not answer right now" in page.text


async def test_a_command_is_answered_within_the_second(own_bot: Container, own_redis: Redis) -> None:
    await install(own_bot, "acme-code")
    async with silent(own_redis):
        began = time.monotonic()
        answer = await assist(own_bot, "T0ACME")
        took = time.monotonic() - began
    assert answer.status_code == 200
    assert "storage" in answer.text
    assert took < 1


async def test_slack_is_asked_to_tell_of_a_removal_again(own_bot: Container, own_redis: Redis) -> None:
    await install(own_bot, "acme-code")
    async with silent(own_redis):
        assert (await post_event(own_bot, "T0ACME", {"type": "app_uninstalled"})).status_code == 503
    assert (await post_event(own_bot, "T0ACME", {"type": "app_uninstalled"})).status_code == 200
    assert b"apizee:{T0ACME}:installation" not in await keys_of(own_redis, "T0ACME")
