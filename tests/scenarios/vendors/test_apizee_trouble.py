"""Apizee on bad days: a customer is invited once or not at all, and the card says which."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import stamina
from starlette.responses import JSONResponse

from bot.apizee.timing import ApizeeTiming
from bot.model.timing import StartTiming
from bot.timing import Timing
from sandbox.apizee.accounts import AGENT_1, Accounts
from sandbox.apizee.faults import (
    AnswerLost,
    AnswerNever,
    Broken,
    Down,
    Fault,
    FeatureMissing,
    Html,
    Limited,
    Malformed,
    NeverReached,
    OddValues,
    Outcome,
    Oversized,
    Slow,
)
from sandbox.apizee.model import Operation, Ticket
from sandbox.apizee.simulation import TicketOrder
from sandbox.apizee.urls import Links
from sandbox.slack.default_world import GENERAL, SUPPORT, U_EN, U_FR
from sandbox.slack.model import Message
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Environment, Vendors, button, new_environment

PHONE = "+33662682193"
ASSIST = f"{PHONE} ref:1234"
MEET = 'ann@example.com name:"Site visit"'
NOBODY = Links(own="https://apizee.invalid", people="https://apizee.invalid")


@pytest.fixture
def timing() -> Timing:
    """Return the bot's waits in their order, in tenths of seconds."""
    start = StartTiming(settled_after=0.5, given_up_after=1.5, pause=0.7, looked_up_after=0.1)
    return replace(SLOW_MACHINE, start=start, apizee=ApizeeTiming(connect=0.4, silence=0.4))


@pytest.fixture(autouse=True)
def questions_follow_each_other_at_once() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield


@dataclass(frozen=True)
class Refusing(Fault):
    """Apizee says no, in these words."""

    message: str

    def instead(self, accounts: Accounts) -> Outcome:  # noqa: ARG002  # for everybody
        return JSONResponse({"code": 10, "message": self.message, "details": "Parameter phone"}, 400)


def named(fault: Fault) -> str:
    """Return a fault, as the name of a test says it."""
    return f"{type(fault).__name__} {getattr(fault, 'status', '')}".strip()


def made_by_others(environment: Environment, contact: str, *, ago: timedelta = timedelta()) -> Ticket:
    """Return a ticket with our reference that somebody made without the bot, some time ago."""
    order = TicketOrder(AGENT_1, (contact,), "1234", invite=False)
    ticket = environment.apizee.open_ticket(order, NOBODY)
    return environment.apizee.update_ticket(ticket.id, created=ticket.created - ago)


def reached(environment: Environment) -> list[str]:
    """Return the contacts that Apizee has sent an invitation."""
    return [one.to for one in environment.apizee.outbox]


def every_card(environment: Environment) -> list[Message]:
    """Return the cards of two channels."""
    return [card for channel in (SUPPORT, GENERAL) for card in environment.cards(channel)]


def ids_on_cards(environment: Environment) -> list[int | None]:
    """Return the tickets or conferences that the cards of two channels stand for."""
    return [(card.metadata or {})["event_payload"].get("id") for card in every_card(environment)]


async def both_ids(environment: Environment) -> list[int]:
    """Return the same in their order, once two cards have one."""

    def found() -> list[int]:
        known = [one for one in ids_on_cards(environment) if one]
        return sorted(known) if len(known) == 2 else []

    return await environment.slack.wait_for(found)


async def way_out(environment: Environment) -> dict[str, list[str]]:
    """Return what Apizee's own form, which the agent alone is offered, is filled in with."""
    private_message = await environment.private_message("could not be sent from Slack")
    assert private_message.visible_to == U_EN
    address = urlsplit(button(private_message, "plain_link")["url"])
    assert address.path == "/quick-invitation"
    return parse_qs(address.query)


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


# ── Nobody knows how it ended ────────────────────────────────────────────────────────────────────────────


async def uncertain(environment: Environment, fault: Fault) -> None:
    """Let an invitation meet a fault, and Apizee answer no question from then on."""
    environment.apizee.faults.switch_on(fault, Operation.CREATE_TICKET, times=1)
    environment.apizee.faults.switch_on(Down(), Operation.LIST_TICKETS)
    await environment.assist(ASSIST)
    card = await environment.card("it may have gone out")
    await environment.settled()
    environment.apizee.faults.switch_off()
    await environment.people.click(U_EN, card, "session_refresh")


