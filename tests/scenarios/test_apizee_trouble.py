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
from tests.fixtures.patience import PATIENT
from tests.scenarios.environment import Stage, Vendors, button, staged

PHONE = "+33662682193"
ASSIST = f"{PHONE} ref:1234"
MEET = 'ann@example.com name:"Site visit"'
NOBODY = Links(own="https://apizee.invalid", people="https://apizee.invalid")


@pytest.fixture
def timing() -> Timing:
    """The waits of the bot keep their order, in tenths of seconds."""
    start = StartTiming(settled_after=0.5, given_up_after=1.5, pause_at_most=0.2, looked_up_after=0.1)
    return replace(PATIENT, start=start, apizee=ApizeeTiming(connect=0.4, silence=0.4))


@pytest.fixture(autouse=True)
def questions_follow_each_other_at_once() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3):
        yield


@dataclass(frozen=True)
class Refusing(Fault):
    """Apizee says no, in these words."""

    message: str

    def instead(self, accounts: Accounts) -> Outcome:  # noqa: ARG002  # whoever asks
        return JSONResponse({"code": 10, "message": self.message, "details": "Parameter phone"}, 400)


def named(fault: Fault) -> str:
    """A fault, as the name of a test says it."""
    return f"{type(fault).__name__} {getattr(fault, 'status', '')}".strip()


def made_by_others(stage: Stage, contact: str, *, ago: timedelta = timedelta()) -> Ticket:
    """A ticket with our reference that somebody made without the bot, some time ago."""
    order = TicketOrder(AGENT_1, (contact,), "1234", invite=False)
    ticket = stage.apizee.open_ticket(order, NOBODY)
    return stage.apizee.update_ticket(ticket.id, created=ticket.created - ago)


def reached(stage: Stage) -> list[str]:
    """Whom Apizee has sent an invitation."""
    return [one.to for one in stage.apizee.outbox]


def every_card(stage: Stage) -> list[Message]:
    """The cards of two channels."""
    return [card for channel in (SUPPORT, GENERAL) for card in stage.cards(channel)]


def ids_on_cards(stage: Stage) -> list[int | None]:
    """The tickets or conferences that the cards of two channels stand for."""
    return [(card.metadata or {})["event_payload"].get("id") for card in every_card(stage)]


async def both_ids(stage: Stage) -> list[int]:
    """The same in their order, once two cards have one."""

    def found() -> list[int]:
        known = [one for one in ids_on_cards(stage) if one]
        return sorted(known) if len(known) == 2 else []

    return await stage.slack.wait_for(found)


async def way_out(stage: Stage) -> dict[str, list[str]]:
    """What Apizee's own form, which the agent alone is offered, is filled in with."""
    whisper = await stage.whisper("could not be sent from Slack")
    assert whisper.visible_to == U_EN
    address = urlsplit(button(whisper, "plain_link")["url"])
    assert address.path == "/quick-invitation"
    return parse_qs(address.query)


# ── The work was done, but its answer is lost ────────────────────────────────────────────────────────────

DONE = [AnswerLost(), AnswerNever(), Slow(1.0), Html(), Html(502), Malformed(), Oversized()]


@pytest.mark.parametrize("fault", DONE, ids=named)
async def test_a_lost_answer_invites_no_customer_twice(stage: Stage, fault: Fault) -> None:
    stage.apizee.faults.switch_on(fault, Operation.CREATE_TICKET, times=1)
    await stage.assist(ASSIST)
    ticket = await stage.invited()
    assert reached(stage) == [PHONE]
    assert ids_on_cards(stage) == [ticket.id]
    await stage.whisper("Your video assistance is ready")


@pytest.mark.parametrize("fault", [AnswerLost(), AnswerNever(), Malformed()], ids=named)
async def test_a_lost_answer_invites_no_guest_twice(stage: Stage, fault: Fault) -> None:
    stage.apizee.faults.switch_on(fault, Operation.CREATE_CONFERENCE, times=1)
    await stage.meet(MEET)
    card = await stage.card("The guests are invited")
    assert reached(stage) == ["ann@example.com"]
    assert ids_on_cards(stage) == list(stage.apizee.conferences)
    assert button(card, "session_join")["url"]


