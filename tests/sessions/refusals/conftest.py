"""A sandbox Slack whose time passes when a test moves it, and sessions in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.apizee.client import Apizee
from bot.policy.policy import Policy
from bot.sessions.duplicates import DuplicateCheck
from bot.slack.client import Slack
from bot.store.sessions.store import Sessions
from sandbox.apizee import World
from sandbox.loopback import serving
from sandbox.slack import Workspace
from sandbox.slack import build_app as slack_app
from tests.sessions.refusals.runner import Clock, Runner, runner_of


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    workspace = Workspace(clock=Clock())
    async with serving(slack_app(workspace)) as url:
        workspace.address = url
        yield workspace


@pytest.fixture
def runner(
    workspace: Workspace,
    world: World,
    redis: Redis,
    sessions: Sessions,
    slack: Slack,
    apizee: Apizee,
    duplicates: DuplicateCheck,
    policy: Policy,
) -> Runner:
    return runner_of(workspace, world, redis, sessions, slack, apizee, duplicates, policy)
