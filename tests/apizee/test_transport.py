"""One exchange over a real connection that breaks, stalls or never ends, through both transports of httpx."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from httpx_aiohttp import AiohttpTransport

from bot.apizee.errors import MalformedResponse, OutcomeUnknown, Unreachable
from bot.apizee.timing import ApizeeTiming
from bot.apizee.transport import LARGEST_BODY, exchange, request_for

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]

SECRET = "+33662682193"
IN_EARNEST = ApizeeTiming()
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.fixture(params=["aiohttp", "httpcore"])
async def http(request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncBaseTransport]:
    transport = AiohttpTransport() if request.param == "aiohttp" else httpx.AsyncHTTPTransport()
    async with transport:
        yield transport


@asynccontextmanager
async def server_that(behaves: Behaviour) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            await behaves(writer)
        except ConnectionError:
            pass  # the client has had enough
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def invitation(url: str, timing: ApizeeTiming = IN_EARNEST) -> httpx.Request:
    return request_for("POST", f"{url}/tickets", timing, params={"phone": SECRET})


async def say(writer: asyncio.StreamWriter, *words: bytes) -> None:
    for word in words:
        writer.write(word)
        await writer.drain()


async def hang_up(_writer: asyncio.StreamWriter) -> None:
    """Close without a word."""


async def break_off(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def babble(writer: asyncio.StreamWriter) -> None:
    await say(writer, b"220 mail.example ESMTP\r\n\r\n")


async def stop_halfway(writer: asyncio.StreamWriter) -> None:
    await say(writer, HEAD + b'Content-Length: 100\r\n\r\n{"id":')


async def lie_about_the_encoding(writer: asyncio.StreamWriter) -> None:
    await say(writer, HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")


async def test_an_answer_comes_back_as_it_is(http: httpx.AsyncBaseTransport) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        await say(writer, HEAD + b"X-RateLimit-Reset: 7\r\nContent-Length: 2\r\n\r\n{}")

    async with server_that(answer) as url:
        said = await exchange(http, invitation(url), IN_EARNEST)

    assert (said.status, said.headers["x-ratelimit-reset"], said.body) == (200, "7", b"{}")


async def test_where_nobody_listens_the_request_surely_never_left(
    http: httpx.AsyncBaseTransport, unused_tcp_port: int
) -> None:
    with pytest.raises(Unreachable):
        await exchange(http, invitation(f"http://127.0.0.1:{unused_tcp_port}"), IN_EARNEST)


@pytest.mark.parametrize("trouble", [hang_up, break_off, babble, stop_halfway, lie_about_the_encoding])
async def test_a_connection_that_breaks_after_the_request_leaves_its_outcome_open(
    http: httpx.AsyncBaseTransport, trouble: Behaviour
) -> None:
    async with server_that(trouble) as url:
        with pytest.raises(OutcomeUnknown) as raised:
            await exchange(http, invitation(url), IN_EARNEST)

    shown = "".join(traceback.format_exception(raised.value))
    assert SECRET not in shown
    assert "%2B33662682193" not in shown


async def test_a_server_that_says_nothing_is_not_waited_for(http: httpx.AsyncBaseTransport) -> None:
    hasty = ApizeeTiming(connect=0.1, silence=0.1)
    silence = asyncio.Event()

    async def be_silent(_writer: asyncio.StreamWriter) -> None:
        await silence.wait()

    async with server_that(be_silent) as url:
        with pytest.raises(OutcomeUnknown):
            await exchange(http, invitation(url, hasty), hasty)
        silence.set()


async def test_a_server_that_never_ends_is_not_waited_for(http: httpx.AsyncBaseTransport) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        await say(writer, HEAD + b"Content-Length: 1000\r\n\r\n")
        while True:
            await say(writer, b" ")
            await asyncio.sleep(0.02)

    async with server_that(drip) as url:
        with pytest.raises(OutcomeUnknown, match="TimeoutError"):
            await exchange(http, invitation(url), ApizeeTiming(exchange=0.2))


async def test_an_answer_without_end_is_cut_off(http: httpx.AsyncBaseTransport) -> None:
    sent = 0

    async def pour(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await say(writer, HEAD + b"Connection: close\r\n\r\n")
        while sent < 50 * LARGEST_BODY:
            await say(writer, b" " * 65_536)
            sent += 65_536

    async with server_that(pour) as url:
        with pytest.raises(MalformedResponse, match=f"more than {LARGEST_BODY} bytes"):
            await exchange(http, invitation(url), IN_EARNEST)

    assert sent < 10 * LARGEST_BODY


async def test_a_redirect_is_not_followed(http: httpx.AsyncBaseTransport) -> None:
    elsewhere: list[str] = []

    async def be_elsewhere(_writer: asyncio.StreamWriter) -> None:
        elsewhere.append("asked")

    async with server_that(be_elsewhere) as other:

        async def point_elsewhere(writer: asyncio.StreamWriter) -> None:
            await say(writer, f"HTTP/1.1 302 Found\r\nLocation: {other}/\r\nContent-Length: 0\r\n\r\n".encode())

        async with server_that(point_elsewhere) as url:
            said = await exchange(http, invitation(url), IN_EARNEST)

    assert (said.status, elsewhere) == (302, [])
