"""What fails or does not fit on its way to a listener is answered all the same."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from slack_bolt import BoltResponse
from slack_bolt.context.ack.async_ack import AsyncAck
from structlog.testing import capture_logs

from bot.model.errors import StoreUnavailable, UnusablePayload
from bot.slack.received.interactions import Sender
from bot.slack.received.payloads import Command, HomeOpened, Uninstalled
from bot.web.slack import Dispatcher, Listeners
from tests.web.dispatching import COMMAND, EVENT, admit, answered


async def test_what_fails_is_answered_by_the_error_handler(listeners: Listeners) -> None:
    async def listen(_ack: AsyncAck, _command: Command) -> None:
        raise ZeroDivisionError

    def explain(error: Exception, sender: Sender) -> BoltResponse:
        return BoltResponse(status=200, body=f"{type(error).__name__} in {sender.workspace}")

    listeners.command("/assist")(listen)
    listeners.error(explain)
    assert (await answered(listeners, COMMAND)).body == "ZeroDivisionError in T0ACME"
    assert (await answered(listeners, {**COMMAND, "team_id": "T0BETA"})).body == "NotInstalled in T0BETA"
    assert (await answered(listeners, {**COMMAND, "channel_id": []})).body == "UnusablePayload in T0ACME"


async def test_what_does_not_fit_reaches_no_listener_and_is_logged_without_what_it_held(listeners: Listeners) -> None:
    async def listen(_ack: AsyncAck, _command: Command) -> None:
        pytest.fail("it was called")

    dropped: list[tuple[str, str]] = []
    listeners.command("/assist")(listen)
    with capture_logs() as logs:
        answer = await Dispatcher(admit, listeners, lambda *why: dropped.append(why)).answer(
            {**COMMAND, "user_id": "jane@client.com", "trigger_id": None}
        )
    assert answer.status == HTTPStatus.OK
    assert dropped == [("command", "unusable")]
    assert [one["faults"] for one in logs] == [("user_id:string_pattern_mismatch", "trigger_id:string_type")]


async def test_an_error_handler_that_fails_itself_is_no_reason_to_fail(listeners: Listeners) -> None:
    async def listen(_ack: AsyncAck, _command: Command) -> None:
        raise UnusablePayload("text:odd")

    def fails(_error: Exception, _sender: Sender) -> BoltResponse:
        raise ZeroDivisionError

    listeners.command("/assist")(listen)
    listeners.error(fails)
    assert (await answered(listeners, COMMAND)).status == HTTPStatus.OK


async def test_a_workspace_can_be_left_without_its_token(listeners: Listeners) -> None:
    left: list[str] = []

    async def listen(_ack: AsyncAck, event: Uninstalled) -> None:
        left.append(event.workspace)

    listeners.event("app_uninstalled", Uninstalled)(listen)
    gone = {**EVENT, "team_id": "T0GONE", "event": {"type": "app_uninstalled"}}
    assert (await answered(listeners, gone)).status == HTTPStatus.OK
    assert left == ["T0GONE"]


async def test_an_event_that_cannot_be_kept_is_asked_for_again(listeners: Listeners) -> None:
    async def listen(_ack: AsyncAck, _event: HomeOpened) -> None:
        raise StoreUnavailable

    def ask_again(_error: Exception, sender: Sender) -> BoltResponse:
        return BoltResponse(status=503 if sender.is_event else 200)

    listeners.event("app_home_opened", HomeOpened)(listen)
    listeners.error(ask_again)
    opened = {**EVENT, "event": {"type": "app_home_opened", "user": "U1"}}
    assert (await answered(listeners, opened)).status == HTTPStatus.SERVICE_UNAVAILABLE
