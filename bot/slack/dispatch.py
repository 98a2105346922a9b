"""What Slack has sent, brought to its listener: read once, without a call to Slack, and answered whatever it is.

What Slack has signed is answered with 200, known or not, whole or not: Slack switches off apps that answer otherwise.
The one exception is an event that could not be kept, which Slack is asked to send again. Acknowledgements and answers
are Bolt's; the search for a listener is not (see docs/decisions.md).
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck

from bot.log import get_logger
from bot.model.errors import UnusablePayload
from bot.slack.listeners import Listeners, Name, Registered, name_of
from bot.slack.payloads import Payload, sender_of
from bot.slack.verification import well_formed

if TYPE_CHECKING:
    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

Admit = Callable[[str], Awaitable[object]]
"""Returns where the bot is installed in a workspace.

Raises `NotInstalled`, or `StoreUnavailable` where that is not known.
"""

OnDropped = Callable[[str, str], None]
"""Hears the kind of what was dropped, and why: `"unknown"` or `"unusable"`."""

_AFTER_THE_TOKEN: Final = frozenset({("event", "app_uninstalled"), ("event", "tokens_revoked")})
"""Events that tell of the end of a workspace's token: the bot may not be installed there any more."""

_MOST_FAULTS: Final = 3

log = get_logger(__name__)


class Dispatcher:
    """Brings each payload to the listener of its name."""

    def __init__(self, admit: Admit, listeners: Listeners, on_dropped: OnDropped = lambda _kind, _reason: None) -> None:
        self._admit = admit
        self._listeners = listeners
        self._on_dropped = on_dropped

    async def answer(self, body: Mapping[str, Any]) -> BoltResponse:
        """Answer when the listener has returned: it does nothing but acknowledge what is already durable."""
        name = name_of(body)
        registered = self._listeners.named(name)
        if registered is None:
            return self._unknown(name, body)
        ack = AsyncAck()  # type: ignore[no-untyped-call]  # Bolt's
        try:
            payload = _read(registered, body)
            if name not in _AFTER_THE_TOKEN:
                await self._admit(payload.workspace)
            await registered.listener(ack, payload)
        except Exception as error:  # noqa: BLE001  # each has its answer
            return self._failed(name, body, error)
        return ack.response or await ack()

    async def take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Answer what came through a socket."""
        # Imported late: whoever takes deliveries over HTTP starts without it.
        from slack_bolt.adapter.socket_mode.async_internals import send_async_response  # noqa: PLC0415  # as said above

        begun = time.time()
        answer = await self.answer(json.loads(well_formed(json.dumps(request.payload))))
        await send_async_response(client, request, answer, begun)

    def _unknown(self, name: Name, body: Mapping[str, Any]) -> BoltResponse:
        match body:
            case {"type": "url_verification", "challenge": str(challenge)}:
                return BoltResponse(status=HTTPStatus.OK, body={"challenge": challenge})
            case {"ssl_check": _}:
                return BoltResponse(status=HTTPStatus.OK)
        kind, _ = name
        log.info("dropped_unknown_payload", kind=kind)
        self._on_dropped(kind, "unknown")
        return BoltResponse(status=HTTPStatus.OK)

    def _failed(self, name: Name, body: Mapping[str, Any], error: Exception) -> BoltResponse:
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


def _read(registered: Registered, body: Mapping[str, Any]) -> Payload:
    try:
        return registered.reads.model_validate(body)
    except ValidationError as error:
        raise UnusablePayload(*_faults(error)) from None


def _faults(error: ValidationError) -> list[str]:
    """Which parts were wrong, and how; never what they held."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return [f"{'.'.join(map(str, one['loc']))}:{one['type']}" for one in found[:_MOST_FAULTS]]
