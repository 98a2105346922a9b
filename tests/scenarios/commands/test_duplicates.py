"""Nobody is invited twice by accident."""

from __future__ import annotations

import asyncio

from sandbox.slack.default_world import GENERAL, U_EN, U_FR
from tests.scenarios.environment import Environment, button, said

CUSTOMER = "+33 6 62 68 21 93"


async def test_who_invites_an_invited_customer_is_asked_first(environment: Environment) -> None:
    await environment.assist(CUSTOMER)
    await environment.invited()
    await environment.assist("0662682193", user=U_FR)
    question = await environment.private_message("invité", user=U_FR)
    assert f"<@{U_EN}>" in question.text
    assert "+33662682193" not in said(question)
    assert button(question, "plain_link")["url"].startswith("https://")
    assert len(environment.apizee.tickets) == 1
    assert len(environment.cards()) == 1


async def test_who_means_it_invites_again(environment: Environment) -> None:
    await environment.assist(CUSTOMER)
    await environment.invited()
    await environment.assist(f"{CUSTOMER} ref:1234")
    question = await environment.private_message("Nobody was invited now")
    await environment.people.click(U_EN, question, "session_invite_again")
    await environment.apizee.wait_for(lambda: len(environment.apizee.tickets) == 2)
    assert [one.reference for one in environment.apizee.tickets.values()][1] == "1234"


async def test_two_people_in_the_same_second_make_one_invitation(environment: Environment) -> None:
    await asyncio.gather(environment.assist(CUSTOMER, user=U_EN), environment.assist(CUSTOMER, user=U_FR))
    await environment.slack.wait_for(lambda: len(environment.slack.ephemeral_messages) == 2)
    assert len(environment.apizee.tickets) == len(environment.cards()) == 1
    answer = environment.ephemeral_messages(U_EN) + environment.ephemeral_messages(U_FR)
    assert len([one for one in answer if "Nobody was invited now" in one or "Personne n" in one]) == 1


async def test_another_channel_or_another_customer_is_no_accident(environment: Environment) -> None:
    await environment.assist(CUSTOMER)
    await environment.assist(CUSTOMER, channel=GENERAL)
    await environment.assist("+33 6 62 68 21 94")
    await environment.apizee.wait_for(lambda: len(environment.apizee.tickets) == 3)


async def test_a_customer_whose_session_is_over_is_invited_without_a_question(environment: Environment) -> None:
    await environment.assist(CUSTOMER)
    ticket = await environment.invited()
    environment.apizee.declines(ticket.id)
    await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
    await environment.card("declined")
    await environment.assist(CUSTOMER)
    await environment.apizee.wait_for(lambda: len(environment.apizee.tickets) == 2)


async def test_the_same_guests_are_asked_about_in_any_order(environment: Environment) -> None:
    await environment.meet('ann@example.com, bob@example.com name:"Site visit"')
    await environment.card("invited")
    await environment.meet("bob@example.com, ann@example.com")
    question = await environment.private_message("Site visit")
    assert "same guests" in question.text
    assert len(environment.apizee.conferences) == 1
