"""Socket Mode: what goes over HTTP elsewhere goes through a socket that the bot opens, nonsense as well."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.container import build
from bot.slack.socket import SocketClosed, SocketTiming
from playground.demo import free_port
from sandbox.slack import SlackClientSide
from sandbox.slack.client.deliveries import Delivery
from sandbox.slack.default_world import TEAM, U_EN
from tests.fixtures.forwarder import Forwarder, forwarding
from tests.scenarios.environment import Environment, Vendors, settings_of


@pytest.fixture
async def environment(around: Vendors) -> AsyncIterator[Environment]:
    token = around.slack.credentials.app_token
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(build(settings_of(around.environment, slack_app_token=token)))
        await stack.enter_async_context(app.worker.working())
        await stack.enter_async_context(app.socket.open(token))
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


# ── Sockets that are dead, though nobody has closed them ─────────────────────────────────────────────────


class Firewall(Forwarder):
    """A way to Slack on which connections that stand are forgotten, as firewalls do at night: nothing comes through."""

    generation = 0

    def forget(self) -> None:
        """Let nothing through on the connections that stand; new ones are let through."""
        self.generation += 1

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mine, (there_reader, there_writer) = self.generation, await asyncio.open_connection("127.0.0.1", self.port)

        async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            while piece := await source.read(65_536):
                if self.generation == mine:
                    target.write(piece)
            target.close()

        await asyncio.gather(pump(reader, there_writer), pump(there_reader, writer))


@asynccontextmanager
async def on_a_socket(around: Vendors) -> AsyncIterator[Environment]:
    """Yield an environment whose bot gives up a silent socket at once."""
    token, timing = (
        around.slack.credentials.app_token,
        SocketTiming(pinged_every=0.1, checked_every=0.05, silent_after=0.3),
    )
    quick = replace(around.timing, socket=timing)
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(
            build(settings_of(around.environment, slack_app_token=token), timing=quick)
        )
        await stack.enter_async_context(app.worker.working())
        await stack.enter_async_context(app.socket.open(token))
        yield Environment(around.slack, around.apizee, SlackClientSide.over_socket(around.slack), "", app)


async def readiness(environment: Environment) -> bool:
    assert environment.app
    try:
        await environment.app.socket.check()
    except SocketClosed:
        return False
    return True


async def until_ready(environment: Environment, *, is_ready: bool) -> None:
    async with asyncio.timeout(20):
        while await readiness(environment) is not is_ready:  # noqa: ASYNC110  # the socket gives no notice
            await asyncio.sleep(0.02)


async def test_an_address_that_has_expired_is_not_tried_for_ever(around: Vendors) -> None:
    address, around.slack.address = around.slack.address, f"http://127.0.0.1:{free_port()}"
    async with on_a_socket(around) as environment:
        assert not await readiness(environment)
        around.slack.address = address
        await until_ready(environment, is_ready=True)
        await environment.assist("+33662682193")
        await environment.invited()


async def test_a_socket_through_which_nothing_comes_is_opened_again(around: Vendors) -> None:
    async with forwarding(int(around.slack.address.rpartition(":")[2]), Firewall) as (firewall, port):
        around.slack.address = f"http://127.0.0.1:{port}"
        async with on_a_socket(around) as environment:
            await until_ready(environment, is_ready=True)
            firewall.forget()
            await until_ready(environment, is_ready=False)
            await until_ready(environment, is_ready=True)
            await environment.assist("+33662682193")
            await environment.invited()
