"""What is in the way of a planned session: the bot was down, the channel or a colleague is gone, a right withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.timing import Timing
from sandbox.slack.default_world import SUPPORT, U_EN, U_FR
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Environment, Vendors, button, new_environment
from tests.scenarios.planning.clock import StoryClock
from tests.scenarios.waiting import direct_message

CUSTOMER = "+33 6 62 68 21 93"


@pytest.fixture
def timing(clock: StoryClock) -> Timing:
    """How long the bot waits, by the story's clock; it believes Slack for no time."""
    agents = replace(SLOW_MACHINE.agents, kept_for=0.0)
    return replace(SLOW_MACHINE, clock=clock, agents=agents)


async def planned(environment: Environment, clock: StoryClock, options: str = "") -> None:
    await environment.assist(f"{CUSTOMER} {options} at:{clock.in_minutes(30)}")
    await environment.card("Planned for")
    await environment.settled()


def archived(environment: Environment) -> None:
    environment.slack.channels[SUPPORT].is_archived = True


def colleague_gone(environment: Environment) -> None:
    environment.slack.users[U_FR] = replace(environment.slack.users[U_FR], deleted=True)


def right_withdrawn(environment: Environment) -> None:
    environment.slack.users[U_EN] = replace(environment.slack.users[U_EN], is_restricted=True)


IN_THE_WAY = [
    pytest.param("", archived, "archived", id="the channel is archived"),
    pytest.param(f"for:<@{U_FR}>", colleague_gone, "no longer shows the person", id="the agent has left"),
    pytest.param("", right_withdrawn, "Guests of this workspace", id="the planner is a guest by now"),
]


@pytest.mark.parametrize(("options", "happen", "why"), IN_THE_WAY)
async def test_who_planned_it_reads_it_at_the_reminder_and_at_its_time(
    environment: Environment, clock: StoryClock, options: str, happen: Callable[[Environment], None], why: str
) -> None:
    await planned(environment, clock, options)
    happen(environment)
    await clock.pass_time(minutes=21)
    warning = await direct_message(environment, U_EN, "will not start as things are")
    assert why in str(warning.blocks)
    button(warning, "session_move")
    await clock.pass_time(minutes=10)
    said_why = await direct_message(environment, U_EN, "did not start")
    assert why in str(said_why.blocks)
    await environment.settled()
    assert not environment.apizee.requests
    if happen is not archived:
        await environment.card("It did not start as planned")


async def test_the_agent_reads_it_where_who_planned_it_has_left(environment: Environment, clock: StoryClock) -> None:
    await planned(environment, clock, f"for:<@{U_FR}>")
    environment.slack.users[U_EN] = replace(environment.slack.users[U_EN], deleted=True)
    await clock.pass_time(minutes=31)
    await environment.slack.wait_for(lambda: len(environment.slack.direct_messages(U_FR).messages) > 1)
    await environment.card("It did not start as planned")
    await environment.settled()
    assert not environment.apizee.requests


async def test_what_is_removed_in_time_is_in_nobody_s_way(environment: Environment, clock: StoryClock) -> None:
    await planned(environment, clock)
    archived(environment)
    await clock.pass_time(minutes=21)
    await direct_message(environment, U_EN, "archived")
    environment.slack.channels[SUPPORT].is_archived = False
    await clock.pass_time(minutes=10)
    await environment.card("Invited by SMS")


async def test_the_limit_counts_when_it_starts(around: Vendors, clock: StoryClock) -> None:
    async with new_environment(around, invitations_per_hour=1) as environment:
        await planned(environment, clock)
        await environment.assist("jean@client.com")
        await environment.slack.wait_for(lambda: len(environment.apizee.outbox) == 1)
        await environment.settled()
        await clock.pass_time(minutes=31)
        await direct_message(environment, U_EN, "you have reached that limit")
        await environment.settled()
        assert len(environment.apizee.outbox) == 1


async def test_what_comes_due_too_late_asks_its_agent(around: Vendors, clock: StoryClock) -> None:
    async with new_environment(around) as environment:
        await planned(environment, clock)
    await clock.pass_time(minutes=47)  # nobody is there
    async with new_environment(around) as environment:
        question = await direct_message(environment, U_EN, "I could not start it then")
        await environment.card("waits for its agent")
        await environment.settled()
        assert not environment.apizee.requests
        assert len(environment.slack.direct_messages(U_EN).messages) == 1
        await environment.people.click(U_EN, question, "session_start_now")
        await environment.card("Invited by SMS")
        await environment.settled()
        assert len(environment.apizee.outbox) == 1


async def test_what_comes_due_a_little_late_starts(around: Vendors, clock: StoryClock) -> None:
    async with new_environment(around) as environment:
        await planned(environment, clock)
    await clock.pass_time(minutes=40)
    async with new_environment(around) as environment:
        await environment.card("Invited by SMS")
        await environment.settled()
        assert not environment.slack.direct_messages(U_EN).messages


async def test_who_is_invited_already_is_not_invited_twice(environment: Environment, clock: StoryClock) -> None:
    await planned(environment, clock)
    await environment.assist(CUSTOMER)
    await environment.slack.wait_for(lambda: len(environment.apizee.outbox) == 1)
    await environment.settled()
    await clock.pass_time(minutes=31)
    await environment.private_message("was invited here")
    await environment.settled()
    await environment.slack.wait_for(lambda: "Cancelled" in environment.cards()[0].text)
    assert len(environment.apizee.outbox) == 1
