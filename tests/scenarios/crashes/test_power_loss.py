"""The machine loses its power: what was acknowledged is done all the same, and nobody is invited twice."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from sandbox.slack.default_world import SUPPORT, U_EN
from tests.scenarios.environment import Environment, vendors
from tests.scenarios.process import Running, staged_by

GUESTS = [f"guest{number}@example.com" for number in range(8)]


async def lose_power(bot: Running, data: Path, disk: Path) -> None:
    """Let everything stop where it stands; what was written to the disk until then is all that is left."""
    server = int((data / "redis" / "redis.pid").read_text())
    os.kill(server, signal.SIGSTOP)
    shutil.copytree(data / "redis" / "appendonlydir", disk)
    await bot.end(signal.SIGKILL)
    os.kill(server, signal.SIGKILL)
    shutil.rmtree(data / "redis" / "appendonlydir")
    shutil.copytree(disk, data / "redis" / "appendonlydir")


def invited(environment: Environment) -> list[str]:
    return sorted(contact for ticket in environment.apizee.tickets.values() for contact in ticket.contacts)


@pytest.mark.slow
async def test_after_a_loss_of_power_every_acknowledged_customer_is_invited_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with vendors("", data) as around:
        async with staged_by(around, tmp_path) as (bot, environment):
            for guest in GUESTS:
                delivered = await environment.people.command(U_EN, SUPPORT, "/assist", guest)
                assert (delivered.outcome, delivered.body) == ("ok", "")
            await lose_power(bot, data, tmp_path / "disk")
        async with staged_by(around, tmp_path) as (bot, environment):
            await environment.apizee.wait_for(lambda: invited(environment) == GUESTS, 60)
            await environment.slack.wait_for(lambda: len(environment.slack.ephemeral_messages) >= len(GUESTS), 60)
            assert len(environment.apizee.outbox) == len(GUESTS)
            assert await bot.end() == 0
