"""The HTTP server of `serve`: while it stops, accepted connections are answered, and no others are accepted."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, cast

import uvicorn
from starlette.types import ASGIApp

from bot.web.head import LimitedHeads
from bot.web.open_files import most_connections

_ANSWERS_WITHIN: Final = 1
_LOOKS: Final = 25
_LOOKS_EVERY: Final = 0.02  # together half a second for a first request
_BACKLOG: Final = 2048
_ACCEPTED_AT_ONCE: Final = 16
"""The event loop accepts one connection in a turn for each socket that listens, and a turn may be some jobs long."""
IDLE_CONNECTIONS_STAY: Final = 75
"""Seconds; longer than proxies keep theirs, mostly 60: no request meets a connection that is being closed."""


def server_for(app: ASGIApp) -> Server:
    """Return the server of an application; it is stopped by `should_exit`."""
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
            timeout_keep_alive=IDLE_CONNECTIONS_STAY,
        )
    )


class Server(uvicorn.Server):
    """uvicorn's server, whose end resets no connection that a client may take for open."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the command line: uvicorn's handlers would raise them again at the end."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen on each socket as often as connections are to be accepted at once."""
        more = [one.dup() for one in sockets or () for _ in range(_ACCEPTED_AT_ONCE - 1)]
        await super().startup([*sockets, *more] if sockets else sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept the connections that wait already, stop listening, and answer all that are open."""
        listening = [one.dup() for one in sockets or ()]
        for server in self.servers:
            server.close()
        for one in listening:
            await self._accept_waiting(one)
        self._close_after_answers()
        await self._await_first_requests()
        await super().shutdown(sockets)

    async def _accept_waiting(self, listening: socket.socket) -> None:
        """Accept the connections in the system's backlog, which would be reset with the socket."""
        loop = asyncio.get_running_loop()
        with listening:
            listening.settimeout(0)
            waiting = list(_backlog(listening))
        for connection in waiting:
            await loop.connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        return _Protocol(self.config, self.server_state, self.lifespan.state)

    def _close_after_answers(self) -> None:
        for connection in self.server_state.connections:
            if isinstance(connection, _Protocol):
                connection.close_after_answer()

    async def _await_first_requests(self) -> None:
        """Wait for the requests that are on their way; clients that were answered before may be silent for good."""
        for _ in range(_LOOKS):
            if not any(map(_is_fresh, self.server_state.connections)):
                break
            await asyncio.sleep(_LOOKS_EVERY)
        await asyncio.sleep(_LOOKS_EVERY)


class _Protocol(LimitedHeads):
    """A connection that can be closed after its next answer."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # as uvicorn has it
        super().__init__(*args, **options)
        self.most_connections = most_connections()
        self._is_last = False
        self.has_asked = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Begin to listen to a client."""
        super().connection_made(cast("asyncio.Transport", _Forgiving(transport)))

    def close_after_answer(self) -> None:
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
    """A transport that writes nothing to a client that has gone, where uvloop's raises an error."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # all else is the transport's
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write to a client that is still there."""
        if not self._transport.is_closing():
            self._transport.write(data)


def _backlog(listening: socket.socket) -> Iterator[socket.socket]:
    while True:
        try:
            connection, _ = listening.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        connection.settimeout(0)
        yield connection


def _is_fresh(connection: object) -> bool:
    return isinstance(connection, _Protocol) and not connection.has_asked
