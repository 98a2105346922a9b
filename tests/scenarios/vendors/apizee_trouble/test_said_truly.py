"""Apizee on bad days: where nobody knows how it ended, or Apizee says no, the card and the agent read what is true."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from sandbox.apizee.faults import (
    AnswerLost,
    Broken,
    Down,
    Fault,
    FeatureMissing,
    Limited,
)
from sandbox.apizee.model import Operation
from sandbox.slack.default_world import U_EN
from tests.scenarios.environment import Environment, button
from tests.scenarios.vendors.apizee_trouble.trouble import (
    ASSIST,
    MEET,
    PHONE,
    Refusing,
    ids_on_cards,
    reached,
)

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
