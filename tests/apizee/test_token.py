"""The bearer: one sign-in for everybody, kept encrypted, renewed in time."""

from __future__ import annotations

import asyncio
import time
from typing import cast
from urllib.parse import parse_qs

import httpx
import pytest
from redis.asyncio import Redis

from bot.apizee.budget import Budget
from bot.apizee.budget.claims import Claim, Lane
from bot.apizee.errors import BudgetExhausted, NotSent, SignInFailed, Unreachable
from bot.apizee.timing import ApizeeTiming
from bot.apizee.token import Token
from bot.model.accounts import account_key, name_id
from bot.model.errors import StoreUnavailable
from tests.apizee.conftest import BASE, PASSWORD, USER, FakeApizee, Keys


@pytest.fixture
def other_process(redis: Redis, http: httpx.AsyncBaseTransport, keys: Keys, budget: Budget) -> Token:
    return Token(redis, http=http, base_url=BASE, username=USER, password=PASSWORD, sealer=keys, budget=budget)


async def test_the_sign_in_keeps_the_password_out_of_the_address(token: Token, remote: FakeApizee) -> None:
    assert await token.bearer() == "bearer-1"

    request = remote.sign_ins[0]
    assert str(request.url) == f"{BASE}/token"
    assert parse_qs(request.content.decode()) == {
        "grant_type": ["password"],
        "username": [USER],
        "password": [PASSWORD],
    }


async def test_twenty_at_once_in_two_processes_cost_one_sign_in(
    token: Token, other_process: Token, remote: FakeApizee
) -> None:
    bearers = await asyncio.gather(*(who.bearer() for who in (token, other_process) for _ in range(10)))

    assert set(bearers) == {"bearer-1"}
    assert len(remote.sign_ins) == 1


async def test_a_process_that_starts_later_finds_the_bearer(
    token: Token, other_process: Token, remote: FakeApizee
) -> None:
    await token.bearer()

    assert await other_process.bearer() == "bearer-1"
    assert len(remote.sign_ins) == 1


async def test_redis_sees_neither_bearer_nor_password(token: Token, redis: Redis) -> None:
    await token.bearer()
    names = cast("list[bytes]", await redis.keys("*token*"))
    values = [cast("bytes", await redis.get(name)) for name in names]

    assert len(names) == 1
    assert not any(secret in one for one in [*names, *values] for secret in (b"bearer-1", PASSWORD.encode()))


