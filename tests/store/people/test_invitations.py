"""So many people may be invited by one person in an hour; what is done twice is counted once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from redis.asyncio import Redis

from bot.model.people import Conversation, Requester
from bot.store import keys
from bot.store.people.invitations import InvitationCounter, NoRoom

ANN = Requester("U1", Conversation("T1", "C1"))
SOON = timedelta(milliseconds=200)


@pytest.fixture
def counter(redis: Redis) -> InvitationCounter:
    return InvitationCounter(redis, limit=3)


async def test_there_is_room_for_as_many_as_allowed(counter: InvitationCounter) -> None:
    assert [await counter.count(ANN, f"s{number}", 1) for number in range(3)] == [None] * 3
    refused = await counter.count(ANN, "s3", 1)
    assert refused is not None
    assert refused.limit == 3
    assert refused.seconds == pytest.approx(3600, abs=5)


async def test_a_session_that_is_started_again_is_counted_once(counter: InvitationCounter) -> None:
    for _ in range(5):
        assert await counter.count(ANN, "s1", 3) is None
    assert await counter.count(ANN, "s2", 1) is not None


async def test_a_session_that_was_refused_is_not_counted(counter: InvitationCounter) -> None:
    await counter.count(ANN, "s1", 2)
    assert await counter.count(ANN, "s2", 2) is not None
    assert await counter.count(ANN, "s3", 1) is None


async def test_more_than_are_ever_allowed_have_no_time_from_which_they_are(counter: InvitationCounter) -> None:
    assert await counter.count(ANN, "s1", 4) == NoRoom(3, None)
    assert await counter.count(ANN, "s2", 3) is None


async def test_it_goes_on_when_enough_of_the_earliest_are_an_hour_old(redis: Redis) -> None:
    counter = InvitationCounter(redis, limit=2, window=SOON)
    assert await counter.count(ANN, "s1", 1) is None
    await asyncio.sleep(SOON.total_seconds() / 2)
    assert await counter.count(ANN, "s2", 1) is None
    refused = await counter.count(ANN, "s3", 1)
    assert refused
    assert refused.seconds is not None
    assert refused.seconds <= SOON.total_seconds() / 2
    await asyncio.sleep(refused.seconds + 0.01)
    assert await counter.count(ANN, "s3", 1) is None


async def test_each_person_of_each_workspace_has_an_hour_of_their_own(counter: InvitationCounter) -> None:
    await counter.count(ANN, "s1", 3)
    assert await counter.count(replace(ANN, user="U2"), "s2", 3) is None
    assert await counter.count(replace(ANN, conversation=Conversation("T2", "C1")), "s3", 3) is None


async def test_what_came_to_nothing_is_given_back(counter: InvitationCounter) -> None:
    await counter.count(ANN, "s1", 2)
    await counter.count(ANN, "s2", 1)
    await counter.give_back(ANN, "s1", 2)
    assert await counter.count(ANN, "s3", 2) is None
    assert await counter.count(ANN, "s4", 1) is not None


async def test_processes_that_count_at_once_let_no_one_more_in(redis: Redis, redis_url: str) -> None:
    async with Redis.from_url(redis_url) as elsewhere:
        both = [InvitationCounter(one, limit=5) for one in (redis, elsewhere)]
        answers = await asyncio.gather(*(both[number % 2].count(ANN, f"s{number}", 1) for number in range(20)))
    assert answers.count(None) == 5


async def test_after_the_clock_was_set_back_nobody_waits_longer_than_an_hour(redis: Redis) -> None:
    counter = InvitationCounter(redis, limit=1)
    await counter.count(ANN, "s1", 1)
    await redis.zincrby(keys.invitations_of("T1", "U1"), 7200 * 1_000_000, "s1:1")
    refused = await counter.count(ANN, "s2", 1)
    assert refused
    assert refused.seconds == pytest.approx(3600, abs=5)


async def test_nothing_stays_for_longer_than_an_hour_or_tells_who_was_invited(redis: Redis) -> None:
    await InvitationCounter(redis, limit=3).count(ANN, "s1", 2)
    key = keys.invitations_of("T1", "U1")
    assert 0 < await redis.ttl(key) <= 3600
    assert await redis.zrange(key, 0, -1) == [b"s1:1", b"s1:2"]


@pytest.mark.parametrize("seed", range(8))
async def test_the_people_who_are_counted_are_never_more_than_the_limit(counter: InvitationCounter, seed: int) -> None:
    """Sessions of all sizes that are started, started again, refused and given back, in any order."""
    chance = Random(seed)  # noqa: S311  # a story, not a secret
    counted: dict[str, int] = {}
    for _ in range(30):
        session = chance.choice("abcdef")
        people = counted.get(session, chance.randint(0, 4))
        fits = session in counted or people == 0 or people + sum(counted.values()) <= 3
        assert (await counter.count(ANN, session, people) is None) == fits
        if fits and people:
            counted[session] = people
        if chance.random() < 0.3:
            await counter.give_back(ANN, session, counted.pop(session, 0))
