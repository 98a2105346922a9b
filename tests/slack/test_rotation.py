"""A Slack app that rotates its tokens: each is exchanged in time, by one process, and nobody waits while it works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.container import Container
from bot.installation.rotation import BEFORE_IT_EXPIRES
from bot.model.workspaces import Installation
from bot.store.sealing.keyring import KeyRing
from bot.store.workspaces.installations import InstallationStore
from tests.fixtures.installable import TOKENS, SlackStub, assist, install, keys_of, open_home, post_event, running

HALF_A_DAY = 12 * 60 * 60
SOON = int(BEFORE_IT_EXPIRES.total_seconds()) - 60
KEY = "hZ0NHMIcwZ7Vv4TjIvqXpTtYt0rDmyqzWnUcC9fXlYY="
ACME = Installation("T0ACME", "Acme", "xoxb-1", installed_at=1.0, refresh_token="xoxe-1", expires_at=2.0)


@pytest.fixture
async def kept(redis: Redis) -> InstallationStore:
    return InstallationStore(redis, KeyRing([KEY]))


@pytest.fixture
async def two(
    slack: SlackStub,
    redis: Redis,  # noqa: ARG001  # emptied
    redis_url: str,
    tmp_path: Path,
) -> AsyncIterator[tuple[Container, Container]]:
    """Two processes that share one Redis."""
    async with AsyncExitStack() as stack:
        apps = [
            await stack.enter_async_context(running(slack, redis_url, tmp_path, encryption_keys=KEY)) for _ in range(2)
        ]
        yield apps[0], apps[1]


async def token_of(app: Container, slack: SlackStub) -> str:
    """Return the token with which the bot acts in the workspace."""
    async with app.worker.working(), asyncio.timeout(20):
        assert (await open_home(app, "T0ACME", "U0ANNA")).status_code == 200
        _, token = await slack.published.get()
    return token


async def until_exchanged(kept: InstallationStore, former: str) -> Installation:
    async with asyncio.timeout(20):
        while (installation := await kept.get("T0ACME")) and installation.bot_token == former:  # noqa: ASYNC110  # Redis gives no notice
            await asyncio.sleep(0.02)
    assert installation
    return installation


async def test_a_token_that_lives_long_enough_is_used_as_it_is(
    two: tuple[Container, Container], slack: SlackStub
) -> None:
    slack.token_lives = HALF_A_DAY
    await install(two[0], "acme-code")
    assert await token_of(two[0], slack) == TOKENS["T0ACME"]
    assert slack.refreshes == 0


async def test_a_token_that_expires_soon_is_exchanged_while_it_still_works(
    two: tuple[Container, Container], slack: SlackStub, kept: InstallationStore
) -> None:
    slack.token_lives = SOON
    await install(two[0], "acme-code")
    slack.token_lives = HALF_A_DAY
    assert (await assist(two[0], "T0ACME")).status_code == 200
    installation = await until_exchanged(kept, TOKENS["T0ACME"])
    assert await token_of(two[1], slack) == installation.bot_token == f"{TOKENS['T0ACME']}-1"
    assert installation.team_name == "Acme"
    assert slack.refreshes == 1


async def test_a_token_that_has_expired_is_exchanged_before_anything_is_done(
    two: tuple[Container, Container], slack: SlackStub
) -> None:
    slack.token_lives = -1
    await install(two[0], "acme-code")
    slack.token_lives = HALF_A_DAY
    assert await token_of(two[0], slack) == f"{TOKENS['T0ACME']}-1"


async def test_only_one_of_many_exchanges_it(
    two: tuple[Container, Container], slack: SlackStub, kept: InstallationStore
) -> None:
    slack.token_lives = SOON
    await install(two[0], "acme-code")
    slack.token_lives = HALF_A_DAY
    await asyncio.gather(*(open_home(app, "T0ACME", f"U0ANNA{number}") for app in two for number in range(10)))
    await until_exchanged(kept, TOKENS["T0ACME"])
    assert slack.refreshes == 1


async def test_where_slack_refuses_the_next_token_the_workspace_has_to_install_again(
    two: tuple[Container, Container], slack: SlackStub
) -> None:
    slack.token_lives, slack.refresh_refused = -1, "invalid_refresh_token"
    await install(two[0], "acme-code")
    with capture_logs() as logs:
        answer = await assist(two[0], "T0ACME")
    assert (answer.status_code, "no longer installed" in answer.text) == (200, True)
    assert "workspace_has_to_install_again" in [one["event"] for one in logs]
    assert "no longer installed" in (await assist(two[1], "T0ACME")).text
    assert slack.refreshes == 1


@pytest.mark.parametrize("refused", ["internal_error", "bad_client_secret", "ratelimited"])
async def test_what_may_pass_is_tried_again_and_not_at_full_speed(
    two: tuple[Container, Container], slack: SlackStub, redis: Redis, refused: str
) -> None:
    slack.token_lives, slack.refresh_refused = -1, refused
    await install(two[0], "acme-code")
    for app in two:
        assert "try again in a minute" in (await assist(app, "T0ACME")).text
    assert slack.refreshes == 1
    slack.refresh_refused, slack.token_lives = "", HALF_A_DAY
    slack.refresh_tokens["xoxe-1-T0ACME-0"] = "T0ACME"
    await redis.delete("apizee:{T0ACME}:installation:lock")  # a minute later
    assert await token_of(two[1], slack) == f"{TOKENS['T0ACME']}-2"


async def test_a_workspace_that_removes_the_bot_meanwhile_stays_removed(kept: InstallationStore, redis: Redis) -> None:
    await kept.keep(ACME)
    await kept.forget("T0ACME")
    assert not await kept.replace(ACME, replace(ACME, bot_token="xoxb-2"))
    assert await keys_of(redis, "T0ACME") == []


async def test_a_new_installation_is_not_replaced_by_an_older_ones_token(kept: InstallationStore) -> None:
    await kept.keep(ACME)
    await kept.keep(replace(ACME, bot_token="xoxb-new", installed_at=3.0))
    assert not await kept.replace(ACME, replace(ACME, bot_token="xoxb-2"))
    installation = await kept.get("T0ACME")
    assert installation
    assert installation.bot_token == "xoxb-new"


async def test_no_token_is_readable_in_redis_nor_in_what_is_said_of_an_installation(
    kept: InstallationStore, redis: Redis
) -> None:
    await kept.keep(ACME)
    assert b"xox" not in (await redis.dump("apizee:{T0ACME}:installation") or b"")
    assert "xox" not in repr(ACME)


async def test_who_removes_the_bot_is_forgotten_with_its_refresh_token(
    two: tuple[Container, Container], slack: SlackStub, redis: Redis
) -> None:
    slack.token_lives = HALF_A_DAY
    await install(two[0], "acme-code")
    assert (
        await post_event(two[0], "T0ACME", {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}})
    ).status_code == 200
    assert await keys_of(redis, "T0ACME") == []
