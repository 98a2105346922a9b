"""The connections to Slack: a pool for its Web API, clients on top of it, and a socket for Socket Mode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import aiohttp
from pydantic_core import to_json
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbound import Outbound

if TYPE_CHECKING:
    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)


def slack_session(outbound: Outbound) -> aiohttp.ClientSession:
    """Open the pool of connections to Slack, which the caller closes; needs a running loop."""
    return outbound.session(timeout=_TIMEOUT, json_serialize=_as_json)


def web_client(http: aiohttp.ClientSession, api_url: str, token: str | None = None) -> AsyncWebClient:
    """Return a client of Slack's Web API that acts with a token; without one it acts in no workspace."""
    # No retry handlers: the gateway says what may be repeated, the library's own handler repeats posts.
    return AsyncWebClient(token=token, base_url=api_url, session=http, retry_handlers=[])


@asynccontextmanager
async def socket_mode(
    app_token: str,
    client: AsyncWebClient,
    outbound: Outbound,
    take: Callable[[AsyncBaseSocketModeClient, SocketModeRequest], Awaitable[None]],
) -> AsyncIterator[None]:
    """Hand Slack's deliveries to `take` from a socket that we open, where Slack cannot reach us over HTTP."""
    # Imported late: a bot that takes deliveries over HTTP starts without it.
    from slack_sdk.socket_mode.aiohttp import SocketModeClient  # noqa: PLC0415  # as said above

    socket = SocketModeClient(app_token, web_client=client)
    socket.socket_mode_request_listeners.append(take)
    # The session that it has made itself knows neither our proxy nor our certificates.
    socket.aiohttp_client_session, unused = outbound.session(), socket.aiohttp_client_session
    await unused.close()
    await socket.connect()  # type: ignore[no-untyped-call]  # slack_sdk's
    try:
        yield
    finally:
        await socket.close()  # type: ignore[no-untyped-call]  # likewise


def _as_json(value: object) -> str:
    return to_json(value).decode()
