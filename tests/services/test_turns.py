"""Who goes first: whoever waits for an acknowledgement, then the work behind it."""

from __future__ import annotations

import asyncio

import pytest

from bot.services import turns as module
from bot.services.turns import AT_ONCE, Turns


async def test_only_so_many_have_their_turn_at_once() -> None:
    turns, inside, most = Turns(), 0, 0

    async def go_through() -> None:
        nonlocal inside, most
        async with turns.turn():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(go_through() for _ in range(5 * AT_ONCE)))
    assert most == AT_ONCE


async def test_whoever_has_no_turn_in_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LONGEST_WAIT", 0.01)
    turns, done = Turns(), asyncio.Event()

    async def stay() -> None:
        async with turns.turn():
            await done.wait()

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(stay())
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            await turns.turn().__aenter__()
        done.set()
    async with turns.turn():
        """There is room again."""


async def test_what_can_wait_lets_pass_until_nobody_is_in_a_hurry() -> None:
    turns = Turns()
    await turns.let_pass()
    async with turns.turn():
        waiting = asyncio.create_task(turns.let_pass())
        await asyncio.sleep(0.01)
        assert not waiting.done()
    await waiting


async def test_what_can_wait_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LETS_PASS_FOR", 0.01)
    turns = Turns()
    async with turns.turn():
        await turns.let_pass()
