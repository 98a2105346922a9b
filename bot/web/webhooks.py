"""The address for Apizee's webhooks: only those that carry the secret are read."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.apizee.webhooks import MOST_BYTES, Malformed
from bot.log import get_logger
from bot.model.errors import StoreUnavailable
from bot.web.responses import read_at_most
from bot.web.strangers import StrangersLog

log = get_logger(__name__)

OnWebhook = Callable[[bytes], Awaitable[None]]
"""Takes a webhook's body, and loses nothing of it once it returns; raises `Malformed` and `StoreUnavailable`."""

_READ_WITHIN: Final = 5.0


class WebhookEndpoint:
    """`POST /apizee/webhooks`: the header named `header` has to hold the secret."""

    def __init__(
        self, on_webhook: OnWebhook, *, header: str, secret: str, on_refused: Callable[[], None] = lambda: None
    ) -> None:
        self._on_webhook = on_webhook
        self._header = header
        self._secret = secret.encode()
        self._on_refused = on_refused
        self._strangers = StrangersLog(log)

    def routes(self) -> list[Route]:
        """Return the route of the endpoint."""
        return [Route("/apizee/webhooks", self._answer, methods=["POST"])]

    async def _answer(self, request: Request) -> Response:
        given = request.headers.get(self._header, "")
        if not hmac.compare_digest(given.encode(), self._secret):
            self._on_refused()
            self._strangers.info("webhook_refused")
            return _plain(HTTPStatus.UNAUTHORIZED)
        try:
            await self._on_webhook(await _read(request))
        except (Malformed, ClientDisconnect, TimeoutError):
            return _plain(HTTPStatus.BAD_REQUEST)
        except _TooLong:
            return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except StoreUnavailable:
            return _plain(HTTPStatus.SERVICE_UNAVAILABLE)
        return _plain(HTTPStatus.OK)


class _TooLong(Exception):
    """More than any webhook of Apizee's has."""


async def _read(request: Request) -> bytes:
    async with asyncio.timeout(_READ_WITHIN):
        body = await read_at_most(request, MOST_BYTES)
    if len(body) > MOST_BYTES:
        raise _TooLong
    return body


def _plain(status: HTTPStatus) -> Response:
    return PlainTextResponse(status.phrase, status)