async def test_an_invitation_without_a_reference_is_found_by_its_card(stage: Stage) -> None:
    stage.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await stage.assist(PHONE)
    ticket = await stage.invited()
    (card,) = stage.cards()
    assert ticket.reference == f"slack:{stage.slack.team}:{card.channel}:{card.ts}"
    assert reached(stage) == [PHONE]


async def test_an_answer_with_odd_values_is_no_reason_to_ask_again(stage: Stage) -> None:
    stage.apizee.faults.switch_on(OddValues())
    await stage.assist(ASSIST)
    await stage.invited()
    assert reached(stage) == [PHONE]


# ── Nothing was done, but nobody said so ─────────────────────────────────────────────────────────────────

UNDONE = [Broken(500), Broken(503), Down(), NeverReached()]


@pytest.mark.parametrize("fault", UNDONE, ids=named)
async def test_an_invitation_that_never_went_out_is_sent_after_all(stage: Stage, fault: Fault) -> None:
    stage.apizee.faults.switch_on(fault, Operation.CREATE_TICKET, times=1)
    await stage.assist(ASSIST)
    await stage.invited()
    assert reached(stage) == [PHONE]


@pytest.mark.parametrize("fault", [Broken(500), Down()], ids=named)
async def test_a_meeting_that_was_never_made_is_made_after_all(stage: Stage, fault: Fault) -> None:
    stage.apizee.faults.switch_on(fault, Operation.CREATE_CONFERENCE, times=1)
    await stage.meet(MEET)
    await stage.card("The guests are invited")
    assert reached(stage) == ["ann@example.com"]


async def test_the_second_try_is_looked_up_like_the_first(stage: Stage) -> None:
    stage.apizee.faults.switch_on(Broken(500), Operation.CREATE_TICKET, times=1)
    stage.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await stage.assist(ASSIST)
    await stage.invited()
    assert reached(stage) == [PHONE]


# ── What looks like the lost invitation, and is not ──────────────────────────────────────────────────────


async def test_an_older_ticket_with_the_same_reference_is_not_taken_for_ours(stage: Stage) -> None:
    older = made_by_others(stage, PHONE, ago=timedelta(hours=1))
    stage.apizee.faults.switch_on(Broken(500), Operation.CREATE_TICKET, times=1)
    await stage.assist(ASSIST)
    await stage.card("Invited")
    assert older.id not in ids_on_cards(stage)
    assert reached(stage) == [PHONE]


async def test_another_customers_ticket_with_the_same_reference_is_not_taken_for_ours(stage: Stage) -> None:
    others = made_by_others(stage, "+33612345678")
    stage.apizee.faults.switch_on(Broken(500), Operation.CREATE_TICKET, times=1)
    await stage.assist(ASSIST)
    await stage.card("Invited")
    assert others.id not in ids_on_cards(stage)
    assert reached(stage) == [PHONE]


async def test_a_meeting_whose_name_only_contains_ours_is_not_taken_for_it(stage: Stage) -> None:
    await stage.meet('bob@example.com name:"Site visit 2"')
    await stage.card("The guests are invited")
    stage.apizee.faults.switch_on(Broken(500), Operation.CREATE_CONFERENCE, times=1)
    await stage.meet(MEET)
    assert await both_ids(stage) == list(stage.apizee.conferences)
    assert reached(stage) == ["bob@example.com", "ann@example.com"]


async def test_two_sessions_that_look_alike_each_get_their_own_ticket(stage: Stage) -> None:
    stage.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=2)
    await stage.assist(ASSIST)
    await stage.assist(ASSIST, user=U_FR, channel=GENERAL)
    assert await both_ids(stage) == list(stage.apizee.tickets)
    assert reached(stage) == [PHONE, PHONE]


