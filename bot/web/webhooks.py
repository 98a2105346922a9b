"""The address for Apizee's webhooks: only those that carry the secret are read."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final, TypeAlias

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.apizee.webhooks import MOST_BYTES, Malformed
from bot.installation.accounts import Account, Accounts
from bot.log import get_logger
from bot.model.errors import KnownError, StoreUnavailable
from bot.web.responses import read_at_most
from bot.web.strangers import StrangersLog

log = get_logger(__name__)

OnWebhook: TypeAlias = Callable[[Account, bytes], Awaitable[None]]
"""Takes a webhook's body, and loses nothing of it once it returns; raises `Malformed` and `StoreUnavailable`."""

_READ_WITHIN: Final = 5.0
_TEAM: Final = re.compile(r"[TE][A-Z0-9]{2,20}")


class WebhookEndpoint:
    """`POST /apizee/webhooks` for the operator's account, with a workspace's id behind it for that workspace's own.

    The header named `header` has to hold the account's secret. Accounts without one have no address.
    """

    def __init__(
        self, on_webhook: OnWebhook, accounts: Accounts, *, header: str, on_refused: Callable[[], None] = lambda: None
    ) -> None:
        self._on_webhook = on_webhook
        self._accounts = accounts
        self._header = header
        self._on_refused = on_refused
        self._strangers = StrangersLog(log)

    def routes(self) -> list[Route]:
        """Return the addresses of the endpoint."""
        return [
            Route("/apizee/webhooks", self._for_operator, methods=["POST"]),
            Route("/apizee/webhooks/{account}", self._for_workspace, methods=["POST"]),
        ]

    async def _for_operator(self, request: Request) -> Response:
        return await self._answer(self._accounts.operators, request)

    async def _for_workspace(self, request: Request) -> Response:
        team = request.path_params["account"]
        try:
            account = await self._accounts.of(team) if _TEAM.fullmatch(team) else None
        except StoreUnavailable:
            return _plain(HTTPStatus.SERVICE_UNAVAILABLE)
        except KnownError:
            return _plain(HTTPStatus.NOT_FOUND)
        return await self._answer(None if account is self._accounts.operators else account, request)

    async def _answer(self, account: Account | None, request: Request) -> Response:
        if account is None or not account.about.webhook_secret:
            return _plain(HTTPStatus.NOT_FOUND)
        given = request.headers.get(self._header, "")
        if not hmac.compare_digest(given.encode(), account.about.webhook_secret.encode()):
            self._on_refused()
            self._strangers.info("webhook_refused")
            return _plain(HTTPStatus.UNAUTHORIZED)
        try:
            await self._on_webhook(account, await _read(request))
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
