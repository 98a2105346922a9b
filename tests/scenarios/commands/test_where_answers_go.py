"""Answers come where the person is: in a modal over what they pressed, else beside it, in the channel or the thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from sandbox.slack.default_world import SUPPORT, U_EN, U_FR
from sandbox.slack.faults import Refuses
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, said
from tests.scenarios.waiting import latest_private_message

WAYS_IN = {"session_open": "gave no sign-in link", "session_media": "There are no photos"}


async def answer(environment: Environment, card: Message, action_id: str) -> Message:
    """Return what somebody reads who presses a button."""
    seen = len(environment.slack.ephemeral_messages)
    await environment.people.click(U_EN, card, action_id)
    return await latest_private_message(environment, after=seen)


async def invited_card(environment: Environment) -> Message:
    """Return the card of an assistance, in the channel."""
    await environment.assist("jean@client.com")
    await environment.invited()
    await environment.settled()
    return await environment.card("Invited")


async def card_in_a_thread(environment: Environment) -> Message:
    """Return the card of an assistance, below a message."""
    asked_for_help = environment.slack.say(U_FR, SUPPORT, "please call jean@client.com")
    await environment.people.message_shortcut(U_EN, "assist_from_message", asked_for_help)
    await environment.form()
    await environment.people.submit(U_EN)
    await environment.invited()
    await environment.settled()
    return await environment.card("Invited")


# ── A modal: one click, and nothing left behind ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("place", [invited_card, card_in_a_thread])
async def test_ways_in_and_media_open_over_the_card(
    environment: Environment, place: Callable[[Environment], Awaitable[Message]]
) -> None:
    card = await place(environment)
    before = len(environment.slack.ephemeral_messages)
    for action_id, answered in WAYS_IN.items():
        await environment.people.click(U_EN, card, action_id)
        await environment.modal(answered)
        await environment.people.close(U_EN)
    await environment.settled()
    assert len(environment.slack.ephemeral_messages) == before


async def test_the_modal_is_there_before_apizee_answers(environment: Environment) -> None:
    card = await invited_card(environment)
    await environment.people.click(U_EN, card, "session_media")
    await environment.modal("There are no photos")
    (opened,) = environment.slack.calls_of("views.open")
    assert "One moment" in str(opened.args["view"])
    assert len(environment.slack.calls_of("views.update")) == 1


@pytest.mark.parametrize("code", ["expired_trigger_id", "exchanged_trigger_id", "internal_error"])
async def test_where_slack_opens_no_modal_the_answer_is_a_private_message(environment: Environment, code: str) -> None:
    card = await invited_card(environment)
    environment.slack.faults.switch_on(Refuses(code), "views.open")
    private = await answer(environment, card, "session_media")
    assert "There are no photos" in said(private)
    assert environment.slack.open_view(U_EN) is None


async def test_who_has_closed_the_modal_gets_the_answer_as_a_private_message(environment: Environment) -> None:
    card = await invited_card(environment)
    environment.slack.faults.switch_on(Refuses("not_found"), "views.update")
    assert "There are no photos" in said(await answer(environment, card, "session_media"))


# ── Private messages: a card with replies is still one of the channel ────────────────────────────────────


@pytest.mark.parametrize("action_id", ["session_open", "session_media", "session_refresh"])
async def test_a_card_with_replies_answers_in_the_channel(environment: Environment, action_id: str) -> None:
    card = await invited_card(environment)
    environment.slack.faults.switch_on(Refuses("expired_trigger_id"), "views.open")
    environment.slack.say(U_FR, SUPPORT, "what does it look like?", thread_ts=card.ts)
    assert card.thread_ts == card.ts
    private = await answer(environment, card, action_id)
    assert (private.channel, private.thread_ts) == (SUPPORT, None)


async def test_the_card_of_a_meeting_with_replies_answers_in_the_channel(environment: Environment) -> None:
    await environment.meet("ann@example.com")
    card = await environment.card("The guests are invited")
    environment.slack.faults.switch_on(Refuses("expired_trigger_id"), "views.open")
    environment.slack.say(U_FR, SUPPORT, "I join later", thread_ts=card.ts)
    assert (await answer(environment, card, "session_join_as_me")).thread_ts is None


async def test_the_menu_of_a_card_with_replies_answers_in_the_channel(environment: Environment) -> None:
    card = await invited_card(environment)
    environment.slack.say(U_FR, SUPPORT, "what does it look like?", thread_ts=card.ts)
    seen = len(environment.slack.ephemeral_messages)
    await environment.people.message_shortcut(U_EN, "session_media", card)
    assert (await latest_private_message(environment, after=seen)).thread_ts is None


@pytest.mark.parametrize("action_id", ["session_open", "session_media", "session_refresh"])
async def test_a_card_in_a_thread_answers_in_the_thread(environment: Environment, action_id: str) -> None:
    card = await card_in_a_thread(environment)
    environment.slack.faults.switch_on(Refuses("expired_trigger_id"), "views.open")
    private = await answer(environment, card, action_id)
    assert private.thread_ts == card.thread_ts


async def test_what_fails_in_a_modal_is_said_where_it_was_opened(environment: Environment) -> None:
    card = await card_in_a_thread(environment)
    ticket = await environment.invited()
    environment.customer_comes(ticket, photos=1)
    await environment.people.click(U_EN, card, "session_media")
    shown = await environment.modal("Show in the thread")
    environment.slack.faults.switch_on(Refuses("expired_trigger_id"), "views.push")
    seen = len(environment.slack.ephemeral_messages)
    await environment.people.click_in_view(shown, "session_media_to_thread")
    private = await latest_private_message(environment, after=seen)
    assert ("On its way into the thread" in said(private), private.thread_ts) == (True, card.thread_ts)