@pytest.fixture
async def unhurried(around: Vendors) -> AsyncIterator[Stage]:
    """A stage on which Apizee may take its time."""
    async with staged(around, timing=replace(around.timing, apizee=ApizeeTiming())) as stage:
        yield stage


async def test_a_ticket_that_another_session_took_for_its_own_is_exchanged(unhurried: Stage) -> None:
    stage = unhurried

    async def answer_the_second_last(operation: Operation) -> None:
        if operation is Operation.CREATE_TICKET and len(stage.apizee.tickets) == 2:
            await stage.slack.wait_for(lambda: any("Invited" in card.text for card in every_card(stage)), 10)

    stage.apizee.after = answer_the_second_last
    stage.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await stage.assist(ASSIST)
    await stage.assist(ASSIST, channel=GENERAL)
    assert await both_ids(stage) == list(stage.apizee.tickets)
    assert reached(stage) == [PHONE, PHONE]


# ── Apizee cannot be reached at all ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [Down(), NeverReached(), Broken(503)], ids=named)
async def test_when_apizee_is_down_the_card_says_so_and_the_agent_gets_a_way_out(stage: Stage, fault: Fault) -> None:
    stage.apizee.faults.switch_on(fault)
    await stage.assist(ASSIST)
    await stage.card("Apizee cannot be reached. Nobody was invited.")
    assert await way_out(stage) == {"phone_numbers": [PHONE], "reference": ["1234"]}
    assert not stage.apizee.tickets
    assert PHONE not in (await stage.card("cannot be reached")).text


async def test_where_nothing_listens_the_card_says_so_and_the_agent_gets_a_way_out(around: Vendors) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = f"http://127.0.0.1:{nobody.getsockname()[1]}/api"
    async with staged(around, apizee_api_url=closed) as stage:
        await stage.assist("jean@client.com")
        await stage.card("Apizee cannot be reached. Nobody was invited.")
        form = await way_out(stage)
    assert form["email_addresses"] == ["jean@client.com"]


async def test_a_service_that_fails_every_time_has_invited_nobody(stage: Stage) -> None:
    stage.apizee.faults.switch_on(Broken(503), Operation.CREATE_TICKET)
    await stage.assist(ASSIST)
    await stage.card("Nobody was invited")
    assert await way_out(stage) == {"phone_numbers": [PHONE], "reference": ["1234"]}


async def test_a_meeting_that_cannot_be_made_says_so(stage: Stage) -> None:
    stage.apizee.faults.switch_on(Down())
    await stage.meet(MEET)
    await stage.card("Apizee cannot be reached. Nobody was invited.")
    await stage.settled()
    assert not stage.whispers()


@pytest.mark.parametrize("fault", [Down(), Broken(503)], ids=named)
async def test_when_apizee_comes_back_in_time_nobody_has_to_do_anything(stage: Stage, fault: Fault) -> None:
    stage.apizee.faults.switch_on(fault, times=2)
    await stage.assist(ASSIST)
    await stage.invited()
    assert reached(stage) == [PHONE]


# ── Nobody knows how it ended ────────────────────────────────────────────────────────────────────────────


async def uncertain(stage: Stage, fault: Fault) -> None:
    """An invitation meets a fault, and from then on Apizee answers no question."""
    stage.apizee.faults.switch_on(fault, Operation.CREATE_TICKET, times=1)
    stage.apizee.faults.switch_on(Down(), Operation.LIST_TICKETS)
    await stage.assist(ASSIST)
    card = await stage.card("it may have gone out")
    await stage.settled()
    stage.apizee.faults.switch_off()
    await stage.people.click(U_EN, card, "session_refresh")


async def test_an_uncertain_invitation_is_found_by_refresh(stage: Stage) -> None:
    await uncertain(stage, AnswerLost())
    await stage.card("Invited by SMS")
    assert ids_on_cards(stage) == list(stage.apizee.tickets)
    assert reached(stage) == [PHONE]


