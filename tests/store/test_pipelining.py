"""Many people at once share their round trips to Redis, and nobody notices it by anything but the time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

from bot.store.server.connection import connect
from bot.store.server.embedded import EmbeddedRedis

CROWD = 200


@pytest.fixture
async def shared(redis: Redis, redis_url: str) -> AsyncIterator[Redis]:  # noqa: ARG001  # emptied
    async with connect(redis_url) as client:
        yield client


async def times_read(redis: Redis) -> int:
    """How often the server has read something from a client."""
    return int((await redis.info("stats"))["total_reads_processed"])


async def test_a_crowd_travels_together_and_each_gets_an_own_answer(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as nobody_elses, connect(nobody_elses.url) as redis:
        await asyncio.gather(*(redis.set(f"key:{number}", number) for number in range(CROWD)))
        before = await times_read(redis)

        answers = await asyncio.gather(*(redis.get(f"key:{number}") for number in range(CROWD)))

        assert answers == [str(number).encode() for number in range(CROWD)]
        assert await times_read(redis) - before < CROWD / 10


@pytest.mark.parametrize("together", [True, False], ids=["a transaction", "a pipeline"])
async def test_what_belongs_together_travels_with_the_crowd(tmp_path: Path, *, together: bool) -> None:
    async def moved(redis: Redis, number: int) -> list[object]:
        async with redis.pipeline(transaction=together) as pipeline:
            pipeline.hset(f"hash:{number}", "field", number)
            pipeline.hgetall(f"hash:{number}")
            return list(await pipeline.execute())

    async with EmbeddedRedis(tmp_path) as nobody_elses, connect(nobody_elses.url) as redis:
        await redis.get("text")
        before = await times_read(redis)

        answers = await asyncio.gather(*(moved(redis, number) for number in range(CROWD)))

        assert answers == [[1, {b"field": str(number).encode()}] for number in range(CROWD)]
        assert await times_read(redis) - before < CROWD / 10


async def test_a_transaction_is_carried_out_as_a_whole_or_not_at_all(shared: Redis) -> None:
    async with shared.pipeline(transaction=True) as both:
        both.set("text", "written")
        both.execute_command("HSET", "hash")  # its field is missing
        with pytest.raises(ResponseError, match="wrong number of arguments"):
            await both.execute()

    assert await shared.get("text") is None


async def test_where_replicas_are_waited_for_a_transaction_needs_them_as_a_single_write_does(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as alone:
        separator = "&" if "?" in alone.url else "?"
        async with connect(f"{alone.url}{separator}wait_for_replicas=1", patience=1.0) as redis:
            for write in (redis.set("text", "alone"), redis.zadd("scores", {"text": 1})):
                with pytest.raises(RedisTimeoutError, match="Too few replicas"):
                    await write
            both = redis.pipeline(transaction=True)
            both.hset("hash", "field", "alone")
            with pytest.raises(RedisTimeoutError, match="Too few replicas"):
                await both.execute()
            assert await redis.hgetall("hash") == {b"field": b"alone"}


async def test_a_command_that_fails_in_a_pipeline_is_named_or_stands_among_the_answers(shared: Redis) -> None:
    await shared.rpush("a list", "1")

    for together in (True, False):
        both = shared.pipeline(transaction=together)
        both.set("text", "fine")
        both.hgetall("a list")
        with pytest.raises(ResponseError, match=r"Command # 2 \(HGETALL a list\)"):
            await both.execute()

        both.set("text", "fine")
        both.hgetall("a list")
        first, second = await both.execute(raise_on_error=False)
        assert (first, type(second)) == (True, ResponseError)


async def test_a_long_pipeline_and_what_is_asked_meanwhile_have_their_own_answers(shared: Redis) -> None:
    numbers = range(1000)
    async with shared.pipeline(transaction=False) as pipeline:
        for number in numbers:
            pipeline.set(f"key:{number}", number)
        long = asyncio.ensure_future(pipeline.execute())
        assert await shared.get("text") is None
        assert await long == [True] * len(numbers)


async def test_what_comes_later_goes_with_the_next_round_trip(shared: Redis) -> None:
    async def one_after_the_other(name: str) -> list[object]:
        answers: list[object] = []
        for step in range(20):
            await shared.set(name, step)
            answers.append(await shared.get(name))
        return answers

    for answers in await asyncio.gather(*(one_after_the_other(f"name:{number}") for number in range(10))):
        assert answers == [str(step).encode() for step in range(20)]


async def test_the_error_of_one_is_not_the_error_of_all(shared: Redis) -> None:
    await shared.rpush("a list", "1")
    await shared.set("text", "fine")

    answers = await asyncio.gather(
        *(shared.get(key) for key in ("text", "text", "a list", "text")), return_exceptions=True
    )

    assert isinstance(answers[2], ResponseError)
    assert [answers[place] for place in (0, 1, 3)] == [b"fine"] * 3


async def test_a_cancelled_command_cancels_no_other(shared: Redis) -> None:
    await shared.set("text", "fine")
    callers = [asyncio.ensure_future(shared.get("text")) for _ in range(5)]
    await asyncio.sleep(0)

    for gone in (callers[0], callers[2]):
        gone.cancel()
    stayed = await asyncio.gather(*(callers[place] for place in (1, 3, 4)))

    assert stayed == [b"fine"] * 3
    assert await shared.get("text") == b"fine"


async def test_a_script_that_redis_has_forgotten_is_sent_again_for_all(shared: Redis) -> None:
    double = shared.register_script("return ARGV[1] * 2")
    await double(args=[1])
    await shared.script_flush()

    answers = await asyncio.gather(*(double(args=[number]) for number in range(10)))

    assert answers == [2 * number for number in range(10)]


async def test_who_waits_on_purpose_keeps_nobody_waiting(shared: Redis) -> None:
    waiting: asyncio.Future[object] = asyncio.ensure_future(shared.blpop(["late"], timeout=30))
    await asyncio.sleep(0.05)

    await asyncio.gather(*(shared.get("text") for _ in range(5)))

    assert not waiting.done()
    await shared.rpush("late", "at last")
    assert await waiting == (b"late", b"at last")


async def test_many_that_find_no_connection_learn_so_and_the_next_one_finds_one(
    shared: Redis, unused_tcp_port: int
) -> None:
    async with connect(f"redis://127.0.0.1:{unused_tcp_port}") as nowhere:
        answers = await asyncio.gather(*(nowhere.get("text") for _ in range(10)), return_exceptions=True)
        assert all(isinstance(answer, RedisConnectionError) for answer in answers)

        nowhere.connection_pool = shared.connection_pool
        assert await asyncio.gather(*(nowhere.get("text") for _ in range(3))) == [None] * 3


async def test_connections_that_were_dropped_cost_a_crowd_no_error(shared: Redis, redis: Redis) -> None:
    await asyncio.gather(*(shared.set(f"key:{number}", number) for number in range(10)))
    ours = str(redis.connection_pool.connection_kwargs.get("db", 0))  # other stories share the server
    for one in await redis.client_list():
        if one["db"] == ours:
            await redis.client_kill_filter(_id=one["id"], skipme=True)

    assert await asyncio.gather(*(shared.get(f"key:{number}") for number in range(10))) == [
        str(number).encode() for number in range(10)
    ]
