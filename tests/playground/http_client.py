"""The page with the whole bot in this process, and a client that uses it over HTTP, as its script does."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from bot.container import build
from bot.model.session import Session
from bot.settings import load_settings
from bot.web.server import IDLE_CONNECTIONS_STAY
from playground.demo import bot_settings, build_site, free_port
from playground.page import BotState, DemoState
from playground.redis_process import bring_forward, next_plan, plans_done
from sandbox.loopback import serving
from tests.fixtures.timing import SLOW_MACHINE

_PATIENCE = 45.0


@dataclass
class OneProcess:
    """A `BotControl` with nothing to kill: the bot lives in the test's own process."""

    redis_url: str = ""
    ahead: timedelta = timedelta()
    state: BotState = BotState.READY
    kills: int = 0
    is_redis_stopped: bool = False

    def kill_bot(self) -> None:
        self.kills += 1

    def stop_redis(self) -> None:
        self.is_redis_stopped = True

    def resume_redis(self) -> None:
        self.is_redis_stopped = False

    def set_ahead(self, span: timedelta) -> None:
        self.ahead = span

    async def remember(self, records: Sequence[Session]) -> None:
        """Keep nothing: what the bot knows of before is the matter of the demo's own process."""

    async def bring_forward(self, span: timedelta) -> None:
        await bring_forward(self.redis_url, span)

    async def next_plan(self) -> timedelta | None:
        return await next_plan(self.redis_url)

    async def plans_done(self) -> None:
        await plans_done(self.redis_url)

    @asynccontextmanager
    async def forgetting(self) -> AsyncIterator[None]:
        yield


@asynccontextmanager
async def page_and_bot(redis_url: str, data_dir: Path) -> AsyncIterator[str]:
    """Yield the address of a page that is ready to be used."""
    port = free_port()
    bot_url = f"http://127.0.0.1:{port}"
    async with AsyncExitStack() as stack:
        process = OneProcess(redis_url)
        demo_state = await stack.enter_async_context(DemoState.set_up(bot_url, process))
        address = await stack.enter_async_context(serving(build_site(demo_state)))
        demo_state.workspace.address = f"{address}/slack"
        settings = bot_settings(demo_state, address, bot_url, data_dir) | {"REDIS_URL": redis_url}
        given = {name.lower(): value for name, value in settings.items()}
        timing = replace(SLOW_MACHINE, clock=lambda: time.time() + process.ahead.total_seconds())
        app = await stack.enter_async_context(build(load_settings(env_file=None, **given), timing=timing))
        await stack.enter_async_context(app.worker.working())
        await stack.enter_async_context(serving(app.web, port, keep_alive=IDLE_CONNECTIONS_STAY))
        await stack.enter_async_context(demo_state.alive())
        yield address


@dataclass
class HttpClient:
    """Somebody who looks from one place. `here` is what the page's address says: `as`, `in` and `thread`."""

    http: httpx.AsyncClient
    here: dict[str, str]

    def elsewhere(self, **here: str) -> HttpClient:
        """Return the same somewhere else, or somebody else."""
        return HttpClient(self.http, self.here | here)

    async def type(self, text: str) -> None:
        """Type into `Message`."""
        await self.do("write", text=text)

    async def do(self, action: str, /, **body: object) -> dict[str, Any]:
        """Do something, and return what the page gets."""
        answer = await self.ask(action, **body)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def ask(self, action: str, /, **body: object) -> httpx.Response:
        """Ask for an action, which may be refused."""
        return await self.http.post(f"/api/do/{action}", params=self.here, json=body)

    async def touch(self, *touches: str, received: int = 0) -> None:
        """Press buttons below a message on the customer's phone."""
        for touch in touches:
            await self.do("touch", received=received, touch=touch)

    async def view_state(self) -> dict[str, Any]:
        """Return what is seen now."""
        answer = await self.http.get("/api/view-state", params=self.here)
        assert answer.status_code == 200
        return dict(answer.json())

    async def sees(self, *words: str, within: float = _PATIENCE) -> dict[str, Any]:
        """Return the first view state that holds all of these words."""
        return await self.waits(lambda view_state: all(word in in_full(view_state) for word in words), within)

    async def waits(self, holds: Callable[[dict[str, Any]], object], within: float = _PATIENCE) -> dict[str, Any]:
        """Follow the view state until this holds of it."""
        view_state: dict[str, Any] = {}
        try:
            async with asyncio.timeout(within), self.http.stream("GET", "/api/live", params=self.here) as live:
                async for line in live.aiter_lines():
                    if line.startswith("data: ") and holds(view_state := json.loads(line.removeprefix("data: "))):
                        return view_state
        except TimeoutError:
            raise AssertionError(in_full(view_state)) from None
        raise AssertionError(view_state)

    async def card(self) -> str:
        """Return the timestamp of the oldest message, by which actions name it."""
        view_state = await self.waits(lambda view_state: view_state["messages"])
        return str(view_state["messages"][0]["ts"])


def in_full(view_state: dict[str, Any]) -> str:
    """Return all that a view state says."""
    return json.dumps(view_state, ensure_ascii=False)
