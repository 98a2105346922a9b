"""Nobody is invited twice by accident."""

from __future__ import annotations

import asyncio

from sandbox.slack.default_world import GENERAL, U_EN, U_FR
from tests.scenarios.environment import Stage, button, said

CUSTOMER = "+33 6 62 68 21 93"


async def test_who_invites_an_invited_customer_is_asked_first(stage: Stage) -> None:
    await stage.assist(CUSTOMER)
    await stage.invited()
    await stage.assist("0662682193", user=U_FR)
    question = await stage.whisper("invité", user=U_FR)
    assert f"<@{U_EN}>" in question.text
    assert "+33662682193" not in said(question)
    assert button(question, "plain_link")["url"].startswith("https://")
    assert len(stage.apizee.tickets) == 1
    assert len(stage.cards()) == 1


async def test_who_means_it_invites_again(stage: Stage) -> None:
    await stage.assist(CUSTOMER)
    await stage.invited()
    await stage.assist(f"{CUSTOMER} ref:1234")
    question = await stage.whisper("Nobody was invited now")
    await stage.people.click(U_EN, question, "session_invite_again")
    await stage.apizee.wait_for(lambda: len(stage.apizee.tickets) == 2)
    assert [one.reference for one in stage.apizee.tickets.values()][1] == "1234"


async def test_two_people_in_the_same_second_make_one_invitation(stage: Stage) -> None:
    await asyncio.gather(stage.assist(CUSTOMER, user=U_EN), stage.assist(CUSTOMER, user=U_FR))
    await stage.slack.wait_for(lambda: len(stage.slack.whispers) == 2)
    assert len(stage.apizee.tickets) == len(stage.cards()) == 1
    told = stage.whispers(U_EN) + stage.whispers(U_FR)
    assert len([one for one in told if "Nobody was invited now" in one or "Personne n" in one]) == 1


async def test_another_channel_or_another_customer_is_no_accident(stage: Stage) -> None:
    await stage.assist(CUSTOMER)
    await stage.assist(CUSTOMER, channel=GENERAL)
    await stage.assist("+33 6 62 68 21 94")
    await stage.apizee.wait_for(lambda: len(stage.apizee.tickets) == 3)


async def test_a_customer_whose_session_is_over_is_invited_without_a_question(stage: Stage) -> None:
    await stage.assist(CUSTOMER)
    ticket = await stage.invited()
    stage.apizee.declines(ticket.id)
    await stage.people.click(U_EN, stage.cards()[0], "session_refresh")
    await stage.card("declined")
    await stage.assist(CUSTOMER)
    await stage.apizee.wait_for(lambda: len(stage.apizee.tickets) == 2)


async def test_the_same_guests_are_asked_about_in_any_order(stage: Stage) -> None:
    await stage.meet('ann@example.com, bob@example.com name:"Site visit"')
    await stage.card("invited")
    await stage.meet("bob@example.com, ann@example.com")
    question = await stage.whisper("Site visit")
    assert "same guests" in question.text
    assert len(stage.apizee.conferences) == 1
