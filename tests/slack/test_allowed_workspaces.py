"""Which workspaces may use the bot: asked when one installs it, and again whenever something comes from one."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from tests.fixtures.installable import (
    TOKENS,
    SlackStub,
    assist,
    click,
    install,
    keys_of,
    open_home,
    running,
)

# ── When it is installed ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("allowed", ["T0ACME", "E0ACME", "*", "T0OTHER,E0ACME", "T0OTHER,*"])
async def test_a_workspace_installs_that_is_named_itself_or_by_its_organisation_or_where_any_may(
    slack: SlackStub, redis: Redis, redis_url: str, tmp_path: Path, allowed: str
) -> None:
    slack.organisations["T0ACME"] = "E0ACME"
    async with running(slack, redis_url, tmp_path, allowed_workspaces=allowed) as bot:
        assert (await install(bot, "acme-code")).status_code == 200
        assert (await assist(bot, "T0ACME")).text == ""
    assert slack.given_back == []
    assert len(await keys_of(redis, "T0ACME")) > 1


@pytest.mark.parametrize("allowed", ["T0BETA", "E0BETA", "T0ACME2"])
async def test_another_workspaces_token_is_given_back_at_once_and_a_page_says_whom_to_ask(
    slack: SlackStub, redis: Redis, redis_url: str, tmp_path: Path, allowed: str
) -> None:
    slack.organisations["T0ACME"] = "E0ACME"
    async with running(slack, redis_url, tmp_path, allowed_workspaces=allowed) as bot:
        with capture_logs() as logs:
            page = await install(bot, "acme-code")
    assert page.status_code == 403
    assert "“Acme” (T0ACME) is not allowed" in page.text
    assert "Ask the people who run this bot" in page.text
    assert slack.given_back == [TOKENS["T0ACME"]]
    assert not await keys_of(redis, "T0ACME")
    assert TOKENS["T0ACME"] not in json.dumps(logs)


async def test_a_slack_that_does_not_take_the_token_back_is_asked_again_and_then_logged(
    slack: SlackStub, redis: Redis, redis_url: str, tmp_path: Path
) -> None:
    slack.revoking_fails = True
    async with running(slack, redis_url, tmp_path, allowed_workspaces="T0BETA") as bot:
        with capture_logs() as logs:
            assert (await install(bot, "acme-code")).status_code == 403
    assert [one["event"] for one in logs if one["log_level"] == "error"] == ["token_not_revoked"]
    assert len(slack.given_back) > 1
    assert not await keys_of(redis, "T0ACME")


# ── Whenever something comes from one ────────────────────────────────────────────────────────────────────


async def test_a_workspace_that_is_not_allowed_any_more_is_refused_in_words_and_nothing_is_done(
    slack: SlackStub, redis: Redis, redis_url: str, tmp_path: Path
) -> None:
    async with running(slack, redis_url, tmp_path, encryption_keys=KEY) as bot:
        await install(bot, "acme-code")
    kept = await keys_of(redis, "T0ACME")
    async with running(slack, redis_url, tmp_path, encryption_keys=KEY, allowed_workspaces="T0BETA") as bot:
        command = await assist(bot, "T0ACME")
        answered_at = await click(bot, slack, "T0ACME", "home_start_assistance")
        assert (await open_home(bot, "T0ACME", "U0ANNA")).status_code == 200
        async with asyncio.timeout(10):
            said = await slack.responses.get()
    for sentence in (command.text, str(said["text"])):
        assert "does not work for this workspace" in sentence
        assert "T0ACME" in sentence
    assert answered_at.status_code == 200
    assert said["response_type"] == "ephemeral"
    assert await keys_of(redis, "T0ACME") == kept


async def test_the_one_workspace_of_a_token_may_be_named_as_well(
    slack: SlackStub, redis: Redis, redis_url: str, tmp_path: Path
) -> None:
    alone = {"slack_client_id": None, "slack_client_secret": None, "slack_bot_token": "xoxb-alone"}
    async with running(slack, redis_url, tmp_path, **alone, allowed_workspaces="T0ALONE") as bot:
        assert "does not work for this workspace" in (await assist(bot, "T0OTHER")).text
        assert (await assist(bot, "T0ALONE")).text == ""
    assert not await keys_of(redis, "T0OTHER")


KEY = "HVaoo3AJjsjZqsy0AtERbDAb15Lq1xLSBHc2omTsoNE="
