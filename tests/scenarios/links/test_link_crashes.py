"""A bot dies while it shows what a pasted link leads to: the next one shows it, in the same place."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sandbox.slack.default_world import SUPPORT, U_EN, U_FR
from tests.scenarios.environment import Vendors, new_environment
from tests.scenarios.kills import SOON_TAKEN_OVER, Kill, bot_of, done, not_done


@pytest.mark.parametrize("kill", [not_done("users.info"), not_done("chat.unfurl"), done("chat.unfurl")], ids=str)
async def test_a_session_is_shown_once_below_a_link_wherever_the_bot_dies(
    around: Vendors, tmp_path: Path, kill: Kill
) -> None:
    async with bot_of(around, tmp_path) as (bot, environment):
        await environment.assist("jean@client.com")
        ticket = await environment.invited()
        await environment.private_message("Your video assistance is ready")
        killing = asyncio.create_task(kill.strikes(around, bot))
        link = f"{around.environment['APIZEE_API_URL'].removesuffix('/api')}/entrypoint/1/tickets/{ticket.id}"
        message = await environment.people.say(U_FR, SUPPORT, link)
        await killing
    async with new_environment(around, timing=SOON_TAKEN_OVER) as environment:
        await environment.slack.wait_for(lambda: message.attachments and environment.slack.calls_of("chat.unfurl"))
        await environment.settled()
        (shown,) = message.attachments
        assert "Video assistance for j•••@client.com" in str(shown["blocks"])


async def test_who_pasted_a_customer_s_link_is_warned_though_the_bot_died(around: Vendors, tmp_path: Path) -> None:
    async with bot_of(around, tmp_path) as (bot, environment):
        killing = asyncio.create_task(not_done("chat.postEphemeral").strikes(around, bot))
        await environment.people.say(U_EN, SUPPORT, "http://127.0.0.1/diag?convId=88a2c81a-2b5a&pwd=798042")
        await killing
    async with new_environment(around, timing=SOON_TAKEN_OVER) as environment:
        await environment.private_message("lets in anybody who opens it")
