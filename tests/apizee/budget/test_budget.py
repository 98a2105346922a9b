"""Turns at Apizee: never more than are allowed, first come first served, people before background work."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from random import Random
from typing import cast

import pytest
from redis.asyncio import Redis

from bot.apizee.budget import WAITED_OUT_SECONDS, Budget, BudgetStatus
from bot.apizee.budget.claims import Claim, Lane
from bot.apizee.errors import BudgetExhausted
from bot.model.accounts import account_key
from bot.model.errors import StoreUnavailable
from tests.apizee.conftest import USER

WINDOW = 0.3


def budget_of(redis: Redis, per_minute: int, window: float = 60.0) -> Budget:
    return Budget(redis, user=USER, per_minute=per_minute, window=window)


async def used_up(redis: Redis, per_minute: int, window: float = 60.0) -> Budget:
    budget = budget_of(redis, per_minute, window)
    for number in range(per_minute):
        assert await budget.reserve(f"early {number}") == 0.0
    return budget


async def test_turns_are_given_at_once_until_they_are_used_up(redis: Redis) -> None:
    budget = await used_up(redis, 3)

    assert await budget.reserve("late") == pytest.approx(61, abs=0.5)


async def test_a_claim_keeps_its_turn_however_often_it_asks(redis: Redis) -> None:
    budget = await used_up(redis, 1)
    first = await budget.reserve("one")
    second = await budget.reserve("two")

    assert await budget.reserve("one") == pytest.approx(first, abs=0.5)
    assert await budget.reserve("two") == pytest.approx(second, abs=0.5)
    assert second == pytest.approx(first + 61, abs=0.5)


async def test_who_came_first_is_served_first(redis: Redis) -> None:
    budget = await used_up(redis, 2, WINDOW)
    waits = [await budget.reserve(name) for name in ("a", "b", "c", "d")]

    assert all(earlier <= later + 0.05 for earlier, later in pairwise(waits))
    assert waits[2] - waits[0] == pytest.approx(WINDOW, abs=0.1)


async def test_a_turn_that_was_taken_leaves_its_claim_free_for_another(redis: Redis) -> None:
    budget = budget_of(redis, 2)

    assert [await budget.reserve("job") for _ in range(2)] == [0.0, 0.0]
    assert await budget.reserve("job") > 0


async def test_processes_with_their_own_connections_share_one_budget(redis: Redis, redis_url: str) -> None:
    async with Redis.from_url(redis_url) as elsewhere:
        await used_up(redis, 2)

        assert await budget_of(elsewhere, 2).reserve("other process") > 0


async def test_another_api_user_has_a_budget_of_his_own(redis: Redis) -> None:
    await used_up(redis, 1)

    assert await Budget(redis, user="other@acme.example", per_minute=1).reserve("theirs") == 0.0


@pytest.mark.parametrize("seed", range(4))
async def test_no_window_ever_holds_more_than_are_allowed(redis: Redis, seed: int) -> None:
    """Clients that come early, late or never, people and background work, and blocks in between."""
    chance = Random(seed)  # noqa: S311  # a story, not a secret
    limit = chance.randint(1, 5)
    budget = budget_of(redis, limit, WINDOW)
    until = time.monotonic() + 1.5
    given: dict[bytes, float] = {}

    async def come_and_go(name: str) -> None:
        lane = chance.choice(list(Lane))
        while time.monotonic() < until:
            wait = await budget.reserve(
                name, lane=lane, person=chance.choice("ABC"), background=name.startswith("background")
            )
            if wait and chance.random() < 0.05:
                await budget.block(0.05)
            await asyncio.sleep(min(1.0, chance.choice([0, wait, wait + 0.1 * chance.random(), 3 * wait])))

    async def watch() -> None:
        # By Redis' own clock, so that it does not matter how late anybody here gets a turn.
        while time.monotonic() < until:
            used = await redis.zrange(f"{account_key(USER)}:budget:used", 0, -1, withscores=True)
            given.update(cast("list[tuple[bytes, float]]", used))
            await asyncio.sleep(0.01)

    await asyncio.gather(watch(), *(come_and_go(f"{kind} {n}") for kind in ("person", "background") for n in range(6)))

    gate = sorted(given.values())
    assert len(gate) > limit
    assert all(later - earlier >= WINDOW * 1e6 for earlier, later in zip(gate, gate[limit:], strict=False))


async def test_a_late_claim_is_served_and_moves_those_behind_it(redis: Redis) -> None:
    budget = await used_up(redis, 1, WINDOW)
    late = await budget.reserve("late")
    await budget.reserve("behind")
    await asyncio.sleep(late + WINDOW / 2)

    assert await budget.reserve("late") == 0.0
    assert await budget.reserve("behind") == pytest.approx(WINDOW, abs=0.05)


async def test_a_turn_that_nobody_took_counts_as_used(redis: Redis) -> None:
    budget = await used_up(redis, 1, WINDOW)
    wait = await budget.reserve("gone for ever")
    await asyncio.sleep(wait + 0.02)

    assert await budget.reserve("somebody else") > WINDOW / 2


async def test_background_work_leaves_turns_for_people(redis: Redis) -> None:
    budget = budget_of(redis, 10)
    answers = [await budget.reserve(f"look {number}", background=True) for number in range(8)]

    assert answers[:7] == [0.0] * 7
    assert answers[7] > 0
    assert [await budget.reserve(f"person {number}") for number in range(3)] == [0.0] * 3


async def test_background_work_waits_while_somebody_waits_and_keeps_no_turn(redis: Redis) -> None:
    budget = await used_up(redis, 2)
    await budget.reserve("person")

    assert await budget.reserve("look", background=True) > 60
    assert (await budget.remaining()).waiting == 1


async def test_background_work_gets_a_turn_even_where_there_is_but_one(redis: Redis) -> None:
    assert await budget_of(redis, 1).reserve("look", background=True) == 0.0


async def test_nothing_goes_out_while_apizee_refuses_requests(redis: Redis) -> None:
    budget = budget_of(redis, 5)
    await budget.block(30)

    assert await budget.reserve("person") == pytest.approx(30, abs=0.5)
    assert await budget.reserve("look", background=True) == pytest.approx(30, abs=0.5)


async def test_reserved_turns_move_behind_the_block_in_their_order(redis: Redis) -> None:
    budget = await used_up(redis, 1)
    await budget.reserve("one")
    await budget.reserve("two")
    await budget.block(100)

    assert await budget.reserve("one") == pytest.approx(100, abs=0.5)
    assert await budget.reserve("two") == pytest.approx(161, abs=0.5)


async def test_after_the_clock_was_set_back_nobody_waits_until_it_has_caught_up(redis: Redis) -> None:
    budget = await used_up(redis, 2)
    before = await budget.reserve("waits")
    await budget.block(30)
    await let_all_lie_in_the_future(redis, seconds=3600)
    assert await budget.reserve("waits") == pytest.approx(before, abs=1)
    assert await budget.reserve("comes later") == pytest.approx(before, abs=1)
    assert await budget.reserve("comes last") == pytest.approx(before + 61, abs=1)


async def let_all_lie_in_the_future(redis: Redis, *, seconds: float) -> None:
    """Make all stored times lie in the future, as if the clock had been set back since."""
    key, micros = f"{account_key(USER)}:budget:", seconds * 1_000_000
    for part in ("used", "waiting"):
        for name in cast("list[bytes]", await redis.zrange(key + part, 0, -1)):
            await redis.zincrby(key + part, micros, name)
    for part in ("blocked", "clock"):
        await redis.set(key + part, f"{float(await redis.get(key + part) or 0) + micros:.0f}", keepttl=True)


async def test_a_shorter_block_does_not_end_a_longer_one(redis: Redis) -> None:
    budget = budget_of(redis, 5)
    await budget.block(30)
    await budget.block(1)

    assert await budget.reserve("person") == pytest.approx(30, abs=0.5)


async def test_how_the_budget_stands_is_shown_without_spending(redis: Redis) -> None:
    budget = budget_of(redis, 2)
    assert await budget.remaining() == BudgetStatus(limit=2, used=0, waiting=0, resets_in=0.0)

    for name in ("one", "two", "three"):
        await budget.reserve(name)
    spent = await budget.remaining()

    assert (spent.limit, spent.used, spent.waiting) == (2, 2, 1)
    assert spent.resets_in == pytest.approx(61, abs=0.5)


async def test_a_short_wait_is_slept_through(redis: Redis) -> None:
    budget = await used_up(redis, 1, WINDOW)
    begun = time.monotonic()
    await budget.spend()

    assert WINDOW * 0.8 < time.monotonic() - begun < WAITED_OUT_SECONDS


async def test_a_long_wait_is_answered_and_reserved_for_a_claim_alone(redis: Redis) -> None:
    budget = await used_up(redis, 1)
    with pytest.raises(BudgetExhausted):
        await budget.spend()
    assert (await budget.remaining()).waiting == 0

    with pytest.raises(BudgetExhausted) as raised:
        await budget.spend(Claim("session", Lane.INVITE))
    assert raised.value.retry_in == pytest.approx(61, abs=0.5)
    assert (await budget.remaining()).waiting == 1


async def test_a_call_that_is_sent_again_after_a_lost_answer_spends_once(redis: Redis) -> None:
    budget = budget_of(redis, 2)
    for _ in range(2):
        assert await budget._run("reserve", "job", 2, 0, "the same call", "invite", "") == 0  # noqa: SLF001  # as Redis' client does

    assert (await budget.remaining()).used == 1


async def test_nothing_in_redis_stays_for_ever_or_tells_the_user(redis: Redis) -> None:
    budget = await used_up(redis, 1)
    await budget.reserve("waiting")
    await budget.block(5)
    names = cast("list[bytes]", await redis.keys())

    assert len(names) == 5
    assert all([0 < await redis.ttl(name) < 300 for name in names])
    assert all(name.startswith(b"apizee:{api:") and USER.encode() not in name for name in names)


async def test_without_redis_nothing_is_spent(tmp_path_factory: pytest.TempPathFactory) -> None:
    nowhere = tmp_path_factory.mktemp("none") / "redis.sock"
    async with Redis.from_url(f"unix://{nowhere}") as away:
        with pytest.raises(StoreUnavailable):
            await budget_of(away, 5).spend(Claim("job", Lane.INVITE))
