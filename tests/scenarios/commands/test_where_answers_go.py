"""A card that somebody has replied to is still a card of the channel: its buttons answer where the person is."""

from __future__ import annotations

import pytest

from sandbox.slack.default_world import SUPPORT, U_EN, U_FR
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment
from tests.scenarios.waiting import latest_private_message

OF_A_TICKET = ("session_open", "session_media", "session_refresh")


async def answer(environment: Environment, card: Message, action_id: str) -> Message:
    """Return what somebody reads who presses a button."""
    seen = len(environment.slack.ephemeral_messages)
    await environment.people.click(U_EN, card, action_id)
    return await latest_private_message(environment, after=seen)


async def invited_card(environment: Environment) -> Message:
    """Return the card of an assistance, in the channel."""
    await environment.assist("jean@client.com")
    await environment.invited()
    return await environment.card("Invited")


@pytest.mark.parametrize("action_id", OF_A_TICKET)
async def test_a_card_with_replies_answers_in_the_channel(environment: Environment, action_id: str) -> None:
    card = await invited_card(environment)
    environment.slack.say(U_FR, SUPPORT, "what does it look like?", thread_ts=card.ts)
    assert card.thread_ts == card.ts
    private = await answer(environment, card, action_id)
    assert (private.channel, private.thread_ts) == (SUPPORT, None)


async def test_the_card_of_a_meeting_with_replies_answers_in_the_channel(environment: Environment) -> None:
    await environment.meet("ann@example.com")
    card = await environment.card("The guests are invited")
    environment.slack.say(U_FR, SUPPORT, "I join later", thread_ts=card.ts)
    assert (await answer(environment, card, "session_join_as_me")).thread_ts is None


async def test_the_menu_of_a_card_with_replies_answers_in_the_channel(environment: Environment) -> None:
    card = await invited_card(environment)
    environment.slack.say(U_FR, SUPPORT, "what does it look like?", thread_ts=card.ts)
    seen = len(environment.slack.ephemeral_messages)
    await environment.people.message_shortcut(U_EN, "session_media", card)
    assert (await latest_private_message(environment, after=seen)).thread_ts is None


@pytest.mark.parametrize("action_id", OF_A_TICKET)
async def test_a_card_in_a_thread_answers_in_the_thread(environment: Environment, action_id: str) -> None:
    asked_for_help = environment.slack.say(U_FR, SUPPORT, "please call jean@client.com")
    await environment.people.message_shortcut(U_EN, "assist_from_message", asked_for_help)
    await environment.form()
    await environment.people.submit(U_EN)
    await environment.invited()
    private = await answer(environment, await environment.card("Invited"), action_id)
    assert private.thread_ts == asked_for_help.ts
