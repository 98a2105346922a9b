"""Turns at Apizee are shared fairly: who asks for much does not keep others waiting, nor learns of it too late."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random
from typing import cast

import pytest
from redis.asyncio import Redis

from bot.apizee.budget import Budget
from bot.apizee.budget.claims import Lane, asking_for, claim_of_question
from bot.model.accounts import account_key
from tests.apizee.conftest import USER

WAITING = f"{account_key(USER)}:budget:waiting"


@pytest.fixture
async def budget(redis: Redis) -> Budget:
    """One request a minute, and this minute's is used."""
    budget = Budget(redis, user=USER, per_minute=1)
    assert await budget.reserve("before") == 0.0
    return budget


async def in_order(redis: Redis) -> list[str]:
    """Return the claims that wait, in the order in which they will be served."""
    return [name.decode() for name in cast("list[bytes]", await redis.zrange(WAITING, 0, -1))]


async def test_one_invitation_does_not_wait_behind_forty_of_somebody_else(redis: Redis, budget: Budget) -> None:
    for number in range(40):
        await budget.reserve(f"ann {number}", person="ann")
    await budget.reserve("bob", person="bob")

    assert (await in_order(redis))[:3] == ["ann 0", "bob", "ann 1"]


async def test_the_tenth_of_one_person_goes_behind_the_first_of_each_other(redis: Redis, budget: Budget) -> None:
    for number in range(10):
        await budget.reserve(f"ann {number}", person="ann")
    for name in ("bob", "eve", "joe"):
        await budget.reserve(name, person=name)

    order = await in_order(redis)
    assert max(order.index(name) for name in ("bob", "eve", "joe")) < order.index("ann 1")


async def test_who_waits_for_long_is_not_overtaken_for_ever(redis: Redis) -> None:
    """People who come back as soon as they are served do not starve somebody's many."""
    budget = Budget(redis, user=USER, per_minute=1, window=0.15)
    await budget.reserve("before")
    for number in range(4):
        await budget.reserve(f"ann {number}", person="ann")
    served: list[str] = []
    async with asyncio.timeout(10):
        while served.count("ann") < 4:
            if await budget.reserve(f"bob {len(served)}", person="bob") == 0.0:
                served.append("bob")
                continue
            name = (await in_order(redis))[0]
            await asyncio.sleep(await budget.reserve(name) + 0.002)
            assert await budget.reserve(name) == 0.0
            served.append(name.split()[0])
    assert len(served) <= 9


async def test_a_question_does_not_wait_behind_two_hundred_invitations(redis: Redis, budget: Budget) -> None:
    for number in range(200):
        await budget.reserve(f"invite {number}", person=f"person {number}")
    for number in range(3):
        await budget.reserve(f"ask {number}", lane=Lane.ASK, person=f"somebody {number}")

    order = await in_order(redis)
    assert [order.index(f"ask {number}") for number in range(3)] == [1, 3, 5]


async def test_invitations_do_not_wait_behind_two_hundred_questions(redis: Redis, budget: Budget) -> None:
    for number in range(200):
        await budget.reserve(f"ask {number}", lane=Lane.ASK, person=f"person {number}")
    await budget.reserve("invite", person="ann")

    assert (await in_order(redis)).index("invite") <= 1


async def test_the_bot_s_sign_in_goes_before_all_that_needs_it(redis: Redis, budget: Budget) -> None:
    for number in range(20):
        await budget.reserve(f"invite {number}", person="ann")
    await budget.reserve("sign-in", lane=Lane.FIRST)

    assert (await in_order(redis))[0] == "sign-in"


async def test_nobody_who_comes_back_when_asked_to_has_missed_their_turn(budget: Budget) -> None:
    waits = {name: await budget.reserve(name, person="ann") for name in ("ann 0", "ann 1", "ann 2")}
    for name in ("bob", "eve"):
        await budget.reserve(name, person=name)

    assert all([await budget.reserve(name, person="ann") >= wait - 1 for name, wait in waits.items()])


async def test_a_block_keeps_the_order(redis: Redis, budget: Budget) -> None:
    for number in range(3):
        await budget.reserve(f"ann {number}", person="ann")
    await budget.reserve("bob", person="bob")
    await budget.reserve("ask", lane=Lane.ASK, person="eve")
    before = await in_order(redis)
    await budget.block(200)

    assert await in_order(redis) == before
    assert await budget.reserve(before[0]) == pytest.approx(200, abs=1)


@pytest.mark.parametrize("seed", range(6))
async def test_before_somebody_s_nth_claim_stand_at_most_n_of_each_other(
    redis: Redis, budget: Budget, seed: int
) -> None:
    chance = Random(seed)  # noqa: S311  # a story, not a secret
    claims = {f"claim {number}": chance.choice("ABCD") for number in range(40)}
    for name, person in claims.items():
        await budget.reserve(name, person=person)

    order = [claims[name] for name in await in_order(redis)]
    assert len(order) == len(claims)
    for place, person in enumerate(order):
        before = Counter(order[:place])
        assert all(before[other] <= before[person] + 1 for other in "ABCD")


@pytest.mark.parametrize("seed", range(4))
async def test_what_is_promised_is_never_more_than_is_allowed(redis: Redis, seed: int) -> None:
    """The times of all turns, used and to come, however they were pushed about."""
    chance = Random(seed)  # noqa: S311  # likewise
    limit = chance.randint(1, 4)
    budget = Budget(redis, user=USER, per_minute=limit)
    for number in range(60):
        await budget.reserve(f"claim {number}", lane=chance.choice(list(Lane)), person=chance.choice("ABC"))
        if chance.random() < 0.1:
            await budget.block(chance.randint(1, 90))

    scored = cast("list[tuple[bytes, float]]", await redis.zrange(WAITING, 0, -1, withscores=True))
    times = sorted(at for _, at in scored)
    assert all(later - earlier >= 60e6 for earlier, later in zip(times, times[limit:], strict=False))


async def test_a_question_of_several_requests_is_answered_while_invitations_keep_coming(redis: Redis) -> None:
    """Asked again from its beginning each time, it finds the turns that were kept for it."""
    budget = Budget(redis, user=USER, per_minute=4, window=0.2)
    for round_ in range(30):
        for number in range(4):
            await budget.reserve(f"invitation {round_} {number}", person=f"person {round_} {number}")
        with asking_for("question", person="bob"):
            claims = [claim_of_question() for _ in range(2)]
        for claim in claims:
            assert claim
            if wait := await budget.reserve(claim.name, lane=claim.lane, person=claim.person):
                await asyncio.sleep(wait)
                break
        else:
            return
    pytest.fail("it was never answered")


def test_requests_of_a_question_have_the_same_claims_when_it_is_asked_again() -> None:
    asked = []
    for _ in range(2):
        with asking_for("question", person="bob"):
            asked.append([claim_of_question(), claim_of_question()])
    assert asked[0] == asked[1]
    assert asked[0][0] != asked[0][1]
    assert claim_of_question() is None
