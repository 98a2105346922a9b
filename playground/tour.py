"""Plays the guided tour in a real browser, by what people see, and takes the pictures that the documentation shows.

`apizee-slack demo --headless-tour`: one command, so that no picture is older than what it shows.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import click

from playground.demo import demo
from playground.folder import DemoFailed

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

PICTURES: Final = Path("docs/images")

_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_WIDTH, _HEIGHT, _HEIGHT_OF_HOME = 1400, 900, 560
_PATIENCE_MILLISECONDS: Final = 150_000  # ten requests a minute are shared by all that happens here
_NEEDED: Final = "The tour needs playwright (pip install playwright) and Chromium on the path: {missing} is missing."


async def play_tour(pictures: Path) -> None:
    """Play in a fresh folder, and put the pictures there; raises `DemoFailed`, also where there is no browser."""
    browser = _browser()
    with TemporaryDirectory(prefix="tour-", ignore_cleanup_errors=True) as folder:
        async with demo(0, Path(folder), asyncio.Event()) as address, _page(browser, address) as page:
            await _Player(page, pictures).play()


class _Player:
    """An agent, and a customer, before the page."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self._page = page
        self._pictures = pictures
        self._phone = page.get_by_role("region", name="Customer's phone")
        self._thread = page.get_by_role("region", name="Thread")

    async def play(self) -> None:
        """The tour, then what it leaves out."""
        await self._assist()
        await self._look_into_the_thread()
        await self._ask_for_figures()
        await self._fill_in_a_form()
        await self._look_at_it_all()
        await self._meet()
        await self._go_home()

    async def _assist(self) -> None:
        await self._type("/assist +33 6 62 68 21 93")
        await self._message("Invited by SMS.").wait_for()
        await self._take("private-message", self._message("Your video assistance is ready."))
        await self._touch("Open link", "Accept", "Allow camera", "Take photo")
        await self._message("In progress").wait_for()
        await self._page.get_by_role("button", name="+5 min").click()
        await self._touch("Take photo", "Hang up")
        await self._message("Done after").filter(has_text="2 photos").wait_for()

    async def _look_into_the_thread(self) -> None:
        await self._open_thread()
        await self._take("thread", self._thread)
        await self._thread.get_by_role("button", name="Close").click()
        await self._take("card", self._message("Done after"))

    async def _ask_for_figures(self) -> None:
        await self._type("/assist stats today")
        await self._take("statistics", self._message("Only visible to you").filter(has=self._page.get_by_role("table")))
        await self._page.get_by_role("button", name="Finish").click()

    async def _fill_in_a_form(self) -> None:
        await self._type("/assist")
        form = self._page.get_by_role("dialog", name="Start video assistance")
        await form.get_by_role("textbox").first.fill("+33 6 62 68 21 93")
        await self._take("form", form)
        await form.get_by_role("button", name="Cancel").click()

    async def _look_at_it_all(self) -> None:
        await self._open_thread()
        await self._message("Done after").hover()
        await self._page.mouse.wheel(0, -_HEIGHT)
        await self._page.mouse.move(0, 0)
        await self._take_page("playground")
        await self._page.get_by_role("button", name="Dark mode").click()
        await self._take_page("playground-dark")
        await self._page.get_by_role("button", name="mode").click()

    async def _meet(self) -> None:
        await self._thread.get_by_role("button", name="Close").click()
        await self._type('/meet ann@example.com, +33 6 12 34 56 78 name:"Site visit"')
        await self._take("meeting", self._message("The guests are invited."))

    async def _go_home(self) -> None:
        await self._page.get_by_role("navigation", name="Apps").get_by_role("link", name="Apizee").click()
        home = self._page.get_by_role("main")
        await home.get_by_text("My last sessions").wait_for()
        await self._page.set_viewport_size({"width": _WIDTH, "height": _HEIGHT_OF_HOME})
        await self._take("home", home)

    async def _open_thread(self) -> None:
        await self._message("Done after").get_by_text("repl").first.click()
        await self._thread.get_by_role("img", name="Photo").nth(1).wait_for()

    def _message(self, text: str) -> Locator:
        return self._page.get_by_role("main").get_by_role("article").filter(has_text=text)

    async def _type(self, text: str) -> None:
        box = self._page.get_by_role("textbox", name="Message", exact=True)
        await box.fill(text)
        await box.press("Enter")

    async def _touch(self, *names: str) -> None:
        for name in names:
            await self._phone.get_by_role("button", name=name).click()

    async def _take(self, name: str, what: Locator) -> None:
        await what.screenshot(path=self._path(name), animations="disabled")

    async def _take_page(self, name: str) -> None:
        await self._page.screenshot(path=self._path(name), animations="disabled")

    def _path(self, name: str) -> Path:
        path = self._pictures / f"{name}.png"  # playwright makes the folder
        click.echo(f"  {path}")
        return path


@asynccontextmanager
async def _page(browser: str, address: str) -> AsyncIterator[Page]:
    from playwright.async_api import async_playwright  # noqa: PLC0415  # only who takes pictures has it

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser)
        page = await chromium.new_page(
            viewport={"width": _WIDTH, "height": _HEIGHT}, reduced_motion="reduce", color_scheme="light", locale="en-US"
        )
        page.set_default_timeout(_PATIENCE_MILLISECONDS)
        await page.goto(address)
        yield page
        await chromium.close()


def _browser() -> str:
    """Where Chromium is; raises `DemoFailed` where it or playwright is missing."""
    if find_spec("playwright") is None:
        raise DemoFailed(_NEEDED.format(missing="playwright"), exit_code=2)
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise DemoFailed(_NEEDED.format(missing="Chromium"), exit_code=2)
    return browser
