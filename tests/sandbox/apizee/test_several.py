"""Two accounts behind one address: each API user sees its own, and spends its own requests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from sandbox.apizee import World, build_app
from sandbox.apizee.accounts import AGENT_1
from tests.sandbox.apizee.environment import CREDENTIALS

THEIRS = {"grant_type": "password", "username": "api@beta.example", "password": "beta-password"}


@pytest.fixture
def worlds() -> tuple[World, World]:
    beta = World(user=THEIRS["username"], password=THEIRS["password"], enterprise_id=2, requests_per_minute=2)
    return World(requests_per_minute=None), beta


@pytest.fixture
async def http(worlds: tuple[World, World]) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build_app(*worlds))
    async with httpx.AsyncClient(transport=transport, base_url="https://sandbox.test/api/") as client:
        yield client


async def bearer(http: httpx.AsyncClient, credentials: dict[str, str]) -> dict[str, str]:
    token = (await http.post("token", data=credentials)).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


async def test_a_ticket_is_its_accounts_alone(http: httpx.AsyncClient, worlds: tuple[World, World]) -> None:
    ours, theirs = await bearer(http, CREDENTIALS), await bearer(http, THEIRS)
    asked = {"agent": AGENT_1.login, "phone": "+33662682193"}
    assert (await http.post("tickets", params=asked, headers=ours)).status_code == 200
    assert [len(world.tickets) for world in worlds] == [1, 0]
    assert (await http.get("tickets", headers=theirs)).json()["total"] == 0


async def test_one_account_does_not_spend_anothers_requests(http: httpx.AsyncClient) -> None:
    ours, theirs = await bearer(http, CREDENTIALS), await bearer(http, THEIRS)
    answers = [(await http.get("tickets", headers=theirs)).status_code for _ in range(2)]
    assert answers == [200, 429]
    assert (await http.get("tickets", headers=ours)).status_code == 200


async def test_each_account_has_its_own_enterprise(http: httpx.AsyncClient) -> None:
    theirs = await bearer(http, THEIRS)
    days = {"format": "JSON", "since": "2026-01-01", "until": "2026-01-02"}
    assert (await http.get("enterprises/1/tickets-stats", params=days, headers=theirs)).status_code == 403
