"""Processes are frozen under load, longer than others wait for them, and go on: all that was acknowledged is done."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from tests.scenarios.environment import Vendors
from tests.scenarios.kills import SOON, SOON_TAKEN_OVER
from tests.scenarios.process import Forked, forked, in_environment

COMMANDS = 24
ROUNDS = 3


async def freeze(*bots: Forked) -> None:
    """Let them stand still for longer than others wait before they take their work."""
    for bot in bots:
        bot.gets(signal.SIGSTOP)
    await asyncio.sleep(SOON.total_seconds() * 1.8)
    for bot in bots:
        bot.gets(signal.SIGCONT)


@pytest.mark.slow
async def test_what_was_acknowledged_is_done_whichever_process_stood_still(around: Vendors, tmp_path: Path) -> None:
    folders = tmp_path / "first", tmp_path / "second"
    for folder in folders:
        folder.mkdir()
    async with (
        forked(around.environment, folders[0], timing=SOON_TAKEN_OVER) as first,
        forked(around.environment, folders[1], timing=SOON_TAKEN_OVER) as second,
        in_environment(first.url, around) as environment,
    ):
        for number in range(COMMANDS):
            await environment.assist(f"+33 6 62 68 21 {number:02}")
            if number % (COMMANDS // ROUNDS) == 3:
                await freeze(second)
        await freeze(first, second)
        await freeze(first)
        await environment.slack.wait_for(lambda: len(environment.slack.ephemeral_messages) >= COMMANDS, 60)
        await environment.slack.wait_for(
            lambda: sum("Invited" in card.text for card in environment.cards()) == COMMANDS, 30
        )
        await environment.slack.wait_for(lambda: len(environment.cards()) == COMMANDS, 30)
    assert sorted(one.to for one in environment.apizee.outbox) == [
        f"+336626821{number:02}" for number in range(COMMANDS)
    ]
