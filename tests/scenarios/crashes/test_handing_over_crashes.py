"""A bot dies while a session starts for a colleague, by a link, or in place of another: nothing is lost or twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sandbox.apizee.model import Operation
from sandbox.slack.default_world import U_EN, U_FR
from sandbox.slack.model import Message
from tests.scenarios.crashes.test_crashes import CUSTOMER, QUICK
from tests.scenarios.environment import Environment, Vendors, new_environment, said
from tests.scenarios.kills import Kill, bot_of, done, done_late, not_done


async def killed(around: Vendors, folder: Path, text: str, kill: Kill) -> None:
    """Let a bot take in a command, and die."""
    async with bot_of(around, folder) as (bot, environment):
        killing = asyncio.create_task(kill.strikes(around, bot))
        await environment.assist(text)
        await killing


def direct(environment: Environment, words: str) -> list[Message]:
    """Return the colleague's direct messages with these words."""
    return [one for one in environment.slack.direct_messages(U_FR).messages if words in said(one)]


@pytest.mark.parametrize(
    "kill",
    [done(Operation.CREATE_TICKET), not_done("conversations.open"), done("conversations.open"), done("response_url")],
    ids=str,
)
async def test_a_start_for_a_colleague_is_gone_on_with(around: Vendors, tmp_path: Path, kill: Kill) -> None:
    await killed(around, tmp_path, f"{CUSTOMER} for:<@{U_FR}>", kill)
    async with new_environment(around, timing=QUICK) as environment:
        await environment.private_message(
            f"<@{U_FR}> is the agent of this video assistance and got the links", within=30
        )
        await environment.card("Invited by SMS")
        await environment.settled()
        (ticket,) = environment.apizee.tickets.values()
        assert ticket.agent.login == "agent2@apizee.com"
        assert [one.to for one in environment.apizee.outbox] == ["+33662682193"]
        assert len(direct(environment, "convId=")) == 1
        assert not [one for one in environment.slack.ephemerals(U_EN) if "convId=" in said(one)]
        assert len(environment.cards()) == 1


@pytest.mark.parametrize(
    "kill", [done_late(Operation.CREATE_TICKET), done(Operation.CREATE_TICKET), not_done("response_url")], ids=str
)
async def test_a_link_is_made_once_and_not_lost(around: Vendors, tmp_path: Path, kill: Kill) -> None:
    await killed(around, tmp_path, f"{CUSTOMER} link", kill)
    async with new_environment(around, timing=QUICK) as environment:
        message = await environment.private_message("The link for your customer is ready", within=30)
        await environment.card("Link passed on by the agent")
        await environment.settled()
        (ticket,) = environment.apizee.tickets.values()
        assert ticket.conversation_id in said(message)
        assert environment.apizee.outbox == []
        assert len(environment.cards()) == 1


@pytest.mark.parametrize(
    "kill", [not_done(Operation.CREATE_TICKET), done(Operation.CREATE_TICKET), done("chat.update")], ids=str
)
async def test_what_is_taken_over_has_one_new_ticket(around: Vendors, tmp_path: Path, kill: Kill) -> None:
    async with bot_of(around, tmp_path) as (bot, environment):
        await environment.assist(CUSTOMER)
        await environment.private_message("Your video assistance is ready")
        killing = asyncio.create_task(kill.strikes(around, bot))
        await environment.people.click(U_FR, environment.cards()[0], "session_take_over")
        await killing
    async with new_environment(around, timing=QUICK) as environment:
        await environment.private_message("Votre assistance vidéo est prête", user=U_FR, within=30)
        await environment.slack.wait_for(lambda: f"Taken over by <@{U_FR}>" in environment.cards()[0].text)
        await environment.settled()
        assert [one.agent.login for one in environment.apizee.tickets.values()] == [
            "agent1@apizee.com",
            "agent2@apizee.com",
        ]
        assert len(environment.apizee.outbox) == 2
        assert len(environment.cards()) == 2
