"""Answers Slack's requests: verifies and parses them, and calls their listener.

`SlackEndpoint` receives them over HTTP, a socket hands them to `Dispatcher.take`. What Slack has signed is answered
with 200, known or not, whole or not: Slack switches off apps that answer otherwise. The one exception is an event that
could not be recorded, which Slack is asked to send again. Acknowledgements and answers are Bolt's; the search for a
listener is not (see docs/decisions.md).
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from pydantic import ValidationError
from slack_bolt import BoltResponse
from slack_bolt.context.ack.async_ack import AsyncAck
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import tracing
from bot.log import get_logger
from bot.model.errors import UnusablePayload
from bot.slack.received.interactions import Click, GlobalShortcut, MessageShortcut, Sender, Submission, sender_of
from bot.slack.received.payloads import Command, Event, Payload
from bot.slack.received.verification import MOST_BYTES, Guard, RequestRejected, well_formed
from bot.store.server.time_limit import TimeLimit
from bot.web.admission import AckGate
from bot.web.received import NOTHING_SAID, Acknowledged, ReceivedLog, Taken, in_words
from bot.web.responses import ON_EVERY_ANSWER, send_answer, server_error
from bot.web.strangers import StrangersLog

if TYPE_CHECKING:
    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

P = TypeVar("P", bound=Payload)
E = TypeVar("E", bound=Event)

Listener: TypeAlias = Callable[[AsyncAck, P], Awaitable[Taken | None]]
Registering: TypeAlias = Callable[[Listener[P]], None]
ErrorHandler: TypeAlias = Callable[[Exception, Sender], BoltResponse]
Name: TypeAlias = tuple[str, str]
"""What kind of thing Slack sends, and which one: `("command", "/assist")`."""

Dispatch: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[BoltResponse]]
"""Returns the answer to the payload of a verified request."""

Admit: TypeAlias = Callable[[str, str], Awaitable[object]]
"""Returns where the bot is installed in a workspace, else raises `NotInstalled`; or `StoreUnavailable`."""

OnDropped: TypeAlias = Callable[[str, str], None]
"""Receives the kind of what was dropped, and why: `"unknown"` or `"unusable"`."""

SLACK_PATH: Final = "/slack/events"

_AFTER_THE_TOKEN: Final = frozenset({("event", "app_uninstalled"), ("event", "tokens_revoked")})
"""Events about the end of a workspace's token: the bot may not be installed there any more."""

_MOST_FAULTS: Final = 3

log = get_logger(__name__)


class Router:
    """Passes Slack's requests straight to their endpoint, all others through Starlette's layers."""

    def __init__(self, slack: ASGIApp, others: ASGIApp) -> None:
        self._slack = slack
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        is_slacks = scope["type"] == "http" and scope["path"] == SLACK_PATH
        await (self._slack if is_slacks else self._others)(scope, receive, send)


