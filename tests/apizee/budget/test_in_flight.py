"""Requests of one account that are under way: few at once, and nobody waits behind those that hang."""

from __future__ import annotations

import asyncio

import pytest

from bot.apizee.errors import OutcomeUnknown, Unreachable
from bot.apizee.in_flight import AT_LEAST, InFlight

PATIENCE = 0.02


class Requests:
    """Requests of an account, each of which ends when the test lets it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.in_flight = InFlight(patience=PATIENCE, clock=lambda: self.now)
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
        for _ in range(3):
            await asyncio.sleep(0)
        return ends, tasks


@pytest.fixture
def requests() -> Requests:
    return Requests()


async def test_ten_are_under_way_at_once_and_all_get_through_while_they_are_answered(requests: Requests) -> None:
    ends, begun = await requests.begun(10 * AT_LEAST)
    assert requests.most == AT_LEAST
    ends.set()
    await asyncio.gather(*begun)


async def test_an_account_that_answers_is_asked_as_fast_as_it_answers(requests: Requests) -> None:
    for _ in range(3):
        ends, begun = await requests.begun(AT_LEAST)
        ends.set()
        await asyncio.gather(*begun)
    ends, begun = await requests.begun(10 * AT_LEAST)
    assert requests.most == 4 * AT_LEAST
    ends.set()
    await asyncio.gather(*begun)
    requests.now += 2 * PATIENCE
    await requests.begun(10 * AT_LEAST)
    assert requests.running == AT_LEAST


async def test_behind_requests_that_hang_nobody_waits_for_long(requests: Requests) -> None:
    ends, hanging = await requests.begun(AT_LEAST)
    _, (waits,) = await requests.begun(1)
    requests.now += PATIENCE
    with pytest.raises(Unreachable):
        await waits
    _, late = await requests.begun(5 * AT_LEAST)
    assert all(isinstance(one.exception(), Unreachable) for one in late)  # at once
    ends.set()
    await asyncio.gather(*hanging)
    await requests.one(ends)


@pytest.mark.parametrize("error", [Unreachable(), OutcomeUnknown("ReadTimeout")])
async def test_a_request_that_ends_without_an_answer_makes_room_for_one(requests: Requests, error: Exception) -> None:
    ends, hanging = await requests.begun(AT_LEAST - 1)
    gave_up, silent = await requests.begun(1, error)
    gave_up.set()
    with pytest.raises(type(error)):
        await silent[0]
    _, next_ones = await requests.begun(2)
    assert requests.running == AT_LEAST
    for task in (*hanging, *next_ones):
        task.cancel()
    await asyncio.gather(*hanging, *next_ones, return_exceptions=True)
    assert not requests.running
    ends.set()
    await requests.one(ends)


async def test_a_place_that_is_handed_to_somebody_who_gives_up_goes_to_the_next(requests: Requests) -> None:
    ends, first = await requests.begun(AT_LEAST)
    never, (gives_up, waits) = await requests.begun(2)
    first[0].cancel()
    await asyncio.wait({first[0]})
    gives_up.cancel()
    await asyncio.wait({gives_up})
    await asyncio.sleep(0)
    assert requests.running == AT_LEAST
    ends.set()
    never.set()
    await asyncio.gather(*first[1:], waits)
