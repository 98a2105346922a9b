"""The least that sends a request over HTTP and knows when it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import httptools

_OK = 200


class NotAcknowledged(Exception):
    """A command was refused, or its connection broke."""


class Connection(asyncio.Protocol):
    """A connection that takes one request after the other."""

    def __init__(self) -> None:
        self._parser: Any = httptools.HttpResponseParser(self)
        self._answered: asyncio.Future[int] | None = None

    async def send(self, request: bytes) -> None:
        """Return once the request is answered with 200; raises `NotAcknowledged`."""
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        if await self._answered != _OK:
            raise NotAcknowledged

    @property
    def is_open(self) -> bool:
        """Whether the other end has not hung up."""
        return not self._transport.is_closing()

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport of the connection that asyncio has opened."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Parse the bytes that asyncio has received."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Take the status of a response that is complete."""
        if self._answered and not self._answered.done():
            self._answered.set_result(self._parser.get_status_code())

    def connection_lost(self, _error: Exception | None) -> None:
        """Fail the request that waits for a response, for the connection is gone."""
        if self._answered and not self._answered.done():
            self._answered.set_exception(NotAcknowledged())


class Client:
    """Where commands are sent; connections are kept for the next one, and there is always one more."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[Connection] = []
        self._all: list[Connection] = []

    async def send(self, request: bytes) -> None:
        """Return once the request is answered with 200; raises `NotAcknowledged`."""
        connection = self._idle() or await self._opened()
        await connection.send(request)
        self._free.append(connection)

    def close(self) -> None:
        """Hang up everywhere."""
        for connection in self._all:
            connection.close()

    def _idle(self) -> Connection | None:
        while self._free:
            if (connection := self._free.pop()).is_open:
                return connection
        return None

    async def _opened(self) -> Connection:
        try:
            _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", self._port)
        except OSError as error:
            raise NotAcknowledged from error
        self._all.append(connection)
        return connection


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Client]:
    """Yield a client of the program that listens on this port, and close its connections afterwards."""
    opened = Client(port)
    try:
        yield opened
    finally:
        opened.close()
