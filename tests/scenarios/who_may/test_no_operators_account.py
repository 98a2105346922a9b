"""A bot for many workspaces without an Apizee account of its operator's: each workspace connects its own."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from bot.connections import operators_account
from bot.doctor import Verdict, examine
from sandbox.slack.default_world import TEAM
from tests.scenarios.process import commanded
from tests.scenarios.two_workspaces import Two, two_workspaces, worlds

ACCOUNT = {"APIZEE_USERNAME", "APIZEE_PASSWORD", "APIZEE_ENTERPRISE_ID"}
CUSTOMER = "+33662682193"


@pytest.fixture
async def two(redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[Two]:  # noqa: ARG001  # emptied
    async with two_workspaces(
        redis_url, tmp_path, worlds(), apizee_username=None, apizee_password=None, apizee_enterprise_id=None
    ) as both:
        yield both


async def test_each_workspace_works_with_the_account_that_it_connects_and_with_no_other(two: Two) -> None:
    assert operators_account(two.settings) is None
    await two.connect_beta()
    await two.beta.assist(CUSTOMER)
    ticket = await two.beta.invited()
    two.beta.customer_comes(ticket)
    await two.beta.card("In progress")
    await two.acme.assist(CUSTOMER)  # a workspace that ALLOWED_WORKSPACES names
    await two.acme.private_message("No Apizee account is connected")
    assert not two.acme.apizee.requests


async def test_operators_find_it_ready_and_well(two: Two, tmp_path: Path) -> None:
    async with httpx.AsyncClient(base_url=two.url, trust_env=False) as operator:
        assert (await operator.get("/readyz")).status_code == 200
        assert (await operator.get("/metrics")).status_code == 200
        assert (await operator.post("/apizee/webhooks", json={})).status_code == 404
    found = await examine(two.settings.model_copy(update={"public_url": None}), scopes=(), optional=())
    account = next(finding for finding in found if finding.subject == "Apizee account")
    assert (account.verdict, "each workspace connects its own" in account.detail) == (Verdict.OK, True)
    assert not two.acme.apizee.requests
    without = {name: value for name, value in two.environment.items() if name not in ACCOUNT}
    code, said = await commanded(without, tmp_path, "workspaces", "show", TEAM)
    assert code == 0, said
    assert re.search(r"Apizee account: +none", said), said
