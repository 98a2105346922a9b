"""The HTTP server of `serve`: whoever it has let in while it stops is answered, and nobody else is let in."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

import uvicorn
from starlette.types import ASGIApp

from bot.web.head import LimitedHeads

_ANSWERS_WITHIN: Final = 1
_LOOKS: Final = 25
_LOOKS_EVERY: Final = 0.02  # together half a second for a first request
_BACKLOG: Final = 2048
_IDLE_CONNECTIONS_STAY: Final = (
    75  # longer than proxies keep theirs, mostly 60 seconds: whoever asks never meets a closing door
)


def server_for(app: ASGIApp) -> Server:
    """Make the server of an application; it is stopped by `should_exit`."""
    return Server(
        uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,  # nothing here depends on who asks, or how
            server_header=False,
            backlog=_BACKLOG,
            timeout_graceful_shutdown=_ANSWERS_WITHIN,
            timeout_keep_alive=_IDLE_CONNECTIONS_STAY,
        )
    )


class Server(uvicorn.Server):
    """uvicorn's server, whose end resets no connection that somebody may believe in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The command line has its own handlers: uvicorn's would raise the signal again at the end."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let in who stands in the queue, close the door, and answer all who are inside."""
        access_links = [door.dup() for door in sockets or ()]
        for server in self.servers:
            server.close()
        for door in access_links:
            await self._let_in_the_queue(door)
        self._say_goodbye()
        await self._hear_first_words()
        await super().shutdown(sockets)

    async def _let_in_the_queue(self, door: socket.socket) -> None:
        """Take the connections that the system has made for us, which would be reset with the door."""
        loop = asyncio.get_running_loop()
        with door:
            door.settimeout(0)
            queue = list(_standing_at(door))
        for connection in queue:
            await loop.connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        return _Protocol(self.config, self.server_state, self.lifespan.state)

    def _say_goodbye(self) -> None:
        for connection in self.server_state.connections:
            if isinstance(connection, _Protocol):
                connection.answers_once_more()

    async def _hear_first_words(self) -> None:
        """Wait for the requests that are on their way; those who were answered before may be silent for good."""
        for _ in range(_LOOKS):
            if not any(map(_is_fresh, self.server_state.connections)):
                break
            await asyncio.sleep(_LOOKS_EVERY)
        await asyncio.sleep(_LOOKS_EVERY)


class _Protocol(LimitedHeads):
    """A connection that can be told to end after its next answer."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # as uvicorn has it
        super().__init__(*args, **options)
        self._is_last = False
        self.has_asked = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Begin to listen to a client."""
        super().connection_made(cast("asyncio.Transport", _Forgiving(transport)))

    def answers_once_more(self) -> None:
        """Close after the next answer, or the one under way."""
        self._is_last = True
        if self.has_asked and not self.cycle.response_complete:
            self.cycle.keep_alive = False

    def on_headers_complete(self) -> None:
        """Begin to answer."""
        super().on_headers_complete()
        self.has_asked = True
        if self._is_last:
            self.cycle.keep_alive = False


class _Forgiving:
    """A transport that says nothing to a client who has gone, where uvloop's raises an error for it."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # all else is the transport's
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Say something to whoever is still there."""
        if not self._transport.is_closing():
            self._transport.write(data)


def _standing_at(door: socket.socket) -> Iterator[socket.socket]:
    while True:
        try:
            connection, _ = door.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        connection.settimeout(0)
        yield connection


def _is_fresh(connection: object) -> bool:
    return isinstance(connection, _Protocol) and not connection.has_asked
