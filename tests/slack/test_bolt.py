"""How what Slack sends reaches its listener: by its name, at once, with what Bolt's listeners are given."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from http import HTTPStatus
from types import FrameType
from typing import Any

import pytest
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.bolt import ExactApp, bolt_request
from bot.slack.errors import NotInstalled
from bot.slack.listeners import Listeners

COMMAND = {"command": "/assist", "text": "+33662682193", "team_id": "T0ACME", "user_id": "U1"}
UNINSTALLED = {"type": "event_callback", "team_id": "T0ACME", "event": {"type": "app_uninstalled"}}
CLIENT = AsyncWebClient("xoxb-acme")


async def client_for(team: str) -> AsyncWebClient:
    if team != "T0ACME":
        raise NotInstalled(team)
    return CLIENT


@pytest.fixture
def listeners() -> Listeners:
    return Listeners()


async def answered(listeners: Listeners, payload: dict[str, Any]) -> BoltResponse:
    return await ExactApp(AsyncWebClient(), client_for, listeners).async_dispatch(bolt_request(payload, {}))


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("command", {"command": "chosen", "type": "event_callback"}),
        ("event", {"type": "event_callback", "event": {"type": "chosen"}}),
        ("action", {"type": "block_actions", "actions": [{"action_id": "chosen"}, {"action_id": "other"}]}),
        ("view", {"type": "view_submission", "view": {"type": "modal", "callback_id": "chosen"}}),
        ("global_shortcut", {"type": "shortcut", "callback_id": "chosen"}),
        ("message_shortcut", {"type": "message_action", "callback_id": "chosen"}),
    ],
)
async def test_everything_reaches_the_listener_of_its_name(
    listeners: Listeners, kind: str, payload: dict[str, Any]
) -> None:
    async def chosen(ack: AsyncAck) -> None:
        await ack(kind)

    async def other(ack: AsyncAck) -> None:
        await ack("another one")

    for registering in ("command", "event", "action", "view", "global_shortcut", "message_shortcut"):
        getattr(listeners, registering)("chosen")(chosen if registering == kind else other)
        getattr(listeners, registering)("other")(other)
    answer = await answered(listeners, {**payload, "team_id": "T0ACME"})
    assert (answer.status, answer.body) == (HTTPStatus.OK, kind)


async def test_listeners_are_given_what_they_name(listeners: Listeners) -> None:
    given: list[Any] = []

    async def listen(ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient, context: dict[str, Any]) -> None:
        given.extend([command["text"], client, context["team_id"], context["token"]])
        await ack()

    listeners.command("/assist")(listen)
    await answered(listeners, COMMAND)
    assert given == ["+33662682193", CLIENT, "T0ACME", "xoxb-acme"]


async def test_what_a_listener_does_not_acknowledge_is_acknowledged_for_it(listeners: Listeners) -> None:
    async def listen() -> None:
        """Says nothing."""

    listeners.command("/assist")(listen)
    answer = await answered(listeners, COMMAND)
    assert (answer.status, answer.body) == (HTTPStatus.OK, "")


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({"command": "/other"}, id="another command"),
        pytest.param({"type": "block_actions", "actions": [{"action_id": "odd"}]}, id="another button"),
        pytest.param({"type": "event_callback", "event": {"type": ["app_mention"]}}, id="an event without a name"),
        pytest.param({"type": "view_closed", "view": {"callback_id": "form"}}, id="a form that was closed"),
        pytest.param({}, id="nothing at all"),
    ],
)
async def test_what_nobody_knows_gets_bolts_own_answer(listeners: Listeners, payload: dict[str, Any]) -> None:
    answer = await answered(listeners, {**payload, "team_id": "T0ACME"})
    assert (answer.status, json.loads(answer.body)) == (HTTPStatus.NOT_FOUND, {"error": "unhandled request"})


@pytest.mark.parametrize(
    ("payload", "body"),
    [
        ({"type": "url_verification", "challenge": "3eZbrw1a"}, '{"challenge": "3eZbrw1a"}'),
        ({"ssl_check": "1", "token": "x"}, ""),
    ],
    ids=["of the address", "of the certificate"],
)
async def test_slacks_checks_are_answered_without_a_listener(
    listeners: Listeners, payload: dict[str, Any], body: str
) -> None:
    answer = await answered(listeners, payload)
    assert (answer.status, answer.body) == (HTTPStatus.OK, body)


async def test_what_fails_is_answered_by_the_error_handler(listeners: Listeners) -> None:
    async def listen() -> None:
        raise ZeroDivisionError

    async def explain(error: Exception, body: dict[str, Any]) -> BoltResponse:
        return BoltResponse(status=200, body=f"{type(error).__name__} in {body['team_id']}")

    listeners.command("/assist")(listen)
    listeners.error(explain)
    assert (await answered(listeners, COMMAND)).body == "ZeroDivisionError in T0ACME"
    assert (await answered(listeners, {**COMMAND, "team_id": "T0BETA"})).body == "NotInstalled in T0BETA"


async def test_a_workspace_can_be_left_without_its_token(listeners: Listeners) -> None:
    left: list[str] = []

    async def listen(body: dict[str, Any]) -> None:
        left.append(body["team_id"])

    listeners.event("app_uninstalled")(listen)
    assert (await answered(listeners, {**UNINSTALLED, "team_id": "T0GONE"})).status == HTTPStatus.OK
    assert left == ["T0GONE"]


async def test_an_acknowledgement_costs_the_same_however_many_listeners_there_are(listeners: Listeners) -> None:
    async def listen(ack: AsyncAck) -> None:
        await ack()

    def more(names: Iterable[int]) -> None:
        for name in names:
            listeners.action(f"button {name}")(listen)
            listeners.event(f"event {name}")(listen)

    listeners.command("/assist")(listen)
    alone = await _calls_to_answer(listeners)
    more(range(200))
    assert await _calls_to_answer(listeners) == alone


async def _calls_to_answer(listeners: Listeners) -> int:
    """How many functions are called for one command: what is tried in vain would count."""
    app, request = ExactApp(AsyncWebClient(), client_for, listeners), bolt_request(COMMAND, {})
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        await app.async_dispatch(request)
    finally:
        sys.setprofile(before)
    return calls
