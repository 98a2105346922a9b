"""Redis loses everything in the middle of a session's life: its card and its thread still know what they belong to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis

from sandbox.apizee.guesses import ScopeOfOldTickets
from sandbox.apizee.model import Ticket
from sandbox.slack.default_world import SCOPES, SUPPORT, U_EN, U_FR
from sandbox.slack.model import Message
from tests.scenarios.environment import Stage, Vendors, said, staged

CUSTOMER = "+33 6 62 68 21 93"
WITHOUT_HISTORY = frozenset(scope for scope in SCOPES if not scope.endswith(":history"))


@pytest.fixture(params=[frozenset(SCOPES), WITHOUT_HISTORY], ids=["with history", "without history"])
async def stage(request: pytest.FixtureRequest, around: Vendors) -> AsyncIterator[Stage]:
    """A bot that may read the channels' history, and one that may not."""
    around.slack.scopes = request.param
    async with staged(around) as stage:
        yield stage


@pytest.fixture
async def ticket(stage: Stage, redis: Redis) -> Ticket:
    """A ticket with two photos, of which Redis knows nothing any more."""
    await stage.assist(CUSTOMER)
    ticket = await stage.invited()
    await stage.settled()
    stage.customer_comes(ticket, photos=2)
    await redis.flushdb()  # no other test's database
    stage.slack.whispers.clear()
    return ticket


def of_thread(stage: Stage, card: Message) -> Message:
    return stage.slack.say(U_EN, SUPPORT, "What does it look like?", thread_ts=card.ts)


def of_card(_stage: Stage, card: Message) -> Message:
    return card


@pytest.mark.usefixtures("ticket")
@pytest.mark.parametrize("message", [of_card, of_thread])
async def test_the_shortcut_shows_the_media(stage: Stage, message: Callable[[Stage, Message], Message]) -> None:
    card = await stage.card("Invited")
    await stage.people.message_shortcut(U_EN, "session_media", message(stage, card))
    await stage.whisper("2 photos and recordings")


@pytest.mark.usefixtures("ticket")
async def test_the_button_shows_the_media(stage: Stage) -> None:
    await stage.people.click(U_FR, await stage.card("Invited"), "session_media")
    await stage.whisper("2 photos et enregistrements", user=U_FR)


@pytest.mark.usefixtures("ticket")
async def test_the_agent_is_still_signed_in(stage: Stage) -> None:
    stage.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    await stage.people.click(U_EN, await stage.card("Invited"), "session_open")
    await stage.whisper("signs you in")


async def test_the_card_is_still_brought_up_to_date(stage: Stage, ticket: Ticket) -> None:
    await stage.people.click(U_EN, await stage.card("Invited"), "session_refresh")
    card = await stage.card("In progress")
    assert str(ticket.id) in said(card)
    assert "+33 6 •• •• •• 93" in card.text


@pytest.mark.usefixtures("ticket")
async def test_the_next_customer_is_invited_as_ever(stage: Stage) -> None:
    await stage.assist("jean@client.com")
    await stage.slack.wait_for(lambda: [one for one in stage.cards() if "Invited by e-mail" in one.text])
    assert [one.to for one in stage.apizee.outbox] == ["+33662682193", "jean@client.com"]


async def test_a_meeting_is_found_again_as_well(stage: Stage, redis: Redis) -> None:
    await stage.meet('ann@example.com name:"Site visit"')
    card = await stage.card("The guests are invited")
    await stage.settled()
    await redis.flushdb()  # no other test's database
    await stage.people.click(U_EN, card, "session_join_as_me")
    await stage.whisper("?name=Alice")
    await stage.people.message_shortcut(U_EN, "session_media", card)
    await stage.whisper("no photos")


async def test_a_thread_that_nobody_can_place_any_more_says_so(around: Vendors, redis: Redis) -> None:
    around.slack.scopes = WITHOUT_HISTORY
    async with staged(around) as stage:
        await stage.assist(f"{CUSTOMER} ref:1234")
        await stage.invited()
        await stage.settled()
        await redis.flushdb()  # no other test's database
        reply = of_thread(stage, await stage.card("Invited"))
        await stage.people.message_shortcut(U_EN, "session_media", reply)
        await stage.whisper("try this on the card")
