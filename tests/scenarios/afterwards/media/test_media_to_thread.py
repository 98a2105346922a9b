"""Somebody wants to see photos rather than links: they come into the session's own thread, once each."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from sandbox.apizee.faults import FeatureMissing
from sandbox.apizee.model import Operation, Ticket
from sandbox.slack.default_world import GENERAL, PRIVATE_WITH_BOT, SUPPORT, U_EN, U_FR
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, Vendors, button, new_environment, said

TO_THREAD = "session_media_to_thread"


async def running(environment: Environment, *, photos: int, channel: str = SUPPORT) -> Ticket:
    """Return a session in which photos were taken, and which goes on."""
    await environment.assist("+33 6 62 68 21 93", channel=channel)
    ticket = await environment.invited(channel=channel)
    environment.customer_comes(ticket, photos=photos)
    await environment.settled()
    return ticket


async def media_of(environment: Environment, ticket: Ticket, *, user: str = U_EN) -> Message:
    """Return the list of media that somebody gets by the ticket's number."""
    before = len(environment.slack.ephemerals(user))
    await environment.assist(f"media {ticket.id}", user=user)
    await environment.slack.wait_for(lambda: len(environment.slack.ephemerals(user)) > before)
    return environment.slack.ephemerals(user)[-1]


def thread(environment: Environment, channel: str = SUPPORT) -> list[int]:
    """How many files each message below the card has; one with links has none."""
    return [len(one.files) for one in environment.cards(channel) if one.is_reply]


async def brought(environment: Environment, *messages: int, channel: str = SUPPORT) -> None:
    """Wait until the thread has these messages, and all is done."""
    await environment.slack.wait_for(lambda: len(thread(environment, channel)) >= len(messages))
    await environment.settled()
    assert thread(environment, channel) == list(messages)


async def test_photos_come_into_the_thread_while_the_session_still_runs(environment: Environment) -> None:
    ticket = await running(environment, photos=2)
    card = environment.cards()[0]
    await environment.people.click(U_FR, card, "session_media")
    shown = await environment.modal("Afficher dans le fil", user=U_FR)
    await environment.people.click_in_view(shown, TO_THREAD)
    on_top = await environment.modal("envoi dans le fil", user=U_FR)
    assert "2 photos." in said(on_top)
    assert on_top.previous is shown  # the list is there again when it is closed
    await brought(environment, 2)
    assert environment.cards()[1].thread_ts == card.ts
    assert "session_open" in said(card)  # it still runs
    environment.apizee.hangs_up(ticket.id)
    await environment.people.click(U_EN, card, "session_refresh")
    await environment.slack.wait_for(lambda: "Done" in card.text)
    await brought(environment, 2)


async def test_of_two_who_press_at_once_each_photo_comes_once(environment: Environment) -> None:
    ticket = await running(environment, photos=3)
    shown = await media_of(environment, ticket)
    await asyncio.gather(*(environment.people.click(U_EN, shown, TO_THREAD) for _ in range(3)))
    await brought(environment, 3)
    await environment.people.click(U_EN, shown, TO_THREAD)
    await environment.private_message("Everything is in the thread already.")
    await brought(environment, 3)


async def test_later_photos_come_by_another_press_and_the_rest_at_the_end(environment: Environment) -> None:
    ticket = await running(environment, photos=1)
    shown = await media_of(environment, ticket)
    await environment.people.click(U_EN, shown, TO_THREAD)
    await brought(environment, 1)
    environment.apizee.takes_photo(ticket.id)
    environment.apizee.takes_photo(ticket.id)
    await environment.people.click(U_EN, shown, TO_THREAD)
    await brought(environment, 1, 2)
    environment.apizee.takes_photo(ticket.id)
    environment.apizee.hangs_up(ticket.id)
    await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
    await brought(environment, 1, 2, 1)


async def test_a_private_sessions_photos_come_into_its_own_thread_alone(environment: Environment) -> None:
    ticket = await running(environment, photos=1, channel=PRIVATE_WITH_BOT)
    shown = await media_of(environment, ticket)
    assert shown.channel == SUPPORT
    await environment.people.click(U_EN, shown, TO_THREAD)
    await brought(environment, 1, channel=PRIVATE_WITH_BOT)
    assert not environment.cards(SUPPORT)


async def test_who_invited_the_bot_meanwhile_sees_photos_and_no_links(environment: Environment) -> None:
    ticket = await running(environment, photos=1, channel=GENERAL)
    shown = await media_of(environment, ticket)
    await environment.people.click(U_EN, shown, TO_THREAD)
    await brought(environment, 0, channel=GENERAL)
    assert "I may not upload files here" in said(environment.cards(GENERAL)[1])
    environment.slack.channels[GENERAL].members.add(environment.slack.bot_user)
    environment.apizee.takes_photo(ticket.id)
    await environment.people.click(U_EN, shown, TO_THREAD)
    await brought(environment, 0, 1, channel=GENERAL)


async def test_a_meetings_recording_comes_into_its_thread_as_a_link(environment: Environment) -> None:
    await environment.meet('ann@example.com name:"Site visit"')
    await environment.card("The guests are invited")
    (conference,) = environment.apizee.conferences
    environment.apizee.guest_joins(conference, "Ann")
    environment.apizee.ends(conference)
    environment.apizee.recording_appears(conference)
    await environment.meet("media Site visit")
    await environment.people.click(U_EN, await environment.private_message("1 photo or recording"), TO_THREAD)
    await environment.private_message("On its way into the thread: 1 recording.")
    await brought(environment, 0)


async def test_a_session_that_is_forgotten_has_no_thread_any_more(environment: Environment, redis: Redis) -> None:
    ticket = await running(environment, photos=1)
    shown = await media_of(environment, ticket)
    await redis.flushdb()
    await environment.people.click(U_EN, shown, TO_THREAD)
    await environment.private_message("They have no thread here")
    assert TO_THREAD not in said(await media_of(environment, ticket))
    assert thread(environment) == []


async def test_what_apizee_refuses_to_list_is_explained_to_the_requester(environment: Environment) -> None:
    ticket = await running(environment, photos=1)
    shown = await media_of(environment, ticket)
    environment.apizee.faults.switch_on(FeatureMissing(), Operation.TICKET_MEDIAS)
    await environment.people.click(U_EN, shown, TO_THREAD)
    await environment.private_message("The Apizee account of this bot does not include this")


@pytest.mark.parametrize("uploads", [True, False])
async def test_the_button_is_there_only_where_photos_are_uploaded(around: Vendors, *, uploads: bool) -> None:
    async with new_environment(around, media_upload=uploads) as environment:
        shown = await media_of(environment, await running(environment, photos=1))
        assert ids_in(shown) == ([TO_THREAD] if uploads else [])


async def test_without_photos_there_is_a_sentence_and_no_button(environment: Environment) -> None:
    shown = await media_of(environment, await running(environment, photos=0))
    assert shown.text.startswith("There are no photos or recordings yet.")
    assert ids_in(shown) == []


async def test_the_button_keeps_its_place_on_every_page(environment: Environment) -> None:
    shown = await media_of(environment, await running(environment, photos=12))
    await environment.people.click(U_EN, shown, "media_next")
    await environment.slack.wait_for(lambda: "Page 2 of 2" in said(shown))
    assert button(shown, TO_THREAD)
    await environment.people.click(U_EN, shown, TO_THREAD)
    await brought(environment, 10, 2)


def ids_in(message: Message) -> list[Any]:
    """Return the ids of a message's buttons."""
    return [
        element["action_id"] for block in message.blocks for element in block.get("elements", ()) if "value" in element
    ]
