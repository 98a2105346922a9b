"""How what Slack sends reaches its listener: by its name, read into the type of its kind; and always answered."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from types import FrameType
from typing import Any

import pytest
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from structlog.testing import capture_logs

from bot.model.errors import StoreUnavailable, UnusablePayload
from bot.model.timing import AnswerTiming
from bot.slack.errors import NotInstalled
from bot.slack.interactions import Sender
from bot.slack.payloads import Command, HomeOpened, Payload, Uninstalled
from bot.web.admission import AT_ONCE, AckGate
from bot.web.slack import Dispatcher, Listeners

COMMAND = {
    "command": "/assist",
    "text": "+33662682193",
    "team_id": "T0ACME",
    "channel_id": "C1",
    "user_id": "U1",
    "trigger_id": "1.2.3",
}
EVENT = {"type": "event_callback", "team_id": "T0ACME", "event_id": "Ev1", "event_time": 1_700_000_000}
BY_ANNA = {"team": {"id": "T0ACME"}, "user": {"id": "U1"}, "trigger_id": "1.2.3"}
MESSAGE = {"channel": {"id": "C1"}, "message": {"ts": "1.0"}}


async def admit(team: str, _organisation: str) -> None:
    if team != "T0ACME":
        raise NotInstalled(team)


@pytest.fixture
def listeners() -> Listeners:
    return Listeners()


async def answered(listeners: Listeners, payload: Mapping[str, Any]) -> BoltResponse:
    return await Dispatcher(admit, listeners).answer(payload)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("command", {**COMMAND, "command": "chosen", "type": "event_callback"}),
        ("event", {**EVENT, "event": {"type": "chosen", "user": "U1"}}),
        ("action", {**BY_ANNA, "type": "block_actions", "actions": [{"action_id": "chosen"}, {"action_id": "other"}]}),
        (
            "view",
            {
                **BY_ANNA,
                "type": "view_submission",
                "view": {"id": "V1", "callback_id": "chosen", "state": {"values": {}}},
            },
        ),
        ("global_shortcut", {**BY_ANNA, "type": "shortcut", "callback_id": "chosen"}),
        ("message_shortcut", {**BY_ANNA, **MESSAGE, "type": "message_action", "callback_id": "chosen"}),
    ],
)
async def test_everything_reaches_the_listener_of_its_name(
    listeners: Listeners, kind: str, payload: dict[str, Any]
) -> None:
    async def chosen(ack: AsyncAck, _payload: Payload) -> None:
        await ack(kind)

    async def other(ack: AsyncAck, _payload: Payload) -> None:
        await ack("another one")

    for registering in ("command", "event", "action", "view", "global_shortcut", "message_shortcut"):
        reads = [HomeOpened] if registering == "event" else []
        getattr(listeners, registering)("chosen", *reads)(chosen if registering == kind else other)
        getattr(listeners, registering)("other", *reads)(other)
    answer = await answered(listeners, payload)
    assert (answer.status, answer.body) == (HTTPStatus.OK, kind)


async def test_a_listener_is_given_what_was_sent_in_its_type(listeners: Listeners) -> None:
    given: list[Command] = []

    async def listen(_ack: AsyncAck, command: Command) -> None:
        given.append(command)

    listeners.command("/assist")(listen)
    await answered(listeners, {**COMMAND, "a_field_of_next_year": {"of": ["any", "kind"]}})
    assert [(one.text, one.workspace, one.requester.user) for one in given] == [("+33662682193", "T0ACME", "U1")]


async def test_what_a_listener_does_not_acknowledge_is_acknowledged_for_it(listeners: Listeners) -> None:
    async def listen(_ack: AsyncAck, _command: Command) -> None:
        """Says nothing."""

    listeners.command("/assist")(listen)
    answer = await answered(listeners, COMMAND)
    assert (answer.status, answer.body) == (HTTPStatus.OK, "")


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        pytest.param({"command": "/other"}, "command", id="another command"),
        pytest.param({"type": "block_actions", "actions": [{"action_id": "odd"}]}, "action", id="another button"),
        pytest.param({"type": "block_actions", "actions": []}, "other", id="no button"),
        pytest.param({"type": "event_callback", "event": {"type": ["app_mention"]}}, "other", id="a nameless event"),
        pytest.param({"type": "view_closed", "view": {"callback_id": "form"}}, "other", id="a form that was closed"),
        pytest.param({}, "other", id="nothing at all"),
    ],
)
async def test_what_nobody_knows_is_acknowledged_and_counted(
    listeners: Listeners, payload: dict[str, Any], kind: str
) -> None:
    dropped: list[tuple[str, str]] = []
    dispatcher = Dispatcher(admit, listeners, lambda *why: dropped.append(why))
    answer = await dispatcher.answer({**payload, "team_id": "T0ACME"})
    assert (answer.status, answer.body) == (HTTPStatus.OK, "")
    assert dropped == [(kind, "unknown")]


@pytest.mark.parametrize(
    ("payload", "body"),
    [
        ({"type": "url_verification", "challenge": "3eZbrw1a"}, {"challenge": "3eZbrw1a"}),
        ({"ssl_check": "1", "token": "x"}, ""),
    ],
    ids=["of the address", "of the certificate"],
)
async def test_slacks_checks_are_answered_without_a_listener(
    listeners: Listeners, payload: dict[str, Any], body: object
) -> None:
    answer = await answered(listeners, payload)
    assert answer.status == HTTPStatus.OK
    assert (json.loads(answer.body) if answer.body else "") == body


async def test_in_a_burst_only_so_many_are_worked_on_at_once(listeners: Listeners) -> None:
    at_once = most = 0

    async def listen(_ack: AsyncAck, _command: Command) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1

    listeners.command("/assist")(listen)
    dispatcher = Dispatcher(admit, listeners)
    answers = await asyncio.gather(*(dispatcher.answer(COMMAND) for _ in range(3 * AT_ONCE)))
    assert [answer.status for answer in answers] == [HTTPStatus.OK] * 3 * AT_ONCE
    assert most == AT_ONCE


async def test_who_does_not_get_a_turn_in_time_reads_that_nothing_was_taken_in(listeners: Listeners) -> None:
    done, errors = asyncio.Event(), list[Exception]()

    async def listen(_ack: AsyncAck, _command: Command) -> None:
        await done.wait()

    def explain(error: Exception, _sender: Sender) -> BoltResponse:
        errors.append(error)
        return BoltResponse(status=HTTPStatus.OK, body="not now")

    listeners.command("/assist")(listen)
    listeners.error(explain)
    dispatcher = Dispatcher(admit, listeners, gate=AckGate(AnswerTiming(turn_at_most=0.01)))
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(dispatcher.answer(COMMAND))
        await asyncio.sleep(0)
        late = await dispatcher.answer(COMMAND)
        done.set()
    assert (late.body, [type(error) for error in errors]) == ("not now", [StoreUnavailable])


# ── What goes wrong ──────────────────────────────────────────────────────────────────────────────────────


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


class Socket(SocketModeClient):
    """A socket that keeps what is sent through it."""

    def __init__(self) -> None:
        super().__init__("xapp-1")
        self.sent: list[SocketModeResponse] = []

    async def send_socket_mode_response(self, response: SocketModeResponse | dict[str, Any]) -> None:
        assert isinstance(response, SocketModeResponse)
        self.sent.append(response)


async def test_half_a_character_that_came_through_a_socket_can_be_written_down(listeners: Listeners) -> None:
    typed: list[str | None] = []

    async def listen(ack: AsyncAck, command: Command) -> None:
        typed.append(command.text)
        await ack("received")

    listeners.command("/assist")(listen)
    socket = Socket()
    request = SocketModeRequest("slash_commands", "envelope 1", {**COMMAND, "text": "Jane \ud83d"})
    await Dispatcher(admit, listeners).take(socket, request)
    await socket.aiohttp_client_session.close()
    assert typed == ["Jane \ufffd"]
    assert [(one.envelope_id, one.payload) for one in socket.sent] == [("envelope 1", {"text": "received"})]


# ── What it costs ────────────────────────────────────────────────────────────────────────────────────────


async def test_listeners_of_other_things_cost_nothing(listeners: Listeners) -> None:
    async def listen(_ack: AsyncAck, _payload: Payload) -> None:
        """Do nothing."""

    def more(names: Iterable[int]) -> None:
        for name in names:
            listeners.command(f"/command{name}")(listen)
            listeners.event(f"event {name}", HomeOpened)(listen)

    listeners.command("/assist")(listen)
    alone = await _fewest_calls_to_answer(listeners)
    more(range(200))
    assert await _fewest_calls_to_answer(listeners) == alone


async def _fewest_calls_to_answer(listeners: Listeners) -> int:
    """Return the same without what the garbage collector does meanwhile and what is only done the first time."""
    return min([await _calls_to_answer(listeners) for _ in range(5)])


async def _calls_to_answer(listeners: Listeners) -> int:
    """How many functions are called for one command: what is tried without need would count."""
    dispatcher = Dispatcher(admit, listeners)
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        await dispatcher.answer(COMMAND)
    finally:
        sys.setprofile(before)
    return calls