class SlackEndpoint:
    """`/slack/events`, for every method: the guard decides on that as well."""

    def __init__(self, guard: Guard, dispatch: Dispatch, reading_seconds: float) -> None:
        self._guard = guard
        self._dispatch = dispatch
        self._reading_limit = TimeLimit(reading_seconds)
        self._strangers = StrangersLog(log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            response = await self._answer(scope, receive)
        except Exception as error:  # noqa: BLE001  # the last line of defence: it is logged and answered with 500
            response = await server_error(Request(scope), error)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> ASGIApp:
        # Not by Starlette's request and response: they take half of the time that this does. Of headers with one name
        # the first counts.
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
        try:
            self._guard.check_head(scope["method"], headers)
            payload = self._guard.check_body(headers, await self._read(receive))
        except RequestRejected as rejected:
            self._strangers.info(
                "rejected a request to Slack's address", status=rejected.status.value, reason=rejected.reason
            )
            return PlainTextResponse(rejected.reason, rejected.status, {**rejected.headers, **ON_EVERY_ANSWER})
        return partial(_respond, await self._dispatch(payload))

    async def _read(self, receive: Receive) -> bytes:
        """Return the body; of one that is too long, enough to see that it is."""
        body = b""
        try:
            async with self._reading_limit():
                while len(body) <= MOST_BYTES:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise RequestRejected(HTTPStatus.BAD_REQUEST, "body ended early")
                    body += message.get("body", b"")
                    if not message.get("more_body"):
                        break
        except TimeoutError:
            raise RequestRejected(HTTPStatus.REQUEST_TIMEOUT, "body came too slowly") from None
        return body


class Dispatcher:
    """Brings each payload to the listener of its name, when the gate lets it in."""

    def __init__(
        self,
        admit: Admit,
        listeners: Listeners,
        on_dropped: OnDropped = lambda _kind, _reason: None,
        gate: AckGate | None = None,
        received: ReceivedLog | None = None,
    ) -> None:
        self._admit = admit
        self._listeners = listeners
        self._on_dropped = on_dropped
        self._gate = gate or AckGate()
        self._received = received or ReceivedLog()

    async def answer(self, body: Mapping[str, Any]) -> BoltResponse:
        """Answer when the listener has returned: it only acknowledges what is already durable."""
        name = name_of(body)
        registered = self._listeners.named(name)
        if registered is None:
            return self._answer_unknown(name, body)
        with tracing.incoming(f"slack {name[0]}", what=name[1]):
            return await self._answered(name, registered, body)

    async def _answered(self, name: Name, registered: Registered, body: Mapping[str, Any]) -> BoltResponse:
        ack = AsyncAck()  # type: ignore[no-untyped-call]  # Bolt's
        payload, begun = None, time.perf_counter()
        try:
            payload = registered.read(body)
            taken = await self._listen(name, registered, ack, payload) or NOTHING_SAID
            answer = ack.response or await ack()
        except Exception as error:  # noqa: BLE001  # each has its answer
            taken = Taken(outcome=in_words(type(error).__name__))
            answer = self._answer_failed(name, body, error)
        self._received.note(Acknowledged(*name, body, payload, taken, time.perf_counter() - begun))
        return answer

    async def take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Answer what was received through a socket."""
        # Imported late: a bot that takes deliveries over HTTP starts without it.
        from slack_bolt.adapter.socket_mode.async_internals import send_async_response  # noqa: PLC0415  # as said above

        begun = time.time()
        answer = await self.answer(json.loads(well_formed(json.dumps(request.payload))))
        await send_async_response(client, request, answer, begun)

    async def _listen(self, name: Name, registered: Registered, ack: AsyncAck, payload: Payload) -> Taken | None:
        async with self._gate:
            if name not in _AFTER_THE_TOKEN:
                await self._admit(payload.workspace, payload.organisation)
            return await registered.listener(ack, payload)

    def _answer_unknown(self, name: Name, body: Mapping[str, Any]) -> BoltResponse:
        match body:
            case {"type": "url_verification", "challenge": str(challenge)}:
                return BoltResponse(status=HTTPStatus.OK, body={"challenge": challenge})
            case {"ssl_check": _}:
                return BoltResponse(status=HTTPStatus.OK)
        kind, _ = name
        log.info("dropped_unknown_payload", kind=kind)
        self._on_dropped(kind, "unknown")
        return BoltResponse(status=HTTPStatus.OK)

    def _answer_failed(self, name: Name, body: Mapping[str, Any], error: Exception) -> BoltResponse:
        if isinstance(error, UnusablePayload):
            kind, which = name
            log.warning("dropped_unusable_payload", kind=kind, name=which, faults=error.faults)
            self._on_dropped(kind, "unusable")
        handler = self._listeners.error_handler
        try:
            return handler(error, sender_of(body)) if handler else BoltResponse(status=HTTPStatus.OK)
        except Exception:  # the last line of defence: nothing behind it could answer
            log.exception("error_handler_failed")
            return BoltResponse(status=HTTPStatus.OK)


@dataclass(frozen=True, slots=True)
class Registered:
    """A listener, and the type into which its payload is read."""

    reads: type[Payload]
    listener: Listener[Any]

    def read(self, body: Mapping[str, Any]) -> Payload:
        """Return the payload; raises `UnusablePayload` with up to three of its faults, never what they held."""
        try:
            return self.reads.model_validate(body)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            faults = [f"{'.'.join(map(str, one['loc']))}:{one['type']}" for one in found[:_MOST_FAULTS]]
            raise UnusablePayload(*faults) from None


class Listeners:
    """The listeners of an app, one for each name, however many there are; methods are called as those of Bolt's app."""

    def __init__(self) -> None:
        self._by_name: dict[Name, Registered] = {}
        self.error_handler: ErrorHandler | None = None

    def command(self, command: str) -> Registering[Command]:
        """Register the listener of a slash command."""
        return self._registering("command", command, Command)

    def global_shortcut(self, callback_id: str) -> Registering[GlobalShortcut]:
        """Register the listener of a shortcut that is offered everywhere."""
        return self._registering("global_shortcut", callback_id, GlobalShortcut)

    def message_shortcut(self, callback_id: str) -> Registering[MessageShortcut]:
        """Register the listener of a shortcut on a message."""
        return self._registering("message_shortcut", callback_id, MessageShortcut)

    def action(self, action_id: str) -> Registering[Click]:
        """Register the listener of a button, or of anything else that is chosen in blocks."""
        return self._registering("action", action_id, Click)

    def view(self, callback_id: str) -> Registering[Submission]:
        """Register the listener of a form that is sent."""
        return self._registering("view", callback_id, Submission)

    def event(self, event_type: str, reads: type[E]) -> Registering[E]:
        """Register the listener of an event, read into a type of its own."""
        return self._registering("event", event_type, reads)

    def error(self, handler: ErrorHandler) -> None:
        """Register what answers where a payload cannot be read, or a listener fails."""
        self.error_handler = handler

    @property
    def names(self) -> AbstractSet[Name]:
        """The names of all listeners."""
        return self._by_name.keys()

    def named(self, name: Name) -> Registered | None:
        """Return the listener of this name, if there is one."""
        return self._by_name.get(name)

    def _registering(self, kind: str, name: str, reads: type[P]) -> Registering[P]:
        def register(listener: Listener[P]) -> None:
            self._by_name[kind, name] = Registered(reads, listener)

        return register


def name_of(body: Mapping[str, Any]) -> Name:
    """Return the name of a payload; of one that nobody could listen to, `("other", "")`."""
    match body:
        case {"command": str(command)}:
            return "command", command
        case {"type": "event_callback", "event": {"type": str(event_type)}}:
            return "event", event_type
        case {"type": "block_actions", "actions": [{"action_id": str(action_id)}, *_]}:
            return "action", action_id
        case {"type": "view_submission", "view": {"callback_id": str(callback_id)}}:
            return "view", callback_id
        case {"type": "shortcut", "callback_id": str(callback_id)}:
            return "global_shortcut", callback_id
        case {"type": "message_action", "callback_id": str(callback_id)}:
            return "message_shortcut", callback_id
    return "other", ""


async def _respond(answer: BoltResponse, _scope: Scope, _receive: Receive, send: Send) -> None:
    await send_answer(send, answer.status, answer.headers, answer.body)
