"""Redis loses everything in the middle of a session's life: its card and its thread still know what they belong to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis

from sandbox.apizee.guesses import ScopeOfOldTickets
from sandbox.apizee.model import Ticket
from sandbox.slack.default_world import SCOPES, SUPPORT, U_EN, U_FR
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, Vendors, new_environment, said

CUSTOMER = "+33 6 62 68 21 93"
WITHOUT_HISTORY = frozenset(scope for scope in SCOPES if not scope.endswith(":history"))


@pytest.fixture(params=[frozenset(SCOPES), WITHOUT_HISTORY], ids=["with history", "without history"])
async def environment(request: pytest.FixtureRequest, around: Vendors) -> AsyncIterator[Environment]:
    """Yield a bot that may read the channels' history, and one that may not."""
    around.slack.scopes = request.param
    async with new_environment(around) as environment:
        yield environment


@pytest.fixture
async def ticket(environment: Environment, redis: Redis) -> Ticket:
    """Return a ticket with two photos, of which Redis knows nothing any more."""
    await environment.assist(CUSTOMER)
    ticket = await environment.invited()
    await environment.settled()
    environment.customer_comes(ticket, photos=2)
    await redis.flushdb()  # no other test's database
    environment.slack.ephemeral_messages.clear()
    return ticket


def of_thread(environment: Environment, card: Message) -> Message:
    return environment.slack.say(U_EN, SUPPORT, "What does it look like?", thread_ts=card.ts)


def of_card(_environment: Environment, card: Message) -> Message:
    return card


@pytest.mark.usefixtures("ticket")
@pytest.mark.parametrize("message", [of_card, of_thread])
async def test_the_shortcut_shows_the_media(
    environment: Environment, message: Callable[[Environment, Message], Message]
) -> None:
    card = await environment.card("Invited")
    await environment.people.message_shortcut(U_EN, "session_media", message(environment, card))
    await environment.private_message("2 photos and recordings")


@pytest.mark.usefixtures("ticket")
async def test_the_button_shows_the_media(environment: Environment) -> None:
    await environment.people.click(U_FR, await environment.card("Invited"), "session_media")
    await environment.modal("2 photos et enregistrements", user=U_FR)


@pytest.mark.usefixtures("ticket")
async def test_the_agent_is_still_signed_in(environment: Environment) -> None:
    environment.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    await environment.people.click(U_EN, await environment.card("Invited"), "session_open")
    await environment.modal("signs you in")


async def test_the_card_is_still_brought_up_to_date(environment: Environment, ticket: Ticket) -> None:
    await environment.people.click(U_EN, await environment.card("Invited"), "session_refresh")
    card = await environment.card("In progress")
    assert str(ticket.id) in said(card)
    assert "+33 6 •• •• •• 93" in card.text


@pytest.mark.usefixtures("ticket")
async def test_the_next_customer_is_invited_as_ever(environment: Environment) -> None:
    await environment.assist("jean@client.com")
    await environment.slack.wait_for(lambda: [one for one in environment.cards() if "Invited by e-mail" in one.text])
    assert [one.to for one in environment.apizee.outbox] == ["+33662682193", "jean@client.com"]


async def test_a_meeting_is_found_again_as_well(environment: Environment, redis: Redis) -> None:
    await environment.meet('ann@example.com name:"Site visit"')
    card = await environment.card("The guests are invited")
    await environment.settled()
    await redis.flushdb()  # no other test's database
    await environment.people.click(U_EN, card, "session_join_as_me")
    await environment.modal("?name=Alice")
    await environment.people.message_shortcut(U_EN, "session_media", card)
    await environment.private_message("no photos")


async def test_a_thread_that_nobody_can_place_any_more_says_so(around: Vendors, redis: Redis) -> None:
    around.slack.scopes = WITHOUT_HISTORY
    async with new_environment(around) as environment:
        await environment.assist(f"{CUSTOMER} ref:1234")
        await environment.invited()
        await environment.settled()
        await redis.flushdb()  # no other test's database
        reply = of_thread(environment, await environment.card("Invited"))
        await environment.people.message_shortcut(U_EN, "session_media", reply)
        await environment.private_message("Try this on the card")
