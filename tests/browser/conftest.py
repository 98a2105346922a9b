"""A real browser, and what it looks at: the playground with its bot, and other apps, all on this machine.

The browser and the playground are those of all stories, which therefore share the loop of the session.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from typing import Any, Final, TypeAlias

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, async_playwright, expect
from starlette.types import ASGIApp

from tests.browser.chromium import FLAGS, NAMES, find_chromium
from tests.browser.page_driver import Customer, PageDriver, opened
from tests.playground.demo_process import Demo, folder, running_demo

Serve: TypeAlias = Callable[[ASGIApp], Awaitable[str]]
Sit: TypeAlias = Callable[..., Awaitable[PageDriver]]
Customers: TypeAlias = Iterator[Customer]

PAINTED: Final = "first contentful paint"
_PATIENCE_MILLISECONDS: Final = 45_000
_HURRIED: Final = ("--requests-per-minute", "6000")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured, of which no test makes a condition."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == PAINTED:
                terminalreporter.write_line(f"The page's {name}: {value} ms")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Yield a running Chromium; the test is skipped where there is none."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip(f"no Chromium on the path (looked for {', '.join(NAMES)})")
    expect.set_options(timeout=_PATIENCE_MILLISECONDS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def serve() -> AsyncIterator[Serve]:
    """Yield a function that serves an app over HTTP until the test ends, and returns its address."""
    async with AsyncExitStack() as stack:

        async def start(app: ASGIApp) -> str:
            return await stack.enter_async_context(_served(app))

        yield start


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running(browser: Browser) -> AsyncIterator[Demo]:  # noqa: ARG001  # without one, nothing needs to be started
    """Yield a demo that all stories use, whose Apizee is not strict about their number."""
    with folder() as data_dir:
        async with running_demo(data_dir, *_HURRIED) as demo:
            yield demo


@pytest_asyncio.fixture(loop_scope="session")
async def demo(running: Demo) -> AsyncIterator[Demo]:
    """Yield the demo; what a story leaves broken in it is whole again afterwards, and what it leaves open is closed."""
    yield running
    for role in ("english", "french"):
        await running.client.elsewhere(**{"as": role}).do("close")
    for fault in (await running.client.view_state())["faults"]:
        if fault["on"]:
            await running.client.do("fault", fault=fault["name"], on=False)


@pytest_asyncio.fixture(loop_scope="session")
async def fresh(demo: Demo) -> None:
    """Start the demo afresh, so that nothing has happened on it before this story."""
    await demo.client.do("reset")
    await demo.client.waits(lambda view_state: view_state["bot"]["state"] == "ready")


@pytest_asyncio.fixture(loop_scope="session")
async def sit(browser: Browser, demo: Demo) -> AsyncIterator[Sit]:
    """Yield a function that opens the page for somebody: with the tour or without, with what else they prefer."""
    async with AsyncExitStack() as stack:

        async def sit_down(**how: Any) -> PageDriver:  # noqa: ANN401  # playwright's
            return await stack.enter_async_context(opened(browser, demo.address, **how))

        yield sit_down


@pytest_asyncio.fixture(loop_scope="session")
async def page(sit: Sit) -> PageDriver:
    """Return the English agent in `support`, who has seen the tour."""
    return await sit()


@pytest.fixture(scope="session")
def customers() -> Customers:
    """People who have not been invited before."""
    return map(Customer, count(1))


@pytest.fixture
def customer(customers: Customers) -> Customer:
    """Somebody who has not been invited before."""
    return next(customers)


@asynccontextmanager
async def _served(app: ASGIApp) -> AsyncIterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn shows its start in no other way
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving
