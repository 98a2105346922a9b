"""Requests of one account that are under way: few at once, and nobody waits behind those that hang."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from bot.apizee.errors import OutcomeUnknown, Unreachable
from bot.apizee.in_flight import AT_A_TIME, InFlight


class Requests:
    """Requests of an account, each of which ends when the test lets it."""

    def __init__(self, in_flight: InFlight) -> None:
        self.in_flight = in_flight
        self.running = 0
        self.most = 0

    async def one(self, ends: asyncio.Event, error: Exception | None = None) -> None:
        async with self.in_flight.place():
            self.running += 1
            self.most = max(self.most, self.running)
            try:
                await ends.wait()
                if error:
                    raise error
            finally:
                self.running -= 1

    async def begun(
        self, number: int, error: Exception | None = None
    ) -> tuple[asyncio.Event, list[asyncio.Task[None]]]:
        ends = asyncio.Event()
        tasks = [asyncio.create_task(self.one(ends, error)) for _ in range(number)]
        await asyncio.sleep(0)
        return ends, tasks


@pytest.fixture
def requests() -> Requests:
    return Requests(InFlight(patience=0.05))


async def test_few_are_under_way_at_once_and_all_get_through_while_they_are_answered(requests: Requests) -> None:
    async def quick() -> None:
        async with requests.in_flight.place():
            await asyncio.sleep(0.01)

    ends, first = await requests.begun(5 * AT_A_TIME)
    ends.set()
    await asyncio.gather(*first, *(quick() for _ in range(5 * AT_A_TIME)))
    assert requests.most == AT_A_TIME


async def test_behind_requests_that_hang_nobody_waits_for_long(requests: Requests) -> None:
    ends, hanging = await requests.begun(AT_A_TIME)
    with pytest.raises(Unreachable):
        await requests.one(ends)
    async with asyncio.timeout(0.04):  # now at once
        with pytest.raises(Unreachable):
            await requests.one(ends)
    ends.set()
    await asyncio.gather(*hanging)
    await requests.one(ends)


@pytest.mark.parametrize("error", [Unreachable(), OutcomeUnknown("ReadTimeout")])
async def test_a_request_that_ends_without_an_answer_makes_room_and_is_none(
    requests: Requests, error: Exception
) -> None:
    ends, hanging = await requests.begun(AT_A_TIME - 1)
    gave_up, silent = await requests.begun(1, error)
    gave_up.set()
    with suppress(type(error)):
        await silent[0]
    _, next_one = await requests.begun(1)
    assert requests.running == AT_A_TIME
    with pytest.raises(Unreachable):
        await requests.one(ends)
    for task in (*hanging, *next_one):
        task.cancel()
    await asyncio.gather(*hanging, *next_one, return_exceptions=True)
    assert not requests.running
    ends.set()
    await requests.one(ends)
