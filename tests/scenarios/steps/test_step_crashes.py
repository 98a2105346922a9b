"""A bot dies while a workflow waits for its step: the next one invites nobody twice, and completes the step."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.timing import StartTiming
from sandbox.apizee.model import Operation
from sandbox.slack.default_world import SUPPORT, U_ADMIN, U_EN
from tests.scenarios.environment import Vendors, new_environment
from tests.scenarios.kills import SOON_TAKEN_OVER, Kill, bot_of, done, not_done

QUICK = replace(SOON_TAKEN_OVER, start=StartTiming(settled_after=3.0))
GIVEN = {"contact": "+33 6 62 68 21 93", "agent": U_EN, "channel": SUPPORT}


@pytest.mark.parametrize(
    "kill",
    [
        not_done("users.info"),
        done(Operation.CREATE_TICKET),
        done("chat.postEphemeral"),
        not_done("chat.getPermalink"),
        not_done("functions.completeSuccess"),
        done("functions.completeSuccess"),
    ],
    ids=str,
)
async def test_a_step_invites_once_and_is_completed_wherever_the_bot_dies(
    around: Vendors, tmp_path: Path, kill: Kill
) -> None:
    async with bot_of(around, tmp_path) as (bot, environment):
        killing = asyncio.create_task(kill.strikes(around, bot))
        await environment.people.run_workflow(U_ADMIN, "start_assistance_step", GIVEN)
        await killing
    (execution,) = around.slack.executions.values()
    async with new_environment(around, timing=QUICK) as environment:
        await environment.slack.wait_for(lambda: execution.status == "completed", 30)
        await environment.settled()
        (ticket,) = environment.apizee.tickets.values()
        assert execution.outputs["ticket"] == str(ticket.id)
        assert [one.to for one in environment.apizee.outbox] == ["+33662682193"]


@pytest.mark.parametrize("kill", [not_done("functions.completeError"), done("functions.completeError")], ids=str)
async def test_a_step_that_started_nothing_fails_wherever_the_bot_dies(
    around: Vendors, tmp_path: Path, kill: Kill
) -> None:
    async with bot_of(around, tmp_path) as (bot, environment):
        killing = asyncio.create_task(kill.strikes(around, bot))
        await environment.people.run_workflow(U_ADMIN, "start_assistance_step", {**GIVEN, "contact": "12"})
        await killing
    (execution,) = around.slack.executions.values()
    async with new_environment(around, timing=QUICK) as environment:
        await environment.slack.wait_for(lambda: execution.status == "failed", 30)
        await environment.settled()
        assert "12" in execution.error
