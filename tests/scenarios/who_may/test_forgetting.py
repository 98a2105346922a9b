"""What the bot keeps of a session is forgotten: on demand, and by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import cast

import pytest
from redis.asyncio import Redis

from sandbox.apizee.model import Ticket
from sandbox.slack.default_world import GENERAL, TEAM, U_ADMIN, U_EN, U_FR
from tests.scenarios.environment import Environment, Vendors, button, new_environment, said
from tests.scenarios.waiting import rounds_pass


@pytest.fixture
async def environment(around: Vendors) -> AsyncIterator[Environment]:
    async with new_environment(around, apizee_poll_seconds=1) as environment:
        yield environment


async def assisted(environment: Environment) -> Ticket:
    await environment.assist("+33 6 62 68 21 93 ref:CASE-77")
    return await environment.invited()


async def test_a_session_is_forgotten_once_that_is_confirmed(environment: Environment, redis: Redis) -> None:
    ticket = await assisted(environment)
    await environment.assist(f"forget {ticket.id}")
    question = await environment.private_message(f"Forget ticket {ticket.id}?")
    assert "21 93" not in said(question)
    assert "•• 93" in environment.cards()[0].text
    await environment.people.click(U_EN, question, "session_forget")
    card = await environment.card("forgotten")
    assert "•• 93" not in said(card)
    assert not card.metadata
    await environment.private_message(f"Forgotten: ticket {ticket.id}")
    for pattern in ("*:session:*", "*:found-by:*", "*:assistances:*"):
        assert not [key async for key in redis.scan_iter(match=pattern)]


async def test_what_is_forgotten_is_unknown_from_then_on(environment: Environment, redis: Redis) -> None:
    ticket = await assisted(environment)
    await environment.assist(f"forget {ticket.id}")
    question = await environment.private_message("Forget ticket")
    await environment.people.click(U_EN, question, "session_forget")
    await environment.card("forgotten")
    environment.apizee.declines(ticket.id)
    await rounds_pass(redis, 1)
    assert "forgotten" in environment.cards()[0].text
    await environment.assist(f"forget {ticket.id}")
    await environment.private_message(f"I keep nothing of ticket {ticket.id}.")


async def test_another_persons_session_is_not_mine_to_forget_but_an_administrators(environment: Environment) -> None:
    ticket = await assisted(environment)
    await environment.assist(f"forget {ticket.id}", user=U_FR)
    await environment.private_message("Seuls la personne qui a lancé cette session", user=U_FR)
    await environment.assist(f"forget {ticket.id}", user=U_ADMIN)
    await environment.private_message("Forget ticket", user=U_ADMIN)


async def test_a_customer_is_forgotten_by_number_but_only_in_sessions_of_ones_own(
    environment: Environment, redis: Redis
) -> None:
    await environment.assist("+33 6 62 68 21 93 ref:MINE")
    mine = await environment.invited()
    await environment.assist("06 62 68 21 93 ref:THEIRS", user=U_FR, channel=GENERAL)
    await environment.card("Invitation envoyée", channel=GENERAL)
    await environment.assist("forget +33 6 62 68 21 93")
    question = await environment.private_message("Forget +33 6")
    assert f"I keep: ticket {mine.id}." in said(question)
    assert "21 93" not in said(question)
    assert "1 session is still open" in said(question)
    assert (
        button(question, "invitee_forget")["style"]
        == button(question, "invitee_forget")["confirm"]["style"]
        == "danger"
    )
    await environment.people.click(U_EN, question, "invitee_forget")
    await environment.card("forgotten")
    await environment.private_message(f"Forgotten: ticket {mine.id}.")
    assert "93" in (await environment.card("Invitation envoyée", channel=GENERAL)).text
    assert len([key async for key in redis.scan_iter(match="*:session:*")]) == 1

    await environment.assist("forget 06 62 68 21 93")
    await environment.private_message("I keep nothing about +33 6")
    await environment.assist("forget 06 62 68 21 93", user=U_ADMIN)
    theirs = await environment.private_message("Forget +33 6", user=U_ADMIN)
    await environment.people.click(U_ADMIN, theirs, "invitee_forget")
    await environment.card("oubliée", channel=GENERAL)


async def test_a_colleague_who_was_mentioned_is_forgotten_by_their_address(
    environment: Environment, redis: Redis
) -> None:
    address = environment.slack.users[U_FR].email
    await environment.meet(f'<@{U_FR}> name:"Site visit"')
    await environment.card("invited")
    await environment.settled()
    (conference,) = environment.apizee.conferences.values()
    assert conference.participants == (address,)
    await environment.assist(f"forget {address}")
    question = await environment.private_message(f"meeting {conference.id}")
    await environment.people.click(U_EN, question, "invitee_forget")
    await environment.private_message(f"Forgotten: meeting {conference.id}.")
    assert not [key async for key in redis.scan_iter(match="*:found-by:*")]


async def test_a_meeting_is_forgotten_by_its_number(environment: Environment, redis: Redis) -> None:
    await environment.meet('ann@example.com, 06 12 34 56 78 name:"Site visit"')
    await environment.card("The guests are invited")
    await environment.settled()
    (conference,) = environment.apizee.conferences.values()
    await environment.meet(f"forget {conference.id}", user=U_FR)
    await environment.private_message("Seuls la personne qui a lancé cette session", user=U_FR)
    await environment.meet(f"forget {conference.id}")
    question = await environment.private_message(f"Forget meeting {conference.id}?")
    await environment.people.click(U_EN, question, "session_forget")
    card = await environment.card("forgotten")
    assert "Site visit" not in said(card)
    await environment.private_message(f"Forgotten: meeting {conference.id}.")
    for pattern in ("*:session:*", "*:found-by:*", "*:meetings:*", "*:meetings-named:*"):
        assert not [key async for key in redis.scan_iter(match=pattern)]


async def test_without_a_number_it_says_what_to_type(environment: Environment) -> None:
    for nothing in ("forget", "forget everything", "forget -1", "forget ¹"):
        assert "number of its ticket" in str(await answered(environment, nothing))


async def answered(environment: Environment, text: str) -> str:
    before = len(environment.slack.ephemeral_messages)
    await environment.assist(text)
    await environment.slack.wait_for(lambda: len(environment.slack.ephemeral_messages) > before)
    return environment.slack.ephemeral_messages[-1].text


async def test_what_has_been_kept_long_enough_is_forgotten_by_itself(environment: Environment, redis: Redis) -> None:
    await assisted(environment)
    await environment.apizee.wait_for(lambda: environment.asked("GET", "/api/tickets"))  # so the start is over
    kept = f"apizee:{{{TEAM}}}:changed"
    longer = timedelta(days=90).total_seconds()
    for session_id in cast("list[bytes]", await redis.zrange(kept, 0, -1)):
        await redis.zincrby(kept, -longer, session_id)
    await environment.card("forgotten")
    async with asyncio.timeout(30):
        while [key async for key in redis.scan_iter(match="*:session:*")]:  # noqa: ASYNC110  # the event is in Redis
            await asyncio.sleep(0.05)
