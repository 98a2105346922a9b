"""What serves the sandboxes on this machine."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from starlette.applications import Starlette

from sandbox.loopback import serving

_PATIENCE = 5.0


async def test_answers_say_what_time_it_is_there_and_go_on_doing_so() -> None:
    moments = [datetime(2026, 1, 1, tzinfo=UTC)]

    def now() -> float:
        return moments[-1].timestamp()

    async with serving(Starlette(), clock=now) as address, httpx.AsyncClient() as http:
        assert await _date(http, address) == moments[0]
        moments.append(datetime(2026, 1, 2, tzinfo=UTC))
        async with asyncio.timeout(_PATIENCE):
            while await _date(http, address) != moments[1]:  # noqa: ASYNC110  # a server gives no notice
                await asyncio.sleep(0.05)


async def _date(http: httpx.AsyncClient, address: str) -> datetime:
    return parsedate_to_datetime((await http.get(address)).headers["date"])
