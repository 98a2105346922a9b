"""A sandbox Slack whose time passes when a test moves it, and sessions in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sandbox.loopback import serving
from sandbox.slack import Workspace
from sandbox.slack import build_app as slack_app
from tests.sessions.refusals.runner import Clock, runner

__all__ = ["runner", "workspace"]


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    workspace = Workspace(clock=Clock())
    async with serving(slack_app(workspace)) as url:
        workspace.address = url
        yield workspace
