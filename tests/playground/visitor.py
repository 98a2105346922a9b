"""The page with the whole bot in this process, and somebody who plays on it by forms and reloads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from bot.app import build
from bot.settings import load_settings
from playground.demo import bot_settings, build_site, free_port
from playground.loopback import serving
from playground.page import Stage


@asynccontextmanager
async def page_and_bot(redis_url: str, data_dir: Path) -> AsyncIterator[str]:
    """The address of a page that is ready to be played on."""
    port = free_port()
    bot_url = f"http://127.0.0.1:{port}"
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(Stage.set_up(bot_url))
        address = await stack.enter_async_context(serving(build_site(stage)))
        stage.workspace.address = f"{address}/slack"
        settings = {**bot_settings(stage, address, bot_url, data_dir), "REDIS_URL": redis_url}
        given = {name.lower(): value for name, value in settings.items()}
        app = await stack.enter_async_context(build(load_settings(_env_file=None, **given)))
        await stack.enter_async_context(app.jobs.working())
        await stack.enter_async_context(serving(app.web, port))
        yield address


class Visitor:
    """A browser that only posts forms and reloads."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def type(self, text: str, **where: str) -> None:
        await self.do("write", where, text=text)

    async def do(self, deed: str, where: dict[str, str] | None = None, **form: str) -> httpx.Response:
        answer = await self._http.post(f"/do/{deed}", params=where or {}, data=form)
        assert answer.status_code == 303
        return answer

    async def sees(self, *words: str, **where: str) -> str:
        """Reload until all of the words are on the page."""
        async with asyncio.timeout(10):
            while True:
                page = await self._http.get("/", params=where)
                assert page.status_code == 200
                if all(word in page.text for word in words):
                    return page.text
                await asyncio.sleep(0.05)

    async def first_message(self) -> str:
        """The timestamp of the oldest message that is seen, by which forms name it."""
        page = await self.sees("<article")
        return page.partition('<article id="')[2].partition('"')[0]
