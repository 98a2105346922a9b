"""“Take over” on a colleague's open assistance: who presses invites again, and the old card says so."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.policy.audit import as_facts
from sandbox.apizee.faults import FeatureMissing
from sandbox.apizee.model import Operation
from sandbox.slack.default_world import SUPPORT, U_ADMIN, U_EN, U_FR, U_NOLOGIN
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, button, said

CUSTOMER = "+33 6 62 68 21 93"


async def taken_over(environment: Environment) -> Message:
    """Return the card of Alice's assistance that Bruno has taken over, once it says so."""
    await environment.assist(f"{CUSTOMER} ref:1234")
    await environment.invited()
    card = environment.cards()[0]
    await environment.people.click(U_FR, card, "session_take_over")
    await environment.slack.wait_for(lambda: "Taken over" in environment.cards()[0].text)
    await environment.settled()
    return environment.cards()[0]


async def test_who_takes_over_gets_a_ticket_and_the_old_card_says_so(environment: Environment) -> None:
    old = await taken_over(environment)
    await environment.private_message("Votre assistance vidéo est prête", user=U_FR)
    assert f"Taken over by <@{U_FR}>" in old.text
    assert "session_take_over" not in said(old)
    new = environment.cards()[1]
    assert "confirm" in button(new, "session_take_over")
    tickets = list(environment.apizee.tickets.values())
    assert [one.agent.login for one in tickets] == ["agent1@apizee.com", "agent2@apizee.com"]
    assert [one.reference for one in tickets] == ["1234", "1234"]
    assert [one.to for one in environment.apizee.outbox] == ["+33662682193"] * 2
    acts = [as_facts(one) for one in await environment.audited(U_FR)]
    assert ("take over", SUPPORT) in [(one["act"], one["channel"]) for one in acts]


async def test_one_s_own_and_what_is_taken_over_is_not_taken_over(environment: Environment) -> None:
    await environment.assist(CUSTOMER)
    await environment.invited()
    card = environment.cards()[0]
    as_it_was = replace(card)
    await environment.people.click(U_EN, card, "session_take_over")
    await environment.private_message("is yours already")
    await environment.people.click(U_FR, card, "session_take_over")
    await environment.slack.wait_for(lambda: "Taken over" in environment.cards()[0].text)
    await environment.people.click(U_ADMIN, as_it_was, "session_take_over")
    await environment.private_message("has been taken over by somebody else", user=U_ADMIN)
    await environment.settled()
    assert len(environment.apizee.tickets) == 2


async def test_of_two_presses_at_once_one_takes_over(environment: Environment) -> None:
    await environment.assist(CUSTOMER)
    await environment.invited()
    await environment.settled()
    card = environment.cards()[0]
    pressing = [environment.people.click(user, replace(card), "session_take_over") for user in (U_FR, U_FR, U_FR)]
    await asyncio.gather(*pressing)
    await environment.slack.wait_for(lambda: "Taken over" in environment.cards()[0].text)
    await environment.settled()
    assert [one.to for one in environment.apizee.outbox] == ["+33662682193"] * 2


async def test_where_nobody_was_invited_the_customer_is_given_back(environment: Environment) -> None:
    await environment.assist(CUSTOMER)
    await environment.invited()
    await environment.settled()
    environment.apizee.faults.switch_on(FeatureMissing(), Operation.CREATE_TICKET)
    await environment.people.click(U_FR, environment.cards()[0], "session_take_over")
    await environment.slack.wait_for(lambda: "Forbidden" in environment.cards()[-1].text)
    await environment.settled()
    assert "Taken over" not in environment.cards()[0].text
    environment.apizee.faults.switch_off()
    await environment.people.click(U_FR, environment.cards()[0], "session_take_over")
    await environment.slack.wait_for(lambda: f"Taken over by <@{U_FR}>" in environment.cards()[0].text)


async def test_who_may_not_start_takes_nothing_over(environment: Environment) -> None:
    await environment.assist(CUSTOMER)
    await environment.invited()
    await environment.people.click(U_NOLOGIN, environment.cards()[0], "session_take_over")
    await environment.private_message("You have no agent's login", user=U_NOLOGIN)
    await environment.settled()
    assert "Taken over" not in environment.cards()[0].text
    assert len(environment.apizee.tickets) == 1
