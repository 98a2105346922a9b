"""What is over goes on with a click: from its card, from the Home, and without typing the number again."""

from __future__ import annotations

from dataclasses import replace

from bot.model.acts import Act, Refusal
from sandbox.apizee.model import Ticket
from sandbox.slack.default_world import SUPPORT, U_EN, U_FR
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, button, said

PHONE = "+33662682193"


async def done(environment: Environment) -> tuple[Ticket, Message]:
    """Return a ticket and its card, after a session."""
    await environment.assist(f"{PHONE} ref:CASE-77")
    ticket = await environment.invited()
    environment.customer_comes(ticket)
    environment.apizee.hangs_up(ticket.id)
    card = environment.cards()[0]
    await environment.people.click(U_EN, card, "session_refresh")
    await environment.card("Done after")
    await environment.settled()
    return ticket, card


async def test_a_done_card_opens_its_ticket_and_shows_its_media(environment: Environment) -> None:
    _, card = await done(environment)
    assert [button(card, one)["text"]["text"] for one in ("session_open", "session_media")] == ["Open", "Media"]


async def test_a_done_card_invites_the_same_customer_under_the_same_reference(environment: Environment) -> None:
    ticket, card = await done(environment)
    assert "confirm" in button(card, "session_invite_again")
    await environment.people.click(U_EN, card, "session_invite_again")
    await environment.slack.wait_for(lambda: len(environment.apizee.tickets) == 2)
    await environment.settled()
    again = next(one for one in environment.apizee.tickets.values() if one.id != ticket.id)
    assert (again.contacts, again.reference) == ((PHONE,), "CASE-77")
    assert len(environment.cards()) == 2


async def test_a_customer_who_is_invited_meanwhile_is_not_invited_twice_from_an_old_card(
    environment: Environment,
) -> None:
    _, card = await done(environment)
    await environment.assist(PHONE)
    await environment.slack.wait_for(lambda: len(environment.apizee.tickets) == 2)
    await environment.settled()
    await environment.people.click(U_EN, card, "session_invite_again")
    private = await environment.private_message("Nobody was invited now")
    assert len(environment.apizee.tickets) == 2
    await environment.people.click(U_EN, private, "session_invite_again")
    await environment.slack.wait_for(lambda: len(environment.apizee.tickets) == 3)


async def test_the_home_shows_how_long_the_last_sessions_took_and_invites_again(environment: Environment) -> None:
    await done(environment)
    await environment.people.open_home(U_EN)
    await environment.settled()
    home = environment.slack.home(U_EN)
    assert home is not None
    shown = str(home.body["blocks"])
    assert "done · " in shown
    assert "<!date^" in shown
    await environment.people.click_in_view(home, "session_invite_again")
    await environment.slack.wait_for(lambda: len(environment.apizee.tickets) == 2)
    await environment.settled()
    assert [PHONE[-2:] in said(one) for one in environment.cards(SUPPORT)] == [True, True]


async def test_who_does_not_see_a_session_invites_nobody_again_and_the_audit_says_so(environment: Environment) -> None:
    await done(environment)
    await environment.people.open_home(U_EN)
    await environment.settled()
    home = environment.slack.home(U_EN)
    assert home is not None
    environment.slack.channels[SUPPORT].members.discard(U_FR)  # who is in the card's channel may
    await environment.people.click_in_view(replace(home, user=U_FR), "session_invite_again")
    (entry,) = await environment.audited(U_FR)
    assert (entry.act, entry.refusal) == (Act.INVITE_AGAIN, Refusal.NOT_SEEN)
    await environment.settled()
    assert len(environment.apizee.tickets) == 1