async def test_refresh_tells_that_an_uncertain_invitation_never_went_out(stage: Stage) -> None:
    await uncertain(stage, Down())
    await stage.whisper("nobody was invited")
    assert not stage.apizee.tickets


async def test_an_agent_whose_customer_may_be_invited_reads_what_to_do_now(stage: Stage) -> None:
    await stage.assist("+33 6 12 34 56 78 ref:1")  # Apizee is well, and the bot is signed in
    await stage.card("Invited")
    stage.apizee.faults.switch_on(Broken(503))
    await stage.assist(ASSIST)
    private = await stage.whisper("it may have gone out or not")
    assert private.visible_to == U_EN
    assert "Ask your customer whether an SMS has come" in private.text
    form = urlsplit(button(private, "plain_link")["url"])
    assert parse_qs(form.query) == {"phone_numbers": [PHONE], "reference": ["1234"]}
    assert f"<{form.scheme}://{form.netloc}|Apizee's portal>" in private.text
    stage.apizee.faults.switch_off()
    await stage.people.click(U_EN, private, "session_refresh")
    await stage.whisper("Apizee knows of no invitation")


async def test_an_uncertain_meeting_is_found_by_refresh(stage: Stage) -> None:
    stage.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_CONFERENCE, times=1)
    stage.apizee.faults.switch_on(Down(), Operation.LIST_CONFERENCES)
    await stage.meet(MEET)
    card = await stage.card("it may have gone out")
    stage.apizee.faults.switch_off()
    await stage.people.click(U_EN, card, "session_refresh")
    await stage.card("The guests are invited")
    assert reached(stage) == ["ann@example.com"]


async def test_nobody_is_said_to_be_uninvited_when_the_sign_in_ends_midway(stage: Stage) -> None:
    async def lock_the_bot_out(operation: Operation) -> None:
        if operation is Operation.CREATE_TICKET:
            stage.apizee.accounts.revoke_all()
            stage.apizee.faults.switch_on(Refusing("Wrong password"), Operation.TOKEN)

    stage.apizee.after = lock_the_bot_out
    stage.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await stage.assist(ASSIST)
    await stage.card("it may have gone out")
    assert reached(stage) == [PHONE]


# ── Apizee says no ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_refusal_is_shown_in_apizees_words(stage: Stage) -> None:
    stage.apizee.agents.clear()
    await stage.assist(ASSIST)
    await stage.card("Apizee refused the invitation: “The selected agent field is invalid.”. Nobody was invited.")
    assert len(stage.asked("POST", "/api/tickets")) == 1


async def test_a_refusal_neither_shows_the_customer_nor_pages_the_channel(stage: Stage) -> None:
    stage.apizee.faults.switch_on(
        Refusing(f"<!channel> {PHONE} and jean@client.com are on a list"), Operation.CREATE_TICKET
    )
    await stage.assist(ASSIST)
    refused = await stage.card("Apizee refused")
    assert "&lt;!channel&gt; +33 6 •• •• •• 93 and j•••@client.com" in refused.text
    assert not stage.slack.pages


async def test_a_feature_that_the_account_lacks_is_named_as_refused(stage: Stage) -> None:
    stage.apizee.faults.switch_on(FeatureMissing(), Operation.CREATE_CONFERENCE)
    await stage.meet(MEET)
    await stage.card("Apizee refused the invitation: “Forbidden”. Nobody was invited.")
    assert len(stage.asked("POST", "/api/conferences")) == 1


# ── Apizee has had enough for now ────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
async def test_a_429_is_waited_out_and_the_card_says_so(stage: Stage) -> None:
    stage.apizee.faults.switch_on(Limited(reset=2), Operation.CREATE_TICKET, times=1)
    await stage.assist(ASSIST)
    await stage.card("The invitation goes out in about 2 s")
    await stage.invited()
    asked = [one.at for one in stage.apizee.requests if one.operation is Operation.CREATE_TICKET]
    assert asked[1] - asked[0] >= timedelta(seconds=2)
    assert reached(stage) == [PHONE]
