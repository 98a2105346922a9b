"""The browser: found on the path, and open at a page."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from playground.data_dir import DemoFailed

if TYPE_CHECKING:
    from playwright.async_api import Page

WIDTH: Final = 1400
HEIGHT: Final = 900

_BROWSERS: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PATIENCE_MILLISECONDS: Final = 150_000  # ten requests a minute are shared by all that happens here
_NEEDED: Final = "The tour needs playwright (pip install playwright) and Chromium on the path: {missing} is missing."


def find_browser() -> str:
    """Where Chromium is; raises `DemoFailed` where it or playwright is missing."""
    if find_spec("playwright") is None:
        raise DemoFailed(_NEEDED.format(missing="playwright"), exit_code=2)
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise DemoFailed(_NEEDED.format(missing="Chromium"), exit_code=2)
    return browser


@asynccontextmanager
async def opened_page(browser: str, address: str) -> AsyncIterator[Page]:
    """Yield the page at this address, as large on every machine, without animations."""
    from playwright.async_api import async_playwright  # noqa: PLC0415  # only who takes pictures has it

    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser)
        page = await chromium.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce", color_scheme="light", locale="en-US"
        )
        page.set_default_timeout(_PATIENCE_MILLISECONDS)
        await page.goto(address)
        yield page
        await chromium.close()
