"""The socket of Socket Mode, watched: Slack's own client may wait for ever on one that is dead.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from slack_sdk.web.async_client import AsyncWebClient

from bot.log import get_logger
from bot.model.errors import KnownError
from bot.outbound import Outbound
from bot.repeating import repeat

if TYPE_CHECKING:
    from slack_sdk.socket_mode.aiohttp import SocketModeClient
    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

Take: TypeAlias = "Callable[[AsyncBaseSocketModeClient, SocketModeRequest], Awaitable[None]]"

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketTiming:
    """The waits for Slack's socket, in seconds."""

    pinged_every: float = 5.0
    """By Slack's own client, which takes a socket for dead after four that are not answered."""
    checked_every: float = 5.0
    silent_after: float = 30.0
    """So long without a connection that answers, a new one is opened, at a new address."""


class SocketClosed(KnownError):
    """Slack can deliver nothing to this process at the moment."""


class WatchedSocket:
    """Hands Slack's deliveries to `take` from a socket that we open, where Slack cannot reach us over HTTP."""

    def __init__(
        self, client: AsyncWebClient, outbound: Outbound, take: Take, *, timing: SocketTiming | None = None
    ) -> None:
        self._client, self._outbound, self._take = client, outbound, take
        self._timing = timing or SocketTiming()
        self._socket: SocketModeClient | None = None
        self._answered_at = time.monotonic()

    @asynccontextmanager
    async def open(self, app_token: str) -> AsyncIterator[None]:
        """Take deliveries until left; Slack need not answer yet."""
        # Imported late: a bot that takes deliveries over HTTP starts without it.
        from slack_sdk.socket_mode.aiohttp import SocketModeClient  # noqa: PLC0415  # as said above

        pings = self._timing.pinged_every
        socket = self._socket = SocketModeClient(app_token, web_client=self._client, ping_interval=pings)
        socket.socket_mode_request_listeners.append(self._take)
        # The session that it has made itself knows neither our proxy nor our certificates.
        socket.aiohttp_client_session, unused = self._outbound.session(), socket.aiohttp_client_session
        await unused.close()
        connecting = asyncio.create_task(socket.connect(), name="socket connects")  # type: ignore[no-untyped-call]  # slack_sdk's
        watch = repeat("watch the socket", self._watch, every=self._timing.checked_every)
        watching = asyncio.create_task(watch, name="socket watched")
        try:
            yield
        finally:
            for task in (watching, connecting):
                task.cancel()
            await asyncio.wait([watching, connecting])
            await socket.close()  # type: ignore[no-untyped-call]  # likewise

    async def check(self) -> None:
        """Raise `SocketClosed` where no socket is open that answers."""
        if self._socket is None or not await self._socket.is_connected():
            raise SocketClosed

    async def _watch(self) -> None:
        """Open a socket at a new address where the old one has been silent for too long."""
        try:
            await self.check()
        except SocketClosed:
            silent = time.monotonic() - self._answered_at
            if self._socket is None or silent < self._timing.silent_after:
                return
            log.warning("socket_silent", seconds=round(silent))
            self._socket.wss_uri = None  # Slack's client would try an address that has expired for ever
            async with asyncio.timeout(self._timing.silent_after):
                await self._socket.connect_to_new_endpoint(force=True)
        self._answered_at = time.monotonic()
