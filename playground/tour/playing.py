"""All tours at the same time, each in a demo of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from playground.demo import demo
from playground.tour import extra, main
from playground.tour.browser import find_browser, opened_page
from playground.tour.player import Player
from sandbox.apizee.world import REQUESTS_PER_MINUTE

PICTURES: Final = Path("docs/images")

_REQUESTS_OF_EXTRAS: Final = 60  # one step after the other, none waits for its turn

Step: TypeAlias = Callable[[Player], Awaitable[None]]


async def play_tours(pictures: Path) -> None:
    """Put the pictures of all tours there; raises `DemoFailed`, also where there is no browser."""
    browser = find_browser()
    await asyncio.gather(
        _play(main.STEPS, browser, pictures, REQUESTS_PER_MINUTE),
        _play(extra.STEPS, browser, pictures, _REQUESTS_OF_EXTRAS),
        _play(extra.ON_A_BAD_DAY, browser, pictures, REQUESTS_PER_MINUTE),
    )


async def _play(steps: Sequence[Step], browser: str, pictures: Path, requests_per_minute: int) -> None:
    with TemporaryDirectory(prefix="tour-", ignore_cleanup_errors=True) as folder:
        running_demo = demo(0, Path(folder), asyncio.Event(), requests_per_minute)
        async with running_demo as address, opened_page(browser, address) as page:
            player = Player(page, pictures)
            for step in steps:
                await step(player)
