"""How what Slack sends reaches its listener: by its name, read into the type of its kind; and always answered."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from http import HTTPStatus
from types import FrameType
from typing import Any

import pytest
from slack_bolt import BoltResponse
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.model.errors import StoreUnavailable
from bot.model.timing import AnswerTiming
from bot.slack.received.interactions import Sender
from bot.slack.received.payloads import Command, HomeOpened, Payload
from bot.web.admission import AT_ONCE, AckGate
from bot.web.slack import Dispatcher, Listeners
from tests.web.dispatching import BY_ANNA, COMMAND, EVENT, admit, answered

MESSAGE = {"channel": {"id": "C1"}, "message": {"ts": "1.0"}}


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
