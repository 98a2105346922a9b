"""What an operator does about workspaces: lists them, looks at one, removes one; while the bot works."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.model.audit import OPERATOR
from sandbox.slack.default_world import TEAM, U_ADMIN, U_NOLOGIN
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.process import commanded
from tests.scenarios.two_workspaces import (
    BETA,
    BETA_PASSWORD,
    BETA_USER,
    WEBHOOK_SECRET,
    Two,
    two_workspaces,
    worlds,
)

CUSTOMER = "+33662682193"


@pytest.fixture
async def two(redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[Two]:  # noqa: ARG001  # emptied
    # A poll that is under way while a workspace is removed may note once more that it has seen a session.
    async with two_workspaces(redis_url, tmp_path, worlds(), apizee_poll_seconds=3600) as both:
        await both.connect_beta(webhook_secret=WEBHOOK_SECRET)
        await both.app.adapters.logins.give(BETA, U_NOLOGIN, "agent2@beta.example")
        for side in (both.acme, both.beta):
            await side.assist(CUSTOMER)
            await side.invited()
            await side.settled()
        yield both


async def typed(two: Two, folder: Path, *words: str) -> tuple[int, str]:
    code, said = await commanded(two.environment, folder, "workspaces", *words)
    assert "Traceback" not in said
    assert not [secret for secret in ("xoxb", BETA_PASSWORD, BETA_USER, WEBHOOK_SECRET) if secret in said], said
    return code, said


async def test_the_operator_lists_the_workspaces_and_looks_at_one(two: Two, tmp_path: Path) -> None:
    code, said = await typed(two, tmp_path, "list")
    rows = {line.split()[0]: line for line in said.splitlines()}
    assert code == 0, said
    assert ["Sandbox" in rows[one] for one in (TEAM, BETA)] == [True, True]
    assert "the settings'" in rows[TEAM]
    assert "its own" in rows[BETA]
    assert [rows[one][-1] for one in (TEAM, BETA)] == ["1", "1"]
    code, said = await typed(two, tmp_path, "show", BETA)
    assert code == 0, said
    assert f"its own, user a•••@beta.example, enterprise 2, connected by {U_ADMIN} on 20" in said
    assert f"https://bot.example.com/apizee/webhooks/{BETA}, with its own secret" in said
    assert ("Logins given:   1" in said, "1 kept, 1 open" in said) == (True, True), said


async def test_looking_at_a_workspace_is_no_use_of_it(two: Two, redis: Redis) -> None:
    """What nobody uses for 400 days is forgotten, however often an operator looks."""
    adapters = two.app.adapters
    for key in (f"apizee:{{{BETA}}}:installation", f"apizee:{{{BETA}}}:account"):
        await redis.expire(key, 1000)
    assert await adapters.installations.peek(BETA)
    assert await adapters.account_store.peek(BETA)
    assert max([await redis.ttl(f"apizee:{{{BETA}}}:{what}") for what in ("installation", "account")]) <= 1000


async def test_a_workspace_is_removed_once_the_operator_confirms_it(two: Two, redis: Redis, tmp_path: Path) -> None:
    code, said = await typed(two, tmp_path, "remove", BETA)
    assert code == 1
    assert f"Remove everything that is kept of {BETA} “Sandbox”? [y/N]" in said
    assert "Open sessions: 1. They go on at Apizee" in said
    assert await two.app.adapters.logins.all_of(BETA)

    code, said = await typed(two, tmp_path, "remove", BETA, "--yes")
    assert code == 0, said
    assert "sessions: 1, logins: 1, its Apizee account. Its token is given back to Slack." in said
    assert not two.beta.slack.is_installed
    left = {key: value for key, value in (await everything_in(redis)).items() if BETA.encode() in key + value}
    assert list(left) == [b"apizee:{}:audit"]
    assert await redis.exists(f"apizee:{{{TEAM}}}:installation")
    code, said = await commanded(two.environment, tmp_path, "audit", "--json")
    (line,) = [one for one in map(json.loads, said.splitlines()) if one["act"] == "remove workspace"]
    assert (line["team"], line["user"], line["verdict"]) == (BETA, OPERATOR, "allowed")