async def test_an_uncertain_invitation_is_found_by_refresh(environment: Environment) -> None:
    await uncertain(environment, AnswerLost())
    await environment.card("Invited by SMS")
    assert ids_on_cards(environment) == list(environment.apizee.tickets)
    assert reached(environment) == [PHONE]


async def test_refresh_tells_that_an_uncertain_invitation_never_went_out(environment: Environment) -> None:
    await uncertain(environment, Down())
    await environment.private_message("nobody was invited")
    assert not environment.apizee.tickets


async def test_an_agent_whose_customer_may_be_invited_reads_what_to_do_now(environment: Environment) -> None:
    await environment.assist("+33 6 12 34 56 78 ref:1")  # Apizee is well, and the bot is signed in
    await environment.card("Invited")
    environment.apizee.faults.switch_on(Broken(503))
    await environment.assist(ASSIST)
    private = await environment.private_message("it may have gone out or not")
    assert private.visible_to == U_EN
    assert "Ask your customer whether an SMS has come" in private.text
    form = urlsplit(button(private, "plain_link")["url"])
    assert parse_qs(form.query) == {"phone_numbers": [PHONE], "reference": ["1234"]}
    assert f"<{form.scheme}://{form.netloc}|Apizee's portal>" in private.text
    environment.apizee.faults.switch_off()
    await environment.people.click(U_EN, private, "session_refresh")
    await environment.private_message("Apizee knows of no invitation")


async def test_an_uncertain_meeting_is_found_by_refresh(environment: Environment) -> None:
    environment.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_CONFERENCE, times=1)
    environment.apizee.faults.switch_on(Down(), Operation.LIST_CONFERENCES)
    await environment.meet(MEET)
    card = await environment.card("it may have gone out")
    environment.apizee.faults.switch_off()
    await environment.people.click(U_EN, card, "session_refresh")
    await environment.card("The guests are invited")
    assert reached(environment) == ["ann@example.com"]


async def test_nobody_is_said_to_be_uninvited_when_the_sign_in_ends_midway(environment: Environment) -> None:
    async def lock_the_bot_out(operation: Operation) -> None:
        if operation is Operation.CREATE_TICKET:
            environment.apizee.accounts.revoke_all()
            environment.apizee.faults.switch_on(Refusing("Wrong password"), Operation.TOKEN)

    environment.apizee.after = lock_the_bot_out
    environment.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await environment.assist(ASSIST)
    await environment.card("it may have gone out")
    assert reached(environment) == [PHONE]


# ── Apizee says no ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_refusal_is_shown_in_apizees_words(environment: Environment) -> None:
    environment.apizee.agents.clear()
    await environment.assist(ASSIST)
    await environment.card("Apizee refused the invitation: “The selected agent field is invalid.”. Nobody was invited.")
    assert len(environment.asked("POST", "/api/tickets")) == 1


async def test_a_refusal_neither_shows_the_customer_nor_pages_the_channel(environment: Environment) -> None:
    environment.apizee.faults.switch_on(
        Refusing(f"<!channel> {PHONE} and jean@client.com are on a list"), Operation.CREATE_TICKET
    )
    await environment.assist(ASSIST)
    refused = await environment.card("Apizee refused")
    assert "&lt;!channel&gt; +33 6 •• •• •• 93 and j•••@client.com" in refused.text
    assert not environment.slack.pages


async def test_a_feature_that_the_account_lacks_is_named_as_refused(environment: Environment) -> None:
    environment.apizee.faults.switch_on(FeatureMissing(), Operation.CREATE_CONFERENCE)
    await environment.meet(MEET)
    await environment.card("Apizee refused the invitation: “Forbidden”. Nobody was invited.")
    assert len(environment.asked("POST", "/api/conferences")) == 1


# ── Apizee has had enough for now ────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
async def test_a_429_is_waited_out_and_the_card_says_so(environment: Environment) -> None:
    environment.apizee.faults.switch_on(Limited(reset=2), Operation.CREATE_TICKET, times=1)
    await environment.assist(ASSIST)
    await environment.card("The invitation goes out in about 2 s")
    await environment.invited()
    asked = [one.at for one in environment.apizee.requests if one.operation is Operation.CREATE_TICKET]
    assert asked[1] - asked[0] >= timedelta(seconds=2)
    assert reached(environment) == [PHONE]
