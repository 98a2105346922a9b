"""An organisation installs the bot in all of its workspaces at once: one token serves them all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.container import Container
from tests.fixtures.installable import (
    ORGANISATION_TOKEN,
    TOKENS,
    SlackStub,
    assist,
    install,
    keys_of,
    open_home,
    post_event,
    running,
)

ORGANISATION = "E0ACME"


@pytest.fixture
async def bot(slack: SlackStub, redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[Container]:  # noqa: ARG001  # emptied
    slack.codes["organisation-code"] = "a whole organisation"
    async with running(slack, redis_url, tmp_path, allowed_workspaces=ORGANISATION) as app:
        yield app


async def test_each_workspace_of_an_organisation_is_served_with_its_token(bot: Container, slack: SlackStub) -> None:
    page = await install(bot, "organisation-code")
    assert "Apizee is installed in “Acme Group”" in page.text
    async with bot.worker.working():
        for team, user in (("T0ONE", "U0ANNA"), ("T0TWO", "W0BERT")):
            assert (await open_home(bot, team, user, organisation=ORGANISATION)).status_code == 200
        async with asyncio.timeout(20):
            drawn = {await slack.published.get(), await slack.published.get()}
    assert drawn == {("U0ANNA", ORGANISATION_TOKEN), ("W0BERT", ORGANISATION_TOKEN)}


async def test_what_follows_names_the_workspace_alone(bot: Container) -> None:
    await install(bot, "organisation-code")
    await open_home(bot, "T0ONE", "U0ANNA", organisation=ORGANISATION)
    assert (await assist(bot, "T0ONE")).text == ""


async def test_a_workspace_outside_of_it_is_not_let_in(bot: Container, redis: Redis) -> None:
    await install(bot, "organisation-code")
    assert "no longer installed" in (await assist(bot, "T0OTHER")).text
    await open_home(bot, "T0OTHER", "U0EVE", organisation="E0OTHER")
    assert not await keys_of(redis, "T0OTHER")


async def test_a_workspace_with_an_installation_of_its_own_keeps_its_token(bot: Container, slack: SlackStub) -> None:
    slack.organisations["T0ACME"] = ORGANISATION
    await install(bot, "organisation-code")
    await install(bot, "acme-code")
    async with bot.worker.working():
        await open_home(bot, "T0ACME", "U0ANNA", organisation=ORGANISATION)
        async with asyncio.timeout(20):
            assert await slack.published.get() == ("U0ANNA", TOKENS["T0ACME"])


async def gone(redis: Redis, team: str) -> None:
    async with asyncio.timeout(60):
        while await keys_of(redis, team):  # noqa: ASYNC110  # Redis tells nobody when a key is gone
            await asyncio.sleep(0.02)


async def test_an_organisation_that_removes_the_bot_leaves_nothing_of_its_workspaces(
    bot: Container, redis: Redis
) -> None:
    await install(bot, "organisation-code")
    for team in ("T0ONE", "T0TWO"):
        await open_home(bot, team, "U0ANNA", organisation=ORGANISATION)
    await post_event(bot, ORGANISATION, {"type": "app_uninstalled"}, organisation=ORGANISATION)
    async with bot.worker.working():
        for team in (ORGANISATION, "T0ONE", "T0TWO"):
            await gone(redis, team)


async def test_a_workspace_from_which_the_organisation_took_the_bot_is_forgotten_and_no_other(
    bot: Container, redis: Redis
) -> None:
    await install(bot, "organisation-code")
    for team in ("T0ONE", "T0TWO"):
        await open_home(bot, team, "U0ANNA", organisation=ORGANISATION)
    revoked = {"type": "team_access_revoked", "team_ids": ["T0ONE"]}
    await post_event(bot, ORGANISATION, revoked, organisation=ORGANISATION)
    async with bot.worker.working():
        await gone(redis, "T0ONE")
    assert await keys_of(redis, "T0TWO")
    granted = {"type": "team_access_granted", "team_ids": ["T0ONE"]}
    assert (await post_event(bot, ORGANISATION, granted, organisation=ORGANISATION)).status_code == 200
