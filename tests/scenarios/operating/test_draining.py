"""A stopping process says first that requests should go elsewhere, and answers all that come meanwhile."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.scenarios.environment import Vendors
from tests.scenarios.process import staged_by

DRAINS_FOR = "60"
"""Far longer than a story lasts: only a second signal ends it."""


@pytest.fixture
def draining(around: Vendors) -> Vendors:
    return replace(around, environment={**around.environment, "DRAIN_SECONDS": DRAINS_FOR})


async def test_a_process_that_stops_says_so_and_goes_on_answering_until_its_time_is_over(
    draining: Vendors, tmp_path: Path
) -> None:
    async with staged_by(draining, tmp_path) as (bot, environment), httpx.AsyncClient(base_url=bot.url) as client:
        assert (await client.get("/readyz")).json()["accepting"] == {"ok": True}
        bot.process.send_signal(signal.SIGTERM)
        await bot.says("draining")

        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()["accepting"]) == (503, {"ok": False})
        assert answer.json()["redis"] == answer.json()["worker"] == {"ok": True}
        assert (await client.get("/healthz")).status_code == 200
        await environment.assist("+33 6 62 68 21 93")
        await environment.invited()
        await environment.invited()

        assert await bot.end() == 0  # asked once more, it does not wait


async def test_the_drain_ends_by_itself(around: Vendors, tmp_path: Path) -> None:
    short = replace(around, environment={**around.environment, "DRAIN_SECONDS": "1"})
    async with staged_by(short, tmp_path) as (bot, _):
        began = time.monotonic()
        assert await bot.end() == 0
        assert time.monotonic() - began >= 1


async def test_ctrl_c_waits_for_no_load_balancer(draining: Vendors, tmp_path: Path) -> None:
    async with staged_by(draining, tmp_path) as (bot, _), asyncio.timeout(30):
        assert await bot.end(signal.SIGINT) == 0
