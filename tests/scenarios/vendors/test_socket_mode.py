"""Socket Mode: what goes over HTTP elsewhere goes through a socket that the bot opens, nonsense as well."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.container import build
from sandbox.slack import SlackClientSide
from sandbox.slack.client.deliveries import Delivery
from sandbox.slack.default_world import TEAM, U_EN
from tests.scenarios.environment import Environment, Vendors, settings_of


@pytest.fixture
async def environment(around: Vendors) -> AsyncIterator[Environment]:
    token = around.slack.credentials.app_token
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(build(settings_of(around.environment, slack_app_token=token)))
        await stack.enter_async_context(app.worker.working())
        await stack.enter_async_context(app.socket_mode(token))
        await around.slack.wait_for(lambda: around.slack.link.is_up)
        yield Environment(around.slack, around.apizee, SlackClientSide.over_socket(around.slack), "", app)


async def test_a_customer_is_invited_and_the_form_is_opened_over_a_socket(environment: Environment) -> None:
    await environment.assist("+33662682193")
    await environment.invited()
    await environment.people.global_shortcut(U_EN, "start_meeting")
    await environment.form()
    await environment.assist("not a customer")
    assert "neither a phone number nor an e-mail address" in environment.slack.deliveries[-1].body


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "actions": [{"action_id": "session_open"}]},
        {"type": "block_actions", "actions": [], "team": [], "user": 5, "enterprise": 7},
        {"type": "view_submission", "view": None},
        {"type": "never known before"},
        {},
    ],
    ids=json.dumps,
)
async def test_nonsense_is_acknowledged_over_a_socket_too(environment: Environment, payload: dict[str, Any]) -> None:
    with capture_logs() as logs:
        delivery = await environment.people.deliver(Delivery("interactive", {"team_id": TEAM, **payload}, b"", ""))
    assert delivery.outcome == "ok"
    assert not [one for one in logs if one["log_level"] == "error"]
    assert await environment.came_to_nothing()
