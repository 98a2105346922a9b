"""What stories wait for where nothing is to happen: that the bot had its chances to do it."""

from __future__ import annotations

import asyncio
from typing import cast

from redis.asyncio import Redis

from bot.store.polling_state import PollCount
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, said


async def rounds_pass(redis: Redis, number: int) -> None:
    """Return once so many whole rounds over all open sessions were made from now on."""
    state = PollCount(redis)
    # The one under way may have begun too early, and the last one ends before the next one begins.
    enough = await state.polls_made() + number + 1
    async with asyncio.timeout(20):
        while await state.polls_made() <= enough:  # noqa: ASYNC110  # the event is in Redis
            await asyncio.sleep(0.02)


async def latest_private_message(environment: Environment, *, after: int) -> Message:
    """Return the latest message that one person alone sees, once there are more than so many."""
    await environment.slack.wait_for(lambda: len(environment.slack.ephemeral_messages) > after)
    return environment.slack.ephemeral_messages[-1]


async def direct_message(environment: Environment, user: str, words: str) -> Message:
    """Return a message of the bot's in somebody's direct messages, once there is one with these words."""

    def found() -> Message | None:
        messages = environment.slack.direct_messages(user).messages
        return next((one for one in messages if words in said(one)), None)

    message = await environment.slack.wait_for(found)
    assert message is not None
    return message


async def nothing_is_requested(redis: Redis) -> None:
    """Return once every sync and every redraw that was requested is done."""
    async with asyncio.timeout(20):
        while await _scheduled(redis):  # noqa: ASYNC110  # likewise
            await asyncio.sleep(0.02)


async def _scheduled(redis: Redis) -> list[bytes]:
    waiting = cast("list[bytes]", await redis.zrange("apizee:queue", 0, -1))
    taken = await redis.xlen("apizee:stream")
    return [key for key in waiting if key.startswith((b"sync", b"redraw"))] or [b"taken"] * bool(taken)
