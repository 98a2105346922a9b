"""Runs an ASGI application on a free port of this machine, and lets it hang up on its callers."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from email.utils import formatdate
from typing import Final, cast

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HANG_UP = "hang_up"
"""Under this name an application finds, in its scope's `state`, the means to break its connection."""

_DATED_EVERY: Final = 0.5


class _Server(uvicorn.Server):
    """Leaves signals to the program around it, and stops at once: uvicorn's own way takes some tenths of a second.

    Its answers say in `Date` what `clock` says.
    """

    def __init__(self, config: uvicorn.Config, clock: Callable[[], float]) -> None:
        super().__init__(config)
        self.stopping = asyncio.Event()
        self._clock = clock

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def main_loop(self) -> None:
        while not self.stopping.is_set():
            date = formatdate(self._clock(), usegmt=True).encode()
            self.server_state.default_headers = [(b"date", date), *self.config.encoded_headers]
            with suppress(TimeoutError):
                async with asyncio.timeout(_DATED_EVERY):
                    await self.stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002  # the caller closes it
        for listening in self.servers:
            listening.close()
        for connection in list(self.server_state.connections):
            cast("HttpToolsProtocol", connection).transport.abort()
        answering = list(self.server_state.tasks)
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)


class _Protocol(HttpToolsProtocol):
    """Gives the application the means to break its connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        connection = cast("asyncio.Transport", transport)
        self.app_state = {**self.app_state, HANG_UP: connection.abort}
        super().connection_made(connection)


def _listener(port: int) -> socket.socket:
    # asyncio sends small answers at once only where the socket says that it speaks TCP.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener


@asynccontextmanager
async def serving(
    app: ASGIApp,
    port: int = 0,
    *,
    protocol: type[HttpToolsProtocol] = _Protocol,
    keep_alive: int = 5,
    clock: Callable[[], float] = time.time,
) -> AsyncIterator[str]:
    """Yield the application's address on 127.0.0.1, until the block is left; requests under way are then dropped.

    An idle connection is closed after `keep_alive` seconds; `clock` answers the Unix seconds of the `Date` header.
    """
    with _listener(port) as listener:
        config = uvicorn.Config(
            app,
            http=protocol,
            lifespan="off",
            log_level="critical",
            server_header=False,
            timeout_keep_alive=keep_alive,
        )
        server = _Server(config, clock)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.stopping.set()
            await running
