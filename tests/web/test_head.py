"""The heads of requests over real sockets: what is too long or too slow is closed, and nobody else notices."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.web.head import MOST_BYTES, LimitedHeads
from sandbox.loopback import serving

GET = b"GET / HTTP/1.1\r\nhost: here\r\n"
SLOW = b"GET /slow HTTP/1.1\r\nhost: here\r\n\r\n"
END = b"\r\n"
A_MEBIBYTE = 1024 * 1024


class Impatient(LimitedHeads):
    """The same with less time than people have."""

    seconds = 0.2


class Hasty(LimitedHeads):
    """The same with little time for a first byte."""

    first_byte_seconds = 0.2


class Narrow(LimitedHeads):
    """The same with few connections."""

    most_connections = 4


@dataclass
class Application:
    """What answers, and for which paths it has done so; `hold` lets it wait."""

    answered: list[str] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        if request.url.path == "/slow":
            await self.hold.wait()
        self.answered.append(request.url.path)
        await PlainTextResponse(f"{len(body)} bytes")(scope, receive, send)


@dataclass
class Connection:
    """A connection of a client's own, byte by byte."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    is_cut: bool = False

    async def send(self, data: bytes) -> None:
        """Send as long as the server takes it."""
        try:
            self.writer.write(data)
            await self.writer.drain()
        except ConnectionError:
            self.is_cut = True

    async def status(self) -> int:
        async with asyncio.timeout(10):
            head = await self.reader.readuntil(b"\r\n\r\n")
        return int(head.split()[1])

    async def closed(self) -> bytes:
        """Return what else came before the server closed it."""
        async with asyncio.timeout(10):
            try:
                return await self.reader.read()
            except ConnectionResetError:
                return b""  # with something of the client's unread


@pytest.fixture
def application() -> Application:
    return Application()


class Patient(LimitedHeads):
    """The same with the time that a busy machine needs, where size alone counts."""

    seconds = 60.0


@pytest.fixture
async def address(application: Application) -> AsyncIterator[str]:
    async with serving(application, protocol=Patient, keep_alive=60) as url:
        yield url


@pytest.fixture
async def impatient(application: Application) -> AsyncIterator[str]:
    async with serving(application, protocol=Impatient, keep_alive=1) as url:
        yield url


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(address).port)
    yield Connection(reader, writer)
    writer.close()


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(GET + b"x: " + b"y" * A_MEBIBYTE + END, id="one header"),
        pytest.param(GET + b"x: y\r\n" * 20_000, id="many headers"),
        pytest.param(b"GET /" + b"y" * A_MEBIBYTE + b" HTTP/1.1\r\n", id="the address"),
        pytest.param(GET + b"y" * A_MEBIBYTE, id="a header's name"),
    ],
)
async def test_a_head_that_is_too_long_is_refused_and_read_no_further(
    address: str, application: Application, head: bytes
) -> None:
    async with connected(address) as client:
        sent = 0
        while not client.is_cut and sent < 32 * A_MEBIBYTE:  # far more than what lies between the two holds
            await client.send(head[sent : sent + 4096] or b"x" * 4096)
            sent += 4096
            await asyncio.sleep(0)
    assert sent < 16 * A_MEBIBYTE
    assert application.answered == []


async def test_who_sends_too_much_is_answered_so(address: str, application: Application) -> None:
    async with connected(address) as client:
        await client.send(GET + b"x: " + b"y" * MOST_BYTES + END + END)
        assert await client.status() == 431
        assert await client.closed() == b""
    assert application.answered == []


async def test_a_head_of_many_small_pieces_is_too_long_as_well(address: str) -> None:
    async with connected(address) as client:
        await client.send(GET)
        for _ in range(17):
            await client.send(b"x: " + b"y" * 2_000 + END)
            await asyncio.sleep(0)
        await client.send(END)
        assert await client.status() == 431


async def test_headers_that_follow_a_body_are_headers_too(address: str, application: Application) -> None:
    chunked = b"POST / HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"
    async with connected(address) as client:
        await client.send(chunked + (b"x: " + b"y" * 2_000 + END) * 17 + END)
        assert await client.status() == 431
    assert application.answered == []


async def test_a_head_that_comes_too_slowly_is_refused(impatient: str, application: Application) -> None:
    async with connected(impatient) as client:
        await client.send(GET[:4])
        await client.send(GET[4:])  # and never the end
        assert await client.status() == 408
        assert await client.closed() == b""
    assert application.answered == []


async def test_a_connection_on_which_nothing_ever_comes_is_closed_before_an_idle_one(
    application: Application,
) -> None:
    async with serving(application, protocol=Hasty, keep_alive=60) as url, connected(url) as used:
        await used.send(GET + END)
        assert await used.status() == 200
        async with connected(url) as silent:
            assert await silent.closed() == b""
        await used.reader.readuntil(b"bytes")
        await used.send(GET + END)
        assert await used.status() == 200


