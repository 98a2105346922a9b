"""An HTTP server that does next to nothing: one call for each request, one write for each answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import httptools


@dataclass(frozen=True, slots=True)
class Asked:
    """A request."""

    method: str
    path: str
    query: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered, and after how many seconds."""

    body: bytes
    after: float = 0.0
    type: str = "application/json"


Answerer = Callable[[Asked], Answer]


def as_json(value: object) -> bytes:
    """Return a body without a space too many."""
    return json.dumps(value, separators=(",", ":")).encode()


class _Connection(asyncio.Protocol):
    """One connection, kept as long as the client likes; requests on it come one after the other."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._parser: Any = httptools.HttpRequestParser(self)
        self._url = b""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._url, self._body = b"", []

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        path, _, query = self._url.decode().partition("?")
        asked = Asked(self._parser.get_method().decode(), path, query, b"".join(self._body))
        answer = self._answerer(asked)
        if answer.after:
            asyncio.get_running_loop().call_later(answer.after, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        if not self._transport.is_closing():
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {answer.type}\r\nContent-Length: {len(answer.body)}"
            self._transport.write(f"{head}\r\n\r\n".encode() + answer.body)


@asynccontextmanager
async def answering(answerer: Answerer) -> AsyncIterator[str]:
    """Yield the address on 127.0.0.1 under which this answers, in this process, until the block is left."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(answerer), "127.0.0.1", 0, backlog=2048)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
