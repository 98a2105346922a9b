"""Two workspaces, each with an Apizee account: one that hangs or is revoked costs the other nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.jobs.worker import CONCURRENCY, WorkerTiming
from sandbox.apizee import World
from sandbox.apizee.faults import NeverReached
from sandbox.apizee.model import Operation
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.two_workspaces import Two, two_workspaces, worlds

CUSTOMER = "+33662682193"
IN_TIME = 6.0
TIMING = replace(SLOW_MACHINE, worker=WorkerTiming(drained_within=0.1, stopped_within=0.3))


@pytest.fixture
def accounts() -> tuple[World, World]:
    return worlds()


@pytest.fixture
async def two(
    redis: Redis,  # noqa: ARG001  # emptied
    redis_url: str,
    tmp_path: Path,
    accounts: tuple[World, World],
) -> AsyncIterator[Two]:
    async with two_workspaces(redis_url, tmp_path, accounts, timing=TIMING, invitations_per_hour=1000) as both:
        yield both


async def test_an_account_that_hangs_leaves_the_places_to_others(two: Two) -> None:
    await two.connect_beta()
    two.beta.apizee.accounts.revoke_all()  # now each waits for the sign-in
    two.beta.apizee.faults.switch_on(NeverReached(), Operation.TOKEN)
    more_than_places = range(CONCURRENCY + 20)
    await asyncio.gather(*(two.beta.assist(f"customer{number}@client.com") for number in more_than_places))
    await two.acme.assist(CUSTOMER)
    await two.acme.card("Invited", within=IN_TIME)
    ticket = await two.acme.invited()
    two.acme.customer_comes(ticket)
    await two.acme.card("In progress", within=IN_TIME)
    two.beta.apizee.faults.switch_off()
