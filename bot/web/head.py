"""Limits HTTP connections before anybody can be refused: heads in size and time, and how many stand at once.

uvicorn's own parser takes megabytes of headers, and waits for the rest of a head as long as the connection stands; it
opens as many connections as come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from http import HTTPStatus
from math import inf
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.log import get_logger
from bot.web.open_files import MOST_CONNECTIONS
from bot.web.strangers import StrangersLog

MOST_BYTES: Final = 32 * 1024
"""Slack's and Apizee's heads take about 1 KiB, a browser's with what proxies add seldom more than 8."""

SECONDS: Final = 5.0
"""From a head's first byte to its last, without the time in which an earlier request is still being answered."""

FIRST_BYTE_SECONDS: Final = 15.0
"""From a connection to the first byte on it: a proxy connects when it has something to say, or shortly before."""

_READ_WITHIN: Final = 0.01
"""Of a crowd that comes at once, what is sent with a connection is read a little later than the connection is made."""

_MOST_SURPLUS: Final = 200
"""So many connections more may stand for that moment (`bot.web.open_files` leaves room for them)."""

log = StrangersLog(get_logger(__name__))


class TooLong(Exception):
    """A head is longer than it may be."""


class LimitedHeads(HttpToolsProtocol):
    """One connection, which is closed where a head is too long (431) or too slow (408), or where none comes at all.

    Where too many stand, a new one replaces the one of least use, which has asked for nothing yet, or not for longest:
    a moment later, when it is known which of those that are new ask for something.
    One that is being answered stays; where all are, the new one is refused (503).
    """

    most_bytes = MOST_BYTES
    seconds = SECONDS
    first_byte_seconds = FIRST_BYTE_SECONDS
    most_connections = MOST_CONNECTIONS

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401  # uvicorn's own
        super().__init__(*given, **named)
        self._timer: asyncio.TimerHandle | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._is_in_head = False
        self._begins_here = False
        self._received = 0
        self._parsed = 0
        self._quiet_since = self.loop.time()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Wait for the first byte."""
        super().connection_made(transport)
        self._wait(min(self.first_byte_seconds, self.timeout_keep_alive), self.transport.close)
        surplus = len(self.connections) - self.most_connections
        if surplus <= 0:
            return
        if surplus > _MOST_SURPLUS or not any(one is not self for one in self._quiet()):
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self.loop.call_later(_READ_WITHIN, self._make_room)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._wait_no_longer()
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, and measure what of it is head, but for what came together with its first byte."""
        self._begins_here = False
        super().data_received(data)
        if not self._is_in_head or self.transport.is_closing():
            return
        if self._timer is None:
            self._wait_for_the_rest()
        if not self._begins_here:
            self._received += len(data)
            if self._received > self.most_bytes:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begin to measure."""
        self._is_in_head = self._begins_here = True
        self._received = self._parsed = 0
        self._wait_no_longer()  # for a first byte
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take a part of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or one that follows the body."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Let the request through."""
        self._is_in_head = False
        self._wait_no_longer()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Go on with what came meanwhile: the next request, or a head, which has the whole of its time from now on.

        As in uvicorn, but that its timer for idle connections is not begun with each answer.
        """
        self.server_state.total_requests += 1
        self._quiet_since = self.loop.time()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self._idle_timer is None:
            self._close_if_idle()
        if self._is_in_head:
            self._wait_for_the_rest()

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with a request that the parser gave up."""
        self._wait_no_longer()
        if self._parsed > self.most_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        else:
            super().send_400_response(msg)

    def _count(self, length: int) -> None:
        """Raise `TooLong`, which the parser takes for a broken request."""
        self._parsed += length
        if self._parsed > self.most_bytes:
            raise TooLong

    def _wait_for_the_rest(self) -> None:
        """Wait for the rest of a head, but not while an earlier request of this connection is being answered."""
        if self._is_answering():
            self._wait_no_longer()
        else:
            self._wait(self.seconds, self._too_slow)

    def _close_if_idle(self) -> None:
        """Close the connection where it was idle for long enough, else look again when it may have been."""
        idle = self.loop.time() - self._quiet_since
        if self._is_answering() or self._is_in_head:
            idle = 0
        if idle < self.timeout_keep_alive:
            self._idle_timer = self.loop.call_later(self.timeout_keep_alive - idle, self._close_if_idle)
        else:
            self.transport.close()

    def _too_slow(self) -> None:
        self._refuse(HTTPStatus.REQUEST_TIMEOUT)

    def _refuse(self, status: HTTPStatus) -> None:
        self._wait_no_longer()
        log.info("request_head_refused", status=status.value)
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        self.transport.write(head.encode())
        self.transport.close()

    @property
    def usefulness(self) -> tuple[bool, float]:
        """Whether anything was ever asked here, and since when nothing is; infinite while something is answered."""
        is_busy = self._is_answering() or self.transport.is_closing()
        return (self.cycle is not None, inf if is_busy else self._quiet_since)

    def _make_room(self) -> None:
        """Close the connection of least use; of those on which nothing came yet, none whose bytes may wait unread."""
        read = self.loop.time() - _READ_WITHIN
        quiet = [one for one in self._quiet() if one.usefulness[0] or one.usefulness[1] <= read]
        if quiet and len(self.connections) > self.most_connections:
            log.info("connection_closed_for_another", most=self.most_connections)
            min(quiet, key=lambda one: one.usefulness).transport.close()

    def _quiet(self) -> Iterator[LimitedHeads]:
        return (one for one in self.connections if isinstance(one, LimitedHeads) and one.usefulness[1] < inf)

    def _is_answering(self) -> bool:
        return bool(self.cycle) and not self.cycle.response_complete

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self._wait_no_longer()
        self._timer = self.loop.call_later(seconds, then)

    def _wait_no_longer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
