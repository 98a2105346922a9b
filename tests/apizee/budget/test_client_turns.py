"""The client takes its turn before each request: kept for work that comes back, left to people by background work."""

from __future__ import annotations

import httpx
import pytest
from redis.asyncio import Redis

from bot.apizee.budget import Budget
from bot.apizee.client import Apizee
from bot.apizee.errors import BudgetExhausted
from bot.apizee.token import Token
from tests.apizee.conftest import BASE, USER, FakeApizee, recorded


async def test_work_that_comes_back_finds_its_turn_kept(
    redis: Redis, http: httpx.AsyncBaseTransport, token: Token, remote: FakeApizee
) -> None:
    budget = Budget(redis, user=USER, per_minute=2)
    apizee = Apizee(http=http, base_url=BASE, enterprise_id=1, token=token, budget=budget)
    remote.will_answer(recorded("ticket_created"))
    await apizee.for_claim("session", person="T1:U1").ticket(1)
    for _ in range(2):
        with pytest.raises(BudgetExhausted) as raised:
            await apizee.for_claim("session", person="T1:U1").ticket(2)

    assert raised.value.retry_in == pytest.approx(61, abs=1)
    assert (await budget.remaining()).waiting == 1
    assert len(remote.asked) == 1


async def test_background_work_leaves_turns_to_people(
    redis: Redis, http: httpx.AsyncBaseTransport, token: Token, remote: FakeApizee
) -> None:
    budget = Budget(redis, user=USER, per_minute=3)
    apizee = Apizee(http=http, base_url=BASE, enterprise_id=1, token=token, budget=budget)
    remote.will_answer(*[recorded("ticket_created")] * 2)
    await apizee.in_background().ticket(1)
    with pytest.raises(BudgetExhausted):
        await apizee.in_background().ticket(2)

    await apizee.ticket(2)
