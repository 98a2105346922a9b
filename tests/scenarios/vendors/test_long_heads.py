"""The bot as operators run it takes no endless heads."""

from __future__ import annotations

from pathlib import Path

import httpx

from bot.web.head import MOST_BYTES
from tests.scenarios.environment import Vendors
from tests.scenarios.process import serving


async def test_a_head_that_is_too_long_is_refused_and_the_next_request_answered(
    around: Vendors, tmp_path: Path
) -> None:
    async with (
        serving(around.environment, tmp_path, "--no-worker") as bot,
        httpx.AsyncClient(base_url=bot.url) as stranger,
    ):
        assert (await stranger.get("/healthz", headers={"x": "y" * MOST_BYTES})).status_code == 431
        assert (await stranger.get("/healthz", headers={"x": "y" * 8_000})).status_code == 200