async def test_strangers_who_connect_and_say_nothing_keep_nobody_out(application: Application) -> None:
    async with serving(application, protocol=Narrow, keep_alive=60) as url, AsyncExitStack() as stack:
        used = await stack.enter_async_context(connected(url))
        await used.send(GET + END)
        assert await used.status() == 200
        strangers = [await stack.enter_async_context(connected(url)) for _ in range(20)]
        for number, stranger in enumerate(strangers):
            await stranger.send(GET[: number % 3])
        for connection in (used, await stack.enter_async_context(connected(url))):
            await connection.send(GET + END)
        await used.reader.readuntil(b"bytes")
        assert await used.status() == 200
        assert await connection.status() == 200
        assert all([await stranger.closed() == b"" for stranger in strangers[:10]])


async def test_where_all_are_being_answered_a_new_one_is_refused(application: Application) -> None:
    async with serving(application, protocol=Narrow, keep_alive=60) as url, AsyncExitStack() as stack:
        busy = [await stack.enter_async_context(connected(url)) for _ in range(Narrow.most_connections)]
        for one in busy:
            await one.send(SLOW)
        await asyncio.sleep(0.1)
        late = await stack.enter_async_context(connected(url))
        assert await late.status() == 503
        assert await late.closed() == b""
        application.hold.set()
        assert [await one.status() for one in busy] == [200] * len(busy)


async def test_of_many_who_come_at_once_and_ask_at_once_all_are_answered(application: Application) -> None:
    async with serving(application, protocol=Narrow, keep_alive=60) as url, AsyncExitStack() as stack:
        for _ in range(Narrow.most_connections):
            idle = await stack.enter_async_context(connected(url))
            await idle.send(GET + END)
            assert await idle.status() == 200
        crowd = [socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) for _ in range(8)]
        for one in crowd:  # all of it is there before the server looks
            stack.enter_context(one)
            one.sendall(GET + END)
            one.settimeout(0)
        async with asyncio.timeout(10):
            answers = [await asyncio.get_running_loop().sock_recv(one, 4096) for one in crowd]
    assert [answer.split()[1] for answer in answers] == [b"200"] * len(crowd)


@pytest.mark.parametrize("sent", [b"", b"\r\n", GET + END], ids=["nothing", "an empty line", "one request"])
async def test_a_connection_on_which_nothing_comes_any_more_is_closed(impatient: str, sent: bytes) -> None:
    async with connected(impatient) as client:
        await client.send(sent)
        answer = await client.closed()
    assert answer.startswith(b"HTTP/1.1 200") == sent.startswith(b"GET")


async def test_long_bodies_are_no_heads(address: str, application: Application) -> None:
    async with connected(address) as client:
        await client.send(b"POST / HTTP/1.1\r\ncontent-length: 1048576\r\n\r\n" + b"y" * A_MEBIBYTE)
        assert await client.status() == 200
        await client.send(GET + END)
    assert application.answered == ["/"]


async def test_requests_that_come_all_at_once_are_all_answered(address: str, application: Application) -> None:
    post = b"POST / HTTP/1.1\r\ncontent-length: 40000\r\n\r\n" + b"y" * 40_000
    async with connected(address) as client:
        await client.send(post + post + GET + END)
        for _ in range(3):
            assert await client.status() == 200
            await client.reader.readuntil(b"bytes")
    assert application.answered == ["/"] * 3


async def test_a_head_waits_for_the_answer_before_it(impatient: str, application: Application) -> None:
    async with connected(impatient) as client:
        await client.send(SLOW + GET)
        await asyncio.sleep(3 * Impatient.seconds)
        await client.send(END)
        application.hold.set()
        assert await client.status() == 200
        await client.reader.readuntil(b"bytes")
        assert await client.status() == 200
    assert application.answered == ["/slow", "/"]


@pytest.mark.parametrize("held", [0.5, 2.5], ids=["within its time", "beyond its time"])
async def test_the_time_of_a_head_begins_after_the_answer_before_it(
    impatient: str, application: Application, held: float
) -> None:
    clock = asyncio.get_running_loop().time
    async with connected(impatient) as client:
        await client.send(SLOW + GET)  # and never the end
        await asyncio.sleep(held * Impatient.seconds)
        answered_from = clock()
        application.hold.set()
        assert await client.status() == 200
        await client.reader.readuntil(b"bytes")
        assert await client.status() == 408
        assert clock() - answered_from > 0.9 * Impatient.seconds
    assert application.answered == ["/slow"]


async def test_what_is_no_request_is_a_bad_one(address: str) -> None:
    async with connected(address) as client:
        await client.send(b"hello\r\n\r\n")
        assert await client.status() == 400
