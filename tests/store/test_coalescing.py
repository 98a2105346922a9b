"""What is requested many times is done once, soon, at most once a second, and once after the last request."""

from __future__ import annotations

import time

import pytest
from redis.asyncio import Redis

from bot.model.errors import TryLater
from bot.store import keys
from bot.store.coalescing import Wishes

TEAM, SESSION = "T0001", "s1"


@pytest.fixture
def wishes(redis: Redis) -> Wishes:
    return Wishes(redis)


async def test_all_requests_before_it_is_done_get_the_same_slot(wishes: Wishes) -> None:
    first = await wishes.wish("draw", TEAM, SESSION)
    assert not first.is_planned
    await wishes.planned("draw", TEAM, SESSION, first.number)
    again = await wishes.wish("draw", TEAM, SESSION)
    assert again == (first.number, True)


async def test_a_turn_whose_job_may_be_missing_is_given_out_unplanned(wishes: Wishes) -> None:
    first = await wishes.wish("draw", TEAM, SESSION)
    assert await wishes.wish("draw", TEAM, SESSION) == (first.number, False)


async def test_a_request_during_the_work_gets_another_slot_a_second_later(wishes: Wishes) -> None:
    turn = await wishes.wish("look", TEAM, SESSION)
    await wishes.begin("look", TEAM, SESSION)
    assert (await wishes.wish("look", TEAM, SESSION)).number == turn.number
    following = await wishes.end("look", TEAM, SESSION, turn.number)
    assert following is not None
    assert 1000 <= following - turn.number < 1500
    with pytest.raises(TryLater) as too_early:
        await wishes.begin("look", TEAM, SESSION)
    assert 0 < too_early.value.retry_in <= 1


async def test_without_another_request_it_is_over(wishes: Wishes, redis: Redis) -> None:
    turn = await wishes.wish("look", TEAM, SESSION)
    await redis.hincrby(f"apizee:{{{TEAM}}}:wish:look:{SESSION}", "wished", -5)  # the clock counts milliseconds
    await wishes.begin("look", TEAM, SESSION)
    assert await wishes.end("look", TEAM, SESSION, turn.number) is None
    assert (await wishes.wish("look", TEAM, SESSION)).number > turn.number


async def test_an_outlived_turn_changes_nothing(wishes: Wishes) -> None:
    turn = await wishes.wish("look", TEAM, SESSION)
    await wishes.begin("look", TEAM, SESSION)
    assert await wishes.end("look", TEAM, SESSION, turn.number - 1) is None
    assert (await wishes.wish("look", TEAM, SESSION)).number == turn.number


async def test_different_requests_do_not_wait_for_each_other(wishes: Wishes) -> None:
    await wishes.wish("look", TEAM, SESSION)
    await wishes.begin("look", TEAM, SESSION)
    await wishes.begin("draw", TEAM, SESSION)
    await wishes.begin("look", TEAM, "s2")


async def test_after_the_clock_was_set_back_nobody_waits_for_what_lies_in_the_future(
    wishes: Wishes, redis: Redis
) -> None:
    in_an_hour = int(time.time() + 3600) * 1000
    for field in ("begun", "wished", "turn", "planned"):
        await redis.hset(keys.wish(TEAM, "look", SESSION), field, str(in_an_hour))
    turn = await wishes.wish("look", TEAM, SESSION)
    assert turn.number < in_an_hour - 3_000_000
    assert not turn.is_planned
    await wishes.begin("look", TEAM, SESSION)
    await redis.hset(keys.wish(TEAM, "look", SESSION), "wished", str(in_an_hour))
    following = await wishes.end("look", TEAM, SESSION, turn.number)
    assert following
    assert following < in_an_hour - 3_000_000
    assert await wishes.end("look", TEAM, SESSION, following) is None
