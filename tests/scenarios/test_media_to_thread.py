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
from tests.scenarios.environment import Stage, Vendors, button, said, staged

TO_THREAD = "session_media_to_thread"


async def running(stage: Stage, *, photos: int, channel: str = SUPPORT) -> Ticket:
    """A session in which photos were taken, and which goes on."""
    await stage.assist("+33 6 62 68 21 93", channel=channel)
    ticket = await stage.invited(channel=channel)
    stage.customer_comes(ticket, photos=photos)
    await stage.settled()
    return ticket


async def media_of(stage: Stage, ticket: Ticket, *, user: str = U_EN) -> Message:
    """The list of media that somebody gets by the ticket's number."""
    told = len(stage.slack.ephemerals(user))
    await stage.assist(f"media {ticket.id}", user=user)
    await stage.slack.wait_for(lambda: len(stage.slack.ephemerals(user)) > told)
    return stage.slack.ephemerals(user)[-1]


def thread(stage: Stage, channel: str = SUPPORT) -> list[int]:
    """How many files each message below the card has; one with links has none."""
    return [len(one.files) for one in stage.cards(channel) if one.is_reply]


async def brought(stage: Stage, *messages: int, channel: str = SUPPORT) -> None:
    """Wait until the thread has these messages, and all is done."""
    await stage.slack.wait_for(lambda: len(thread(stage, channel)) >= len(messages))
    await stage.settled()
    assert thread(stage, channel) == list(messages)


async def test_photos_come_into_the_thread_while_the_session_still_runs(stage: Stage) -> None:
    ticket = await running(stage, photos=2)
    card = stage.cards()[0]
    await stage.people.click(U_FR, card, "session_media")
    shown = await stage.whisper("Afficher dans le fil", user=U_FR)
    await stage.people.click(U_FR, shown, TO_THREAD)
    await stage.whisper("En route vers le fil : 2 photos.", user=U_FR)
    await brought(stage, 2)
    assert stage.cards()[1].thread_ts == card.ts
    assert "session_open" in said(card)  # it still runs
    stage.apizee.hangs_up(ticket.id)
    await stage.people.click(U_EN, card, "session_refresh")
    await stage.slack.wait_for(lambda: "Done" in card.text)
    await brought(stage, 2)


async def test_of_two_who_press_at_once_each_photo_comes_once(stage: Stage) -> None:
    ticket = await running(stage, photos=3)
    shown = await media_of(stage, ticket)
    await asyncio.gather(*(stage.people.click(U_EN, shown, TO_THREAD) for _ in range(3)))
    await brought(stage, 3)
    await stage.people.click(U_EN, shown, TO_THREAD)
    await stage.whisper("All of it is in the thread already.")
    await brought(stage, 3)


async def test_later_photos_come_by_another_press_and_the_rest_at_the_end(stage: Stage) -> None:
    ticket = await running(stage, photos=1)
    shown = await media_of(stage, ticket)
    await stage.people.click(U_EN, shown, TO_THREAD)
    await brought(stage, 1)
    stage.apizee.takes_photo(ticket.id)
    stage.apizee.takes_photo(ticket.id)
    await stage.people.click(U_EN, shown, TO_THREAD)
    await brought(stage, 1, 2)
    stage.apizee.takes_photo(ticket.id)
    stage.apizee.hangs_up(ticket.id)
    await stage.people.click(U_EN, stage.cards()[0], "session_refresh")
    await brought(stage, 1, 2, 1)


async def test_a_private_sessions_photos_come_into_its_own_thread_alone(stage: Stage) -> None:
    ticket = await running(stage, photos=1, channel=PRIVATE_WITH_BOT)
    shown = await media_of(stage, ticket)
    assert shown.channel == SUPPORT
    await stage.people.click(U_EN, shown, TO_THREAD)
    await brought(stage, 1, channel=PRIVATE_WITH_BOT)
    assert not stage.cards(SUPPORT)


async def test_whoever_invited_the_bot_meanwhile_sees_photos_and_no_links(stage: Stage) -> None:
    ticket = await running(stage, photos=1, channel=GENERAL)
    shown = await media_of(stage, ticket)
    await stage.people.click(U_EN, shown, TO_THREAD)
    await brought(stage, 0, channel=GENERAL)
    assert "I may not upload files here" in said(stage.cards(GENERAL)[1])
    stage.slack.channels[GENERAL].members.add(stage.slack.bot_user)
    stage.apizee.takes_photo(ticket.id)
    await stage.people.click(U_EN, shown, TO_THREAD)
    await brought(stage, 0, 1, channel=GENERAL)


async def test_a_meetings_recording_comes_into_its_thread_as_a_link(stage: Stage) -> None:
    await stage.meet('ann@example.com name:"Site visit"')
    await stage.card("The guests are invited")
    (conference,) = stage.apizee.conferences
    stage.apizee.guest_joins(conference, "Ann")
    stage.apizee.ends(conference)
    stage.apizee.recording_appears(conference)
    await stage.meet("media Site visit")
    await stage.people.click(U_EN, await stage.whisper("1 photo or recording"), TO_THREAD)
    await stage.whisper("On its way into the thread: 1 recording.")
    await brought(stage, 0)


async def test_a_session_that_is_forgotten_has_no_thread_any_more(stage: Stage, redis: Redis) -> None:
    ticket = await running(stage, photos=1)
    shown = await media_of(stage, ticket)
    await redis.flushdb()
    await stage.people.click(U_EN, shown, TO_THREAD)
    await stage.whisper("They have no thread here")
    assert TO_THREAD not in said(await media_of(stage, ticket))
    assert thread(stage) == []


async def test_what_apizee_refuses_to_list_is_told_to_whoever_asked(stage: Stage) -> None:
    ticket = await running(stage, photos=1)
    shown = await media_of(stage, ticket)
    stage.apizee.faults.switch_on(FeatureMissing(), Operation.TICKET_MEDIAS)
    await stage.people.click(U_EN, shown, TO_THREAD)
    await stage.whisper("not included in the Apizee account")


@pytest.mark.parametrize("uploads", [True, False])
async def test_the_button_is_there_only_where_photos_are_uploaded(around: Vendors, *, uploads: bool) -> None:
    async with staged(around, media_upload=uploads) as stage:
        shown = await media_of(stage, await running(stage, photos=1))
        assert ids_in(shown) == ([TO_THREAD] if uploads else [])


async def test_without_photos_there_is_a_sentence_and_no_button(stage: Stage) -> None:
    shown = await media_of(stage, await running(stage, photos=0))
    assert shown.text.startswith("There are no photos or recordings yet.")
    assert ids_in(shown) == []


async def test_the_button_keeps_its_place_on_every_page(stage: Stage) -> None:
    shown = await media_of(stage, await running(stage, photos=12))
    await stage.people.click(U_EN, shown, "media_next")
    await stage.slack.wait_for(lambda: "Page 2 of 2" in said(shown))
    assert button(shown, TO_THREAD)
    await stage.people.click(U_EN, shown, TO_THREAD)
    await brought(stage, 10, 2)


def ids_in(message: Message) -> list[Any]:
    """The ids of a message's buttons."""
    return [
        element["action_id"] for block in message.blocks for element in block.get("elements", ()) if "value" in element
    ]
