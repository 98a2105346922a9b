"""Starting from a menu: from anywhere, or from a message, whose thread then holds the card."""

from __future__ import annotations

import pytest

from sandbox.slack.client.modal_submission import NotSubmittedError
from sandbox.slack.default_world import GENERAL, PRIVATE, SUPPORT, U_EN, U_FR, U_NOLOGIN
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, said


@pytest.fixture
def asked_for_help(environment: Environment) -> Message:
    """Return a message of a colleague with everything that a form can be filled with."""
    text = "Jean can be reached at 06 62 68 21 93 or <mailto:jean@client.com|jean@client.com>"
    return environment.slack.say(U_FR, SUPPORT, text)


# ── From anywhere ────────────────────────────────────────────────────────────────────────────────────────


async def test_an_assistance_started_from_anywhere_goes_where_it_is_requested(environment: Environment) -> None:
    await environment.people.global_shortcut(U_EN, "start_assistance")
    await environment.form()
    await environment.people.submit(U_EN, {"contact": "jean@client.com", "channel": SUPPORT})
    await environment.invited()
    assert (await environment.private_message("Your video assistance is ready")).channel == SUPPORT


async def test_a_meeting_started_from_anywhere_goes_where_it_is_requested(environment: Environment) -> None:
    await environment.people.global_shortcut(U_EN, "start_meeting")
    await environment.form()
    await environment.people.submit(U_EN, {"participants": "ann@example.com", "channel": SUPPORT})
    await environment.card("The guests are invited")


async def test_from_anywhere_the_place_has_to_be_chosen(environment: Environment) -> None:
    await environment.people.global_shortcut(U_EN, "start_assistance")
    await environment.form()
    with pytest.raises(NotSubmittedError, match="channel"):
        await environment.people.submit(U_EN, {"contact": "jean@client.com"})


# ── From a message ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_message_fills_the_form_and_its_thread_gets_the_card(
    environment: Environment, asked_for_help: Message
) -> None:
    await environment.people.message_shortcut(U_EN, "assist_from_message", asked_for_help)
    view = await environment.form()
    assert view.find_element("contact")[1]["initial_value"] == "+33662682193"
    await environment.people.submit(U_EN)
    ticket = await environment.invited()
    card = await environment.card("Invited by SMS")
    assert card.thread_ts == asked_for_help.ts
    assert ticket.phones == ("+33662682193",)


async def test_the_links_are_sent_in_the_thread_too(environment: Environment, asked_for_help: Message) -> None:
    await environment.people.message_shortcut(U_EN, "assist_from_message", asked_for_help)
    await environment.form()
    await environment.people.submit(U_EN)
    private_message = await environment.private_message("Your video assistance is ready")
    assert private_message.thread_ts == asked_for_help.ts


async def test_a_reply_leads_to_the_thread_it_stands_in(environment: Environment, asked_for_help: Message) -> None:
    reply = environment.slack.say(U_FR, SUPPORT, "better: paul@client.com", thread_ts=asked_for_help.ts)
    await environment.people.message_shortcut(U_EN, "assist_from_message", reply)
    view = await environment.form()
    assert view.find_element("contact")[1]["initial_value"] == "paul@client.com"
    await environment.people.submit(U_EN)
    assert (await environment.card("Invited by e-mail")).thread_ts == asked_for_help.ts


async def test_all_contacts_of_a_message_become_guests(environment: Environment, asked_for_help: Message) -> None:
    await environment.people.message_shortcut(U_EN, "meet_from_message", asked_for_help)
    view = await environment.form()
    assert view.find_element("participants")[1]["initial_value"] == "+33662682193, jean@client.com"
    await environment.people.submit(U_EN)
    assert (await environment.card("The guests are invited")).thread_ts == asked_for_help.ts


async def test_a_message_without_contacts_opens_an_empty_form(environment: Environment) -> None:
    message = environment.slack.say(U_FR, SUPPORT, "Could somebody call the customer of case 663614?")
    await environment.people.message_shortcut(U_EN, "assist_from_message", message)
    view = await environment.form()
    assert "initial_value" not in view.find_element("contact")[1]


async def test_another_channel_chosen_in_the_form_has_no_such_thread(
    environment: Environment, asked_for_help: Message
) -> None:
    await environment.people.message_shortcut(U_EN, "assist_from_message", asked_for_help)
    await environment.form()
    await environment.people.submit(U_EN, {"channel": GENERAL})
    assert (await environment.card("Invited", channel=GENERAL)).thread_ts is None


async def test_a_message_in_a_closed_place_leads_to_the_direct_messages(environment: Environment) -> None:
    message = environment.slack.say(U_FR, PRIVATE, "jean@client.com")
    await environment.people.message_shortcut(U_EN, "assist_from_message", message)
    await environment.form()
    await environment.people.submit(U_EN)
    await environment.invited(channel=environment.slack.direct_messages(U_EN).id)
    assert "/invite @Apizee" in (await environment.private_message("direct messages")).text


# ── A session's media, from its thread ───────────────────────────────────────────────────────────────────


async def test_the_card_and_every_reply_below_it_know_their_session(environment: Environment) -> None:
    await environment.assist("jean@client.com")
    ticket = await environment.invited()
    environment.customer_comes(ticket, photos=1)
    card = await environment.card("Invited")
    reply = environment.slack.say(U_FR, SUPPORT, "what does it look like?", thread_ts=card.ts)
    for message, user in ((card, U_EN), (reply, U_FR)):
        await environment.people.message_shortcut(user, "session_media", message)
        private_message = await environment.private_message("1 photo", user=user)
        assert private_message.visible_to == user


async def test_a_mention_in_the_thread_shows_the_media_as_well(environment: Environment) -> None:
    await environment.assist("jean@client.com")
    await environment.invited()
    card = await environment.card("Invited")
    await environment.people.mention(U_EN, SUPPORT, "media please", thread_ts=card.ts)
    private_message = await environment.private_message("There are no photos or recordings yet")
    assert private_message.thread_ts == card.ts


async def test_any_other_mention_is_answered_with_what_can_be_said(environment: Environment) -> None:
    await environment.people.mention(U_NOLOGIN, SUPPORT, "hello!")
    hint = (await environment.private_message("Mention me", user=U_NOLOGIN)).text
    assert "the menu (⋮) of a message. Outside threads, type `/assist help`." in hint


async def test_a_message_that_belongs_to_no_session_is_answered_so(
    environment: Environment, asked_for_help: Message
) -> None:
    await environment.people.message_shortcut(U_EN, "session_media", asked_for_help)
    private_message = await environment.private_message("No video assistance or meeting was found here")
    assert "menu (⋮)" in said(private_message)
