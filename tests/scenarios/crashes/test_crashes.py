"""A bot is killed at any step after its acknowledgement: what it took in is finished, and nothing twice.

The bot that dies is a process as operators run it; another one, in this process, finds what it left.
"""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.model.timing import StartTiming
from sandbox.apizee.model import Operation
from sandbox.slack.default_world import SCOPES, U_EN
from tests.scenarios.environment import Environment, Vendors, new_environment, said, vendors
from tests.scenarios.kills import SOON_TAKEN_OVER, Kill, bot_of, done, done_late, not_done
from tests.scenarios.process import staged_by

CUSTOMER = "+33 6 62 68 21 93"
GUESTS = 'ann@example.com, +33 6 12 34 56 78 name:"Site visit"'

Command = Callable[[Environment], Awaitable[None]]


async def assist(environment: Environment) -> None:
    await environment.assist(CUSTOMER)


async def meet(environment: Environment) -> None:
    await environment.meet(GUESTS)


QUICK = replace(SOON_TAKEN_OVER, start=StartTiming(settled_after=3.0))
"""A dead bot's work is taken over soon, and what it may have sent is over soon after."""


async def killed(around: Vendors, folder: Path, command: Command, kill: Kill) -> None:
    """Let a bot take in a command, and die."""
    async with bot_of(around, folder) as (bot, environment):
        killing = asyncio.create_task(kill.strikes(around, bot))
        await command(environment)
        await killing


async def is_invited_once(environment: Environment) -> None:
    """One ticket, one invitation, one finished card, and the links with the agent."""
    await environment.card("Invited by SMS", within=30)
    await environment.private_message("Your video assistance is ready")
    assert len(environment.apizee.tickets) == 1
    assert [one.to for one in environment.apizee.outbox] == ["+33662682193"]


async def are_invited_once(environment: Environment) -> None:
    """One conference, one invitation for each guest, one finished card with its call."""
    card = await environment.card("The guests are invited", within=30)
    assert len(environment.apizee.conferences) == 1
    assert sorted(one.to for one in environment.apizee.outbox) == ["+33612345678", "ann@example.com"]
    assert [block["call_id"] for block in card.blocks if block["type"] == "call"] == list(
        environment.slack.registered_calls
    )


@pytest.mark.parametrize(
    "kill",
    [
        not_done("users.info"),
        not_done("chat.postMessage"),
        done("chat.postMessage"),
        not_done(Operation.CREATE_TICKET),
        done(Operation.CREATE_TICKET),
        done_late(Operation.CREATE_TICKET),
        not_done("chat.update"),
        done("chat.update"),
        not_done("response_url"),
        done("response_url"),
    ],
    ids=str,
)
async def test_a_customer_is_invited_once_wherever_the_bot_dies(around: Vendors, tmp_path: Path, kill: Kill) -> None:
    await killed(around, tmp_path, assist, kill)
    async with new_environment(around, timing=QUICK) as environment:
        await is_invited_once(environment)
        await environment.settled()
        await is_invited_once(environment)


@pytest.mark.parametrize(
    "kill",
    [
        done("chat.postMessage"),
        not_done(Operation.CREATE_CONFERENCE),
        done(Operation.CREATE_CONFERENCE),
        not_done("calls.add"),
        done("calls.add"),
        not_done("chat.update"),
    ],
    ids=str,
)
async def test_guests_are_invited_once_wherever_the_bot_dies(around: Vendors, tmp_path: Path, kill: Kill) -> None:
    await killed(around, tmp_path, meet, kill)
    async with new_environment(around, timing=QUICK) as environment:
        await are_invited_once(environment)
        await environment.settled()
        await are_invited_once(environment)


async def test_a_bot_that_dies_with_its_acknowledgement_on_the_way_has_taken_the_command_in(
    around: Vendors, tmp_path: Path
) -> None:
    async with bot_of(around, tmp_path) as (bot, people):
        await assist(people)
        await bot.end(signal.SIGKILL)
    async with new_environment(around, timing=QUICK) as environment:
        await is_invited_once(environment)


async def test_a_bot_that_reads_little_and_seldom_finds_its_card_all_the_same(around: Vendors, tmp_path: Path) -> None:
    around.slack.rates.of_a_new_app = True
    await killed(around, tmp_path, assist, done("chat.postMessage"))
    async with new_environment(around, timing=QUICK) as environment:
        await is_invited_once(environment)
        assert len(environment.cards()) == 1
        assert len(around.slack.calls_of("conversations.history")) == 1


async def test_a_bot_that_may_not_look_for_its_card_invites_once_all_the_same(around: Vendors, tmp_path: Path) -> None:
    around.slack.scopes = frozenset(scope for scope in SCOPES if not scope.endswith(":history"))
    await killed(around, tmp_path, assist, done("chat.postMessage"))
    async with new_environment(around, timing=QUICK) as environment:
        await environment.private_message("Your video assistance is ready", within=30)
        assert len(environment.apizee.outbox) == 1
        left_over, card = environment.cards()
        assert "press Refresh: another card may have taken its place" in said(left_over)
        await environment.people.click(U_EN, left_over, "session_refresh")
        notice = await environment.private_message("This card was left behind by mistake")
        assert f"/p{card.ts.replace('.', '')}|its own card" in notice.text
        assert [one.ts for one in environment.cards()] == [card.ts]
        assert "Invited" in card.text


async def test_a_bot_may_die_while_it_goes_on_with_what_another_left(around: Vendors, tmp_path: Path) -> None:
    await killed(around, tmp_path, assist, done(Operation.CREATE_TICKET))
    async with bot_of(around, tmp_path) as (bot, _):
        await not_done("chat.update").strikes(around, bot)
    async with new_environment(around, timing=QUICK) as environment:
        await is_invited_once(environment)


async def test_a_bot_that_dies_while_it_signs_in_keeps_nobody_from_signing_in(
    around: Vendors, tmp_path: Path, redis: Redis
) -> None:
    await killed(around, tmp_path, assist, done(Operation.TOKEN))
    (lock,) = await redis.keys("*:token:*:lock")
    assert await redis.pttl(lock) < 26_000
    await redis.delete(lock)  # as time does
    async with new_environment(around, timing=QUICK) as environment:
        await is_invited_once(environment)


@pytest.mark.slow
async def test_a_restarted_bot_goes_on_within_half_a_minute(tmp_path: Path) -> None:
    async with vendors("", tmp_path / "data") as around:
        async with staged_by(around, tmp_path) as (bot, environment):
            killing = asyncio.create_task(done(Operation.CREATE_TICKET).strikes(around, bot))
            await assist(environment)
            await killing
        async with staged_by(around, tmp_path) as (bot, environment):
            restarted = time.monotonic()
            await is_invited_once(environment)
            assert time.monotonic() - restarted < 30
            assert await bot.end() == 0