async def test_a_bearer_is_renewed_before_it_ends(token: Token, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    await token.bearer()
    (name,) = cast("list[bytes]", await redis.keys("*:token:*"))
    life = await redis.ttl(name)
    assert life == pytest.approx(0.9 * 86_400, abs=2)

    later = time.monotonic() + life
    monkeypatch.setattr(time, "monotonic", lambda: later)
    await redis.delete(name)  # as its time to live has it
    assert await token.bearer() == "bearer-2"


@pytest.mark.parametrize("life", ["soon", None, 0])
async def test_a_missing_lifetime_is_taken_for_an_hour(
    token: Token, redis: Redis, remote: FakeApizee, life: object
) -> None:
    remote.refusing_sign_ins = httpx.Response(200, json={"access_token": "unnamed", "expires_in": life})
    await token.bearer()

    assert await redis.ttl(cast("list[bytes]", await redis.keys("*:token:*"))[0]) == pytest.approx(3240, abs=2)


async def test_a_rejected_bearer_is_renewed_once_for_all(
    token: Token, other_process: Token, remote: FakeApizee
) -> None:
    await asyncio.gather(token.bearer(), other_process.bearer())
    renewed = await asyncio.gather(*(who.renew("bearer-1") for who in (token, other_process) for _ in range(5)))

    assert set(renewed) == {"bearer-2"}
    assert len(remote.sign_ins) == 2


async def test_who_learns_late_of_the_rejection_gets_the_fresh_bearer(
    token: Token, other_process: Token, remote: FakeApizee
) -> None:
    await asyncio.gather(token.bearer(), other_process.bearer())
    await token.renew("bearer-1")

    assert await other_process.renew("bearer-1") == "bearer-2"
    assert await token.bearer() == "bearer-2"
    assert len(remote.sign_ins) == 2


async def test_a_bearer_sealed_with_a_key_that_is_gone_is_replaced(
    token: Token, redis: Redis, http: httpx.AsyncBaseTransport, budget: Budget
) -> None:
    await token.bearer()
    with_other_keys = Token(
        redis, http=http, base_url=BASE, username=USER, password=PASSWORD, sealer=Keys(), budget=budget
    )

    assert await with_other_keys.bearer() == "bearer-2"


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_wrong_password_is_not_tried_again_and_again(
    token: Token, other_process: Token, remote: FakeApizee, status: int
) -> None:
    remote.refusing_sign_ins = httpx.Response(status, json={"code": 10, "message": "no", "details": ""})
    for who in (token, token, other_process):
        with pytest.raises(SignInFailed):
            await who.bearer()

    assert len(remote.sign_ins) == 1


@pytest.mark.parametrize("trouble", [httpx.Response(502), httpx.Response(200, text="<p>"), httpx.ReadTimeout("")])
async def test_a_sign_in_without_an_answer_may_be_repeated(
    token: Token, remote: FakeApizee, trouble: httpx.Response | Exception
) -> None:
    remote.refusing_sign_ins = trouble
    with pytest.raises(NotSent):
        await token.bearer()

    remote.refusing_sign_ins = None
    assert await token.bearer() == "bearer-2"


async def test_no_connection_for_the_sign_in_is_an_error_of_its_own(token: Token, remote: FakeApizee) -> None:
    remote.refusing_sign_ins = httpx.ConnectError("")
    with pytest.raises(Unreachable):
        await token.bearer()


async def test_a_sign_in_costs_a_turn(token: Token, budget: Budget) -> None:
    await token.bearer()

    assert (await budget.remaining()).used == 1


async def test_a_sign_in_keeps_to_the_budget(
    redis: Redis, http: httpx.AsyncBaseTransport, keys: Keys, remote: FakeApizee
) -> None:
    budget = Budget(redis, user=USER, per_minute=1)
    await budget.spend(Claim("other", Lane.INVITE))
    token = Token(redis, http=http, base_url=BASE, username=USER, password=PASSWORD, sealer=keys, budget=budget)
    with pytest.raises(BudgetExhausted):
        await token.bearer()

    assert remote.sign_ins == []


async def test_a_429_for_the_sign_in_blocks_requests(token: Token, budget: Budget, remote: FakeApizee) -> None:
    remote.refusing_sign_ins = httpx.Response(429, headers={"X-RateLimit-Reset": "17"}, json={"error": "slow down"})
    with pytest.raises(NotSent) as raised:
        await token.bearer()

    assert raised.value.retry_in == 17
    assert await budget.reserve("next") == pytest.approx(17, abs=0.5)


async def test_the_owner_of_the_lock_may_die(token: Token, redis: Redis) -> None:
    await token.bearer()
    (name,) = cast("list[bytes]", await redis.keys("*:token:*"))
    await redis.set(f"{name.decode()}:lock", "somebody who died", px=200)

    assert await token.renew("bearer-1") == "bearer-2"


async def test_nobody_waits_for_ever_for_the_lock(
    redis: Redis, http: httpx.AsyncBaseTransport, keys: Keys, budget: Budget
) -> None:
    hasty = ApizeeTiming(sign_in=0.2)
    token = Token(
        redis, http=http, base_url=BASE, username=USER, password=PASSWORD, sealer=keys, budget=budget, timing=hasty
    )
    await token.bearer()
    (name,) = cast("list[bytes]", await redis.keys("*:token:*"))
    await redis.set(f"{name.decode()}:lock", "somebody slow", px=5000)
    with pytest.raises(NotSent):
        await token.renew("bearer-1")


async def test_a_sign_in_outliving_its_lock_still_counts(
    redis: Redis, http: httpx.AsyncBaseTransport, keys: Keys
) -> None:
    class SlowBudget(Budget):
        async def spend(self, *_: object, **__: object) -> None:
            await redis.delete(*cast("list[bytes]", await redis.keys("*lock")))

    budget = SlowBudget(redis, user=USER, per_minute=100)
    token = Token(redis, http=http, base_url=BASE, username=USER, password=PASSWORD, sealer=keys, budget=budget)
    assert await token.bearer() == "bearer-1"


async def test_without_redis_nobody_signs_in(
    tmp_path_factory: pytest.TempPathFactory,
    http: httpx.AsyncBaseTransport,
    keys: Keys,
    budget: Budget,
    remote: FakeApizee,
) -> None:
    nowhere = tmp_path_factory.mktemp("none") / "redis.sock"
    async with Redis.from_url(f"unix://{nowhere}") as away:
        token = Token(away, http=http, base_url=BASE, username=USER, password=PASSWORD, sealer=keys, budget=budget)
        with pytest.raises(StoreUnavailable):
            await token.bearer()

    assert remote.sign_ins == []


def test_nothing_secret_is_shown(token: Token) -> None:
    assert PASSWORD not in repr(token)


async def test_each_refusal_in_a_row_pauses_sign_ins_for_twice_as_long_up_to_ten_minutes(
    token: Token, remote: FakeApizee, redis: Redis
) -> None:
    mark = f"{account_key(USER)}:token:{name_id(USER)}:refused"
    remote.refusing_sign_ins = httpx.Response(401, json={"code": 10, "message": "no", "details": ""})
    pauses = []
    for _ in range(7):
        with pytest.raises(SignInFailed):
            await token.bearer()
        pauses.append(await redis.ttl(mark))
        await redis.delete(mark)  # as its time to live has it
    assert pauses == pytest.approx([30, 60, 120, 240, 480, 600, 600], abs=2)

    remote.refusing_sign_ins = None
    await token.bearer()
    remote.refusing_sign_ins = httpx.Response(401, json={"code": 10, "message": "no", "details": ""})
    with pytest.raises(SignInFailed):
        await token.renew("bearer-8")
    assert await redis.ttl(mark) == pytest.approx(30, abs=2)


async def test_another_password_is_tried_at_once(
    token: Token, remote: FakeApizee, redis: Redis, http: httpx.AsyncBaseTransport, keys: Keys, budget: Budget
) -> None:
    remote.refusing_sign_ins = httpx.Response(401, json={"code": 10, "message": "no", "details": ""})
    with pytest.raises(SignInFailed):
        await token.bearer()
    remote.refusing_sign_ins = None
    corrected = Token(redis, http=http, base_url=BASE, username=USER, password="correct", sealer=keys, budget=budget)

    assert await corrected.bearer() == "bearer-2"


async def test_a_name_in_other_capitals_shares_the_limit_and_not_the_bearer(
    token: Token, redis: Redis, http: httpx.AsyncBaseTransport, keys: Keys
) -> None:
    budget = Budget(redis, user=USER.upper(), per_minute=2)
    capitals = Token(
        redis, http=http, base_url=BASE, username=USER.upper(), password=PASSWORD, sealer=keys, budget=budget
    )

    assert [await token.bearer(), await capitals.bearer()] == ["bearer-1", "bearer-2"]
    assert [await token.bearer(), await capitals.bearer()] == ["bearer-1", "bearer-2"]
    with pytest.raises(BudgetExhausted):
        await budget.spend()
