"""The steps of Workflow Builder start a session for the person they act for, and are completed with what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from sandbox.apizee.faults import FeatureMissing
from sandbox.apizee.model import Operation
from sandbox.slack.default_world import (
    PARTNERS,
    PRIVATE_WITH_BOT,
    SUPPORT,
    U_ADMIN,
    U_EN,
    U_FR,
    U_GONE,
    U_GUEST,
    U_NOLOGIN,
)
from sandbox.slack.faults import Down
from sandbox.slack.model import Execution
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.environment import Environment, Vendors, new_environment

ASSIST = "start_assistance_step"
MEET = "start_meeting_step"
CUSTOMER = "+33 6 62 68 21 93"


async def ended(environment: Environment) -> Execution:
    """Return the latest run of a step, once it is completed or has failed."""
    execution = list(environment.slack.executions.values())[-1]
    await environment.slack.wait_for(lambda: execution.status != "running")
    return execution


async def assisted(environment: Environment, **inputs: str) -> Execution:
    """Return a run of the step that starts an assistance, once it has ended; Diane runs the workflow."""
    given = {"contact": CUSTOMER, "agent": U_EN, "channel": SUPPORT} | inputs
    await environment.people.run_workflow(U_ADMIN, ASSIST, given)
    return await ended(environment)


async def met(environment: Environment, **inputs: str) -> Execution:
    """Return a run of the step that starts a meeting, once it has ended."""
    given = {"participants": "ann@example.com", "name": "Site visit", "organizer": U_EN, "channel": SUPPORT} | inputs
    await environment.people.run_workflow(U_ADMIN, MEET, given)
    return await ended(environment)


async def test_a_step_invites_a_customer_for_the_agent_and_says_the_ticket(environment: Environment) -> None:
    execution = await assisted(environment, reference="CASE-7")
    (ticket,) = environment.apizee.tickets.values()
    assert (ticket.agent.login, ticket.reference) == ("agent1@apizee.com", "CASE-7")
    assert [one.to for one in environment.apizee.outbox] == ["+33662682193"]
    card = await environment.card("Invited by SMS")
    assert execution.status == "completed"
    address = f"https://sandbox.slack.com/archives/{SUPPORT}/p{card.ts.replace('.', '')}"
    assert execution.outputs == {"ticket": str(ticket.id), "state": "invited", "card": address}
    await environment.private_message("Your video assistance is ready")
    assert not environment.slack.ephemerals(U_ADMIN)


async def test_the_reference_may_be_left_out(environment: Environment) -> None:
    assert (await assisted(environment)).status == "completed"


async def test_a_step_invites_to_a_meeting_and_says_the_link(environment: Environment) -> None:
    execution = await met(environment, participants=f"ann@example.com, <@{U_FR}>")
    (conference,) = environment.apizee.conferences.values()
    assert execution.outputs["conference"] == str(conference.id)
    assert "/meet/private/" in execution.outputs["join_url"]
    assert f"/archives/{SUPPORT}/p" in execution.outputs["card"]
    assert sorted(one.to for one in environment.apizee.outbox) == ["agent2@apizee.com", "ann@example.com"]


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({"agent": U_NOLOGIN}, "You have no agent's login at Apizee yet"),
        ({"agent": U_GUEST}, "Guests of this workspace cannot use this bot"),
        ({"agent": U_GONE}, "Slack no longer shows the person this is about"),
        ({"channel": PARTNERS}, "This channel is shared with another organisation"),
        ({"contact": "12"}, "12"),
        ({"contact": "+33 1 23 45 67 89"}, "is a landline"),
        ({"reference": "x" * 60}, "50 characters"),
    ],
)
async def test_what_may_not_be_started_fails_the_step_in_words(
    environment: Environment, inputs: dict[str, str], why: str
) -> None:
    execution = await assisted(environment, **inputs)
    assert execution.status == "failed"
    assert why in execution.error
    await environment.settled()
    assert not environment.apizee.outbox


async def test_the_policy_is_asked_for_the_person_the_step_acts_for(environment: Environment) -> None:
    await met(environment, organizer=U_GUEST)
    (entry,) = await environment.audited(U_GUEST)
    assert (entry.act, entry.refusal, entry.channel) == ("start", "guest", SUPPORT)
    await assisted(environment)
    (entry, *_) = await environment.audited(U_EN)
    assert (entry.act, entry.refusal, entry.channel) == ("start", None, SUPPORT)


async def test_what_apizee_refuses_fails_the_step_in_words_of_the_card(environment: Environment) -> None:
    environment.apizee.faults.switch_on(FeatureMissing(), Operation.CREATE_CONFERENCE)
    execution = await met(environment)
    assert "Apizee refused the invitation" in execution.error
    assert "Nobody was invited" in execution.error


async def test_a_customer_who_is_invited_already_is_not_invited_again(environment: Environment) -> None:
    await environment.assist(CUSTOMER)
    await environment.invited()
    execution = await assisted(environment)
    assert "open session in this channel already" in execution.error
    await environment.private_message("Invite", user=U_EN)
    assert len(environment.apizee.outbox) == 1


async def test_the_words_are_in_the_language_of_the_person(environment: Environment) -> None:
    environment.slack.functions[ASSIST]["input_parameters"]["required"].remove("contact")
    execution = await assisted(environment, agent=U_FR, contact="")
    assert "Cette étape attend autre chose" in execution.error


async def test_a_step_that_is_delivered_again_invites_once_and_is_completed_once(environment: Environment) -> None:
    await assisted(environment)
    delivered = next(one for one in environment.slack.deliveries if "function_executed" in str(one.delivery.payload))
    await environment.people.redeliver(delivered)
    await environment.settled()
    assert len(environment.apizee.outbox) == 1
    assert len(environment.slack.calls_of("functions.completeSuccess")) == 1


async def test_a_step_is_completed_by_the_bot_s_own_token_once_its_own_has_died(environment: Environment) -> None:
    environment.slack.faults.switch_on(Down(), "functions.completeSuccess", times=1)
    await environment.people.run_workflow(U_ADMIN, ASSIST, {"contact": CUSTOMER, "agent": U_EN, "channel": SUPPORT})
    await environment.slack.wait_for(lambda: environment.slack.calls_of("functions.completeSuccess"))
    (execution,) = environment.slack.executions.values()
    execution.started_at -= 16 * 60
    assert (await ended(environment)).status == "completed"


async def test_another_step_than_those_of_the_bot_fails_in_words(environment: Environment) -> None:
    declared = environment.slack.functions[ASSIST]
    environment.slack.functions = {**environment.slack.functions, "renamed_step": declared}
    given = {"contact": CUSTOMER, "agent": U_EN, "channel": SUPPORT}
    await environment.people.run_workflow(U_ADMIN, "renamed_step", given)
    assert "needs something else" in (await ended(environment)).error


@pytest.fixture
async def limited(around: Vendors) -> AsyncIterator[Environment]:
    async with new_environment(around, invitations_per_hour=1) as environment:
        yield environment


async def test_a_step_counts_among_the_invitations_of_the_person(limited: Environment) -> None:
    assert (await assisted(limited)).status == "completed"
    execution = await assisted(limited, contact="jean@client.com")
    assert execution.status == "failed"
    assert "1" in execution.error
    assert len(limited.apizee.outbox) == 1


async def test_where_the_card_may_not_stand_it_goes_to_the_agent(environment: Environment) -> None:
    environment.slack.channels[PRIVATE_WITH_BOT].members.discard(environment.slack.bot_user)
    execution = await assisted(environment, channel=PRIVATE_WITH_BOT)
    assert execution.status == "completed"
    direct = environment.slack.direct_messages(U_EN).id
    assert f"/archives/{direct}/p" in execution.outputs["card"]


async def test_the_token_of_a_run_is_kept_by_nobody_once_it_is_completed(
    environment: Environment, redis: Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    assert environment.app is not None
    execution = await assisted(environment)
    await environment.settled()
    (session,) = await environment.sessions_of(U_EN)
    assert session.step is None
    printed = capsys.readouterr()
    assert execution.token not in printed.out + printed.err
    assert execution.token not in str(await everything_in(redis))
