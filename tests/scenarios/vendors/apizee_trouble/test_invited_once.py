"""Apizee on bad days: a customer is invited once or not at all, and the card says which."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.apizee.timing import ApizeeTiming
from sandbox.apizee.faults import (
    AnswerLost,
    AnswerNever,
    Broken,
    Down,
    Fault,
    Html,
    Malformed,
    NeverReached,
    OddValues,
    Oversized,
    Slow,
)
from sandbox.apizee.model import Operation
from sandbox.slack.default_world import GENERAL, U_FR
from tests.scenarios.environment import Environment, Vendors, button, new_environment
from tests.scenarios.vendors.apizee_trouble.trouble import (
    ASSIST,
    MEET,
    PHONE,
    both_ids,
    every_card,
    ids_on_cards,
    made_by_others,
    named,
    reached,
    way_out,
)

# ── The work was done, but its answer is lost ────────────────────────────────────────────────────────────

DONE = [AnswerLost(), AnswerNever(), Slow(1.0), Html(), Html(502), Malformed(), Oversized()]


@pytest.mark.parametrize("fault", DONE, ids=named)
async def test_a_lost_answer_invites_no_customer_twice(environment: Environment, fault: Fault) -> None:
    environment.apizee.faults.switch_on(fault, Operation.CREATE_TICKET, times=1)
    await environment.assist(ASSIST)
    ticket = await environment.invited()
    assert reached(environment) == [PHONE]
    assert ids_on_cards(environment) == [ticket.id]
    await environment.private_message("Your video assistance is ready")


@pytest.mark.parametrize("fault", [AnswerLost(), AnswerNever(), Malformed()], ids=named)
async def test_a_lost_answer_invites_no_guest_twice(environment: Environment, fault: Fault) -> None:
    environment.apizee.faults.switch_on(fault, Operation.CREATE_CONFERENCE, times=1)
    await environment.meet(MEET)
    card = await environment.card("The guests are invited")
    assert reached(environment) == ["ann@example.com"]
    assert ids_on_cards(environment) == list(environment.apizee.conferences)
    assert button(card, "session_join")["url"]


async def test_an_invitation_without_a_reference_is_found_by_its_card(environment: Environment) -> None:
    environment.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await environment.assist(PHONE)
    ticket = await environment.invited()
    (card,) = environment.cards()
    assert ticket.reference == f"slack:{environment.slack.team}:{card.channel}:{card.ts}"
    assert reached(environment) == [PHONE]


async def test_an_answer_with_odd_values_is_no_reason_to_ask_again(environment: Environment) -> None:
    environment.apizee.faults.switch_on(OddValues())
    await environment.assist(ASSIST)
    await environment.invited()
    assert reached(environment) == [PHONE]


# ── Nothing was done, but nobody said so ─────────────────────────────────────────────────────────────────

UNDONE = [Broken(500), Broken(503), Down(), NeverReached()]


@pytest.mark.parametrize("fault", UNDONE, ids=named)
async def test_an_invitation_that_never_went_out_is_sent_after_all(environment: Environment, fault: Fault) -> None:
    environment.apizee.faults.switch_on(fault, Operation.CREATE_TICKET, times=1)
    await environment.assist(ASSIST)
    await environment.invited()
    assert reached(environment) == [PHONE]


@pytest.mark.parametrize("fault", [Broken(500), Down()], ids=named)
async def test_a_meeting_that_was_never_made_is_made_after_all(environment: Environment, fault: Fault) -> None:
    environment.apizee.faults.switch_on(fault, Operation.CREATE_CONFERENCE, times=1)
    await environment.meet(MEET)
    await environment.card("The guests are invited")
    assert reached(environment) == ["ann@example.com"]


async def test_the_second_try_is_looked_up_like_the_first(environment: Environment) -> None:
    environment.apizee.faults.switch_on(Broken(500), Operation.CREATE_TICKET, times=1)
    environment.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await environment.assist(ASSIST)
    await environment.invited()
    assert reached(environment) == [PHONE]


# ── What looks like the lost invitation, and is not ──────────────────────────────────────────────────────


async def test_an_older_ticket_with_the_same_reference_is_not_taken_for_ours(environment: Environment) -> None:
    older = made_by_others(environment, PHONE, ago=timedelta(hours=1))
    environment.apizee.faults.switch_on(Broken(500), Operation.CREATE_TICKET, times=1)
    await environment.assist(ASSIST)
    await environment.card("Invited")
    assert older.id not in ids_on_cards(environment)
    assert reached(environment) == [PHONE]


async def test_another_customers_ticket_with_the_same_reference_is_not_taken_for_ours(environment: Environment) -> None:
    others = made_by_others(environment, "+33612345678")
    environment.apizee.faults.switch_on(Broken(500), Operation.CREATE_TICKET, times=1)
    await environment.assist(ASSIST)
    await environment.card("Invited")
    assert others.id not in ids_on_cards(environment)
    assert reached(environment) == [PHONE]


async def test_a_meeting_whose_name_only_contains_ours_is_not_taken_for_it(environment: Environment) -> None:
    await environment.meet('bob@example.com name:"Site visit 2"')
    await environment.card("The guests are invited")
    environment.apizee.faults.switch_on(Broken(500), Operation.CREATE_CONFERENCE, times=1)
    await environment.meet(MEET)
    assert await both_ids(environment) == list(environment.apizee.conferences)
    assert reached(environment) == ["bob@example.com", "ann@example.com"]


async def test_two_sessions_that_look_alike_each_get_their_own_ticket(environment: Environment) -> None:
    environment.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=2)
    await environment.assist(ASSIST)
    await environment.assist(ASSIST, user=U_FR, channel=GENERAL)
    assert await both_ids(environment) == list(environment.apizee.tickets)
    assert reached(environment) == [PHONE, PHONE]


@pytest.fixture
async def unhurried(around: Vendors) -> AsyncIterator[Environment]:
    """Yield an environment whose Apizee may take its time."""
    async with new_environment(around, timing=replace(around.timing, apizee=ApizeeTiming())) as environment:
        yield environment


async def test_a_ticket_that_another_session_took_for_its_own_is_exchanged(unhurried: Environment) -> None:
    environment = unhurried

    async def answer_the_second_last(operation: Operation) -> None:
        if operation is Operation.CREATE_TICKET and len(environment.apizee.tickets) == 2:
            await environment.slack.wait_for(
                lambda: any("Invited" in card.text for card in every_card(environment)), 10
            )

    environment.apizee.after = answer_the_second_last
    environment.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await environment.assist(ASSIST)
    await environment.assist(ASSIST, channel=GENERAL)
    assert await both_ids(environment) == list(environment.apizee.tickets)
    assert reached(environment) == [PHONE, PHONE]


# ── Apizee does not answer at all ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [Down(), NeverReached(), Broken(503)], ids=named)
async def test_when_apizee_is_down_the_card_says_so_and_the_agent_gets_a_way_out(
    environment: Environment, fault: Fault
) -> None:
    environment.apizee.faults.switch_on(fault)
    await environment.assist(ASSIST)
    await environment.card("Apizee does not answer. Nobody was invited.")
    assert await way_out(environment) == {"phone_numbers": [PHONE], "reference": ["1234"]}
    assert not environment.apizee.tickets
    assert PHONE not in (await environment.card("does not answer")).text


async def test_where_nothing_listens_the_card_says_so_and_the_agent_gets_a_way_out(around: Vendors) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = f"http://127.0.0.1:{nobody.getsockname()[1]}/api"
    async with new_environment(around, apizee_api_url=closed) as environment:
        await environment.assist("jean@client.com")
        await environment.card("Apizee does not answer. Nobody was invited.")
        form = await way_out(environment)
    assert form["email_addresses"] == ["jean@client.com"]


async def test_a_service_that_fails_every_time_has_invited_nobody(environment: Environment) -> None:
    environment.apizee.faults.switch_on(Broken(503), Operation.CREATE_TICKET)
    await environment.assist(ASSIST)
    await environment.card("Nobody was invited")
    assert await way_out(environment) == {"phone_numbers": [PHONE], "reference": ["1234"]}


async def test_a_meeting_that_cannot_be_made_says_so(environment: Environment) -> None:
    environment.apizee.faults.switch_on(Down())
    await environment.meet(MEET)
    await environment.card("Apizee does not answer. Nobody was invited.")
    await environment.settled()
    assert not environment.ephemeral_messages()


@pytest.mark.parametrize("fault", [Down(), Broken(503)], ids=named)
async def test_when_apizee_comes_back_in_time_nobody_has_to_do_anything(environment: Environment, fault: Fault) -> None:
    environment.apizee.faults.switch_on(fault, times=2)
    await environment.assist(ASSIST)
    await environment.invited()
    assert reached(environment) == [PHONE]
