"""A session is over: its photos and recordings come into the thread of its card, once each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.jobs.queue import QueueTiming
from bot.model.timing import MediaTiming
from bot.timing import Timing
from sandbox.apizee import faults as apizee_faults
from sandbox.apizee.model import Location, Operation, Ticket
from sandbox.slack import faults as slack_faults
from sandbox.slack.default_world import GENERAL, SUPPORT, U_EN, U_FR
from sandbox.slack.model import Message
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Environment, Vendors, new_environment, said

LANNION = Location(48.7703337, -3.5149756)


@pytest.fixture
def timing() -> Timing:
    """Late recordings are asked for again within a second."""
    soon = tuple(timedelta(seconds=seconds) for seconds in (0.3, 0.6, 0.9, 1.2))
    return replace(SLOW_MACHINE, queue=QueueTiming(looked_again_after=soon), media=MediaTiming(settled_after=0.5))


async def over(
    environment: Environment, *, photos: int = 1, location: Location | None = None, channel: str = SUPPORT
) -> Ticket:
    """Return a whole session, until its card was refreshed."""
    await environment.assist("+33 6 62 68 21 93", channel=channel)
    ticket = await environment.invited(channel=channel)
    environment.apizee.customer_opens(ticket.id)
    environment.apizee.accepts(ticket.id)
    environment.apizee.allows_camera(ticket.id)
    for _ in range(photos):
        environment.apizee.takes_photo(ticket.id, location)
    environment.apizee.hangs_up(ticket.id)
    await refresh(environment, channel=channel)
    return ticket


async def refresh(environment: Environment, *, channel: str = SUPPORT) -> None:
    await environment.people.click(U_EN, environment.cards(channel)[0], "session_refresh")


def replies(environment: Environment, channel: str = SUPPORT) -> list[Message]:
    """Return what stands in the thread below the card."""
    return [one for one in environment.cards(channel) if one.is_reply]


def files(environment: Environment, channel: str = SUPPORT) -> list[dict[str, Any]]:
    """Return the files in the thread, in their order."""
    return [file for message in replies(environment, channel) for file in message.files]


async def reply(environment: Environment, word: str, *, channel: str = SUPPORT) -> Message:
    """Return the first reply that holds a word, once it is there."""

    def found() -> Message | None:
        return next((one for one in replies(environment, channel) if word in said(one)), None)

    message = await environment.slack.wait_for(found)
    assert message is not None
    return message


def looks(environment: Environment) -> int:
    """How often Apizee was asked which media there are."""
    return sum(one.operation is Operation.TICKET_MEDIAS for one in environment.apizee.requests)


async def looked_for_the_last_time(environment: Environment) -> None:
    """Wait until all has been asked for as often as it ever is, and all of that is done."""
    await environment.apizee.wait_for(lambda: looks(environment) >= 5)
    assert environment.app is not None
    while await environment.app.worker.lag():  # noqa: ASYNC110  # the event would be in Redis
        await asyncio.sleep(0.02)


def fetched(environment: Environment) -> int:
    """How often a photo or recording itself was asked for."""
    return sum(one.operation is Operation.MEDIA_FILE for one in environment.apizee.requests)


async def test_photos_come_into_the_thread_in_one_message(environment: Environment) -> None:
    ticket = await over(environment, photos=3)
    message = await reply(environment, "3 photos")
    assert message.thread_ts == environment.cards()[0].ts
    taken = [
        environment.apizee.medium(one.hash)
        for one in environment.apizee.tickets[ticket.id].media
        if "image" in one.mime
    ]
    contents = [environment.slack.files[file["id"]].content for file in message.files]
    assert len(set(contents)) == len(taken) == 3
    assert [file["title"].partition(" · ")[0] for file in message.files] == ["Photo 1", "Photo 2", "Photo 3"]
    announced = environment.slack.calls_of("files.getUploadURLExternal")
    assert all(call.args["alt_txt"].startswith("Photo taken at ") and not call.in_url for call in announced)


async def test_the_card_says_how_many_there_are(environment: Environment) -> None:
    ticket = await over(environment, photos=2)
    await environment.slack.wait_for(lambda: "2 photos" in said(environment.cards()[0]))
    environment.apizee.recording_appears(ticket.id)
    await environment.slack.wait_for(lambda: "1 video" in said(environment.cards()[0]))


async def test_more_than_ten_photos_come_in_several_messages(environment: Environment) -> None:
    await over(environment, photos=12)
    await looked_for_the_last_time(environment)
    assert [len(message.files) for message in replies(environment)] == [10, 2]


async def test_a_late_recording_comes_as_a_link_with_no_photo_repeated(environment: Environment) -> None:
    ticket = await over(environment, photos=1)
    await reply(environment, "1 photo")
    environment.apizee.recording_appears(ticket.id)
    link = await reply(environment, "|Recording>")
    assert "/media/showVideo/1/hash/" in said(link)
    assert len(files(environment)) == 1
    assert fetched(environment) == 1


async def test_pressing_refresh_again_brings_nothing_twice(environment: Environment) -> None:
    await over(environment, photos=2)
    await reply(environment, "2 photos")
    await refresh(environment)
    await environment.private_message("Already up to date")
    await looked_for_the_last_time(environment)
    assert len(replies(environment)) == 1


async def test_a_photo_that_cannot_be_had_at_first_comes_later(environment: Environment) -> None:
    environment.apizee.faults.switch_on(apizee_faults.Broken(500), Operation.MEDIA_FILE, times=1)
    await over(environment, photos=2)
    await environment.slack.wait_for(lambda: len(files(environment)) == 2)
    assert [len(message.files) for message in replies(environment)] == [1, 1]


async def test_a_photo_that_can_never_be_had_is_linked_in_the_end(environment: Environment) -> None:
    environment.apizee.faults.switch_on(apizee_faults.Html(), Operation.MEDIA_FILE)
    await over(environment, photos=1)
    link = await reply(environment, "Photo 1")
    assert not link.files
    assert fetched(environment) >= 5


@pytest.mark.parametrize(
    ("mime", "name", "title"),
    [
        ("IMAGE/JPEG", ".jpg", "Photo 1"),
        ("image/png; charset=binary", ".jpg", "Photo 1"),  # a JPEG, whatever it is called
    ],
)
async def test_a_photo_is_known_by_its_bytes(environment: Environment, mime: str, name: str, title: str) -> None:
    await environment.assist("+33 6 62 68 21 93")
    ticket = await environment.invited()
    environment.customer_comes(ticket, photos=1)
    media = [replace(one, mime=mime) for one in environment.apizee.tickets[ticket.id].media]
    environment.apizee.update_ticket(ticket.id, media=tuple(media))
    environment.apizee.hangs_up(ticket.id)
    await refresh(environment)
    (file,) = (await reply(environment, "1 photo")).files
    assert file["title"].startswith(title)
    (announced,) = environment.slack.calls_of("files.getUploadURLExternal")
    assert announced.args["filename"].endswith(name)


async def test_what_apizee_calls_a_photo_and_is_none_is_linked(environment: Environment) -> None:
    environment.apizee.faults.switch_on(apizee_faults.Misshapen(), Operation.MEDIA_FILE)
    await over(environment, photos=1)
    link = await reply(environment, "Photo 1")
    assert not link.files
    assert fetched(environment) == 1
    assert not environment.slack.calls_of("files.getUploadURLExternal")


async def test_where_a_photo_was_taken_is_shown_to_the_agent_alone(environment: Environment) -> None:
    await over(environment, photos=1, location=LANNION)
    private_message = await environment.private_message("openstreetmap.org")
    assert "mlat=48.7703337&mlon=-3.5149756" in said(private_message)
    assert private_message.visible_to == U_EN
    assert not any("openstreetmap" in said(one) for one in environment.cards())


async def test_where_the_bot_is_no_member_there_are_links_and_the_reason_is_said_once(environment: Environment) -> None:
    ticket = await over(environment, photos=2, channel=GENERAL)
    link = await reply(environment, "Photo 1", channel=GENERAL)
    assert "I may not upload files here" in said(link)
    environment.apizee.recording_appears(ticket.id)
    later = await reply(environment, "|Recording>", channel=GENERAL)
    assert "I may not upload files here" not in said(later)
    assert len(environment.slack.calls_of("files.completeUploadExternal")) == 1


async def test_without_the_scope_there_are_links(around: Vendors) -> None:
    around.slack.scopes -= {"files:write"}
    async with new_environment(around) as environment:
        await over(environment, photos=1)
        assert not (await reply(environment, "Photo 1")).files


async def test_an_agent_of_another_language_reads_it_in_that_language(environment: Environment) -> None:
    await environment.assist("+33 6 62 68 21 93", user=U_FR)
    await environment.slack.wait_for(lambda: environment.slack.ephemeral_messages)
    (ticket,) = environment.apizee.tickets.values()
    for step in (environment.apizee.customer_opens, environment.apizee.accepts, environment.apizee.allows_camera):
        step(ticket.id)
    environment.apizee.takes_photo(ticket.id)
    environment.apizee.hangs_up(ticket.id)
    await refresh(environment)
    await reply(environment, "1 photo")
    assert environment.slack.calls_of("files.getUploadURLExternal")[0].args["alt_txt"].startswith("Photo prise à ")


class TestWhatOperatorsDecide:
    @pytest.fixture
    async def decided(self, around: Vendors, request: pytest.FixtureRequest) -> AsyncIterator[Environment]:
        async with new_environment(around, **request.param) as environment:
            yield environment

    @pytest.mark.parametrize("decided", [{"media_upload": False, "media_upload_videos": True}], indirect=True)
    async def test_nothing_is_uploaded_where_they_want_links(self, decided: Environment) -> None:
        ticket = await over(decided, photos=1)
        decided.apizee.recording_appears(ticket.id)
        await reply(decided, "Photo 1")
        await reply(decided, "|Recording>")
        assert not files(decided)
        assert not fetched(decided)

    @pytest.mark.parametrize("decided", [{"media_upload_videos": True}], indirect=True)
    async def test_recordings_are_uploaded_where_they_want_them(self, decided: Environment) -> None:
        ticket = await over(decided, photos=0)
        decided.apizee.recording_appears(ticket.id)
        await decided.slack.wait_for(lambda: files(decided))
        assert [file["title"].split(",")[0] for file in files(decided)] == ["Recording"]


@pytest.mark.parametrize(
    "fault",
    [slack_faults.AnswerLost(), slack_faults.Down(), slack_faults.Broken(), slack_faults.RateLimited()],
    ids=lambda fault: type(fault).__name__,
)
@pytest.mark.parametrize("method", ["files.completeUploadExternal", "files.getUploadURLExternal"])
async def test_whatever_slack_does_photos_come_once(
    environment: Environment, method: str, fault: slack_faults.Fault
) -> None:
    environment.slack.faults.switch_on(fault, method, times=1)
    await over(environment, photos=2)
    await reply(environment, "2 photos")
    await looked_for_the_last_time(environment)
    assert [len(message.files) for message in replies(environment)] == [2]


async def test_a_lost_answer_to_links_brings_no_second_message(environment: Environment) -> None:
    ticket = await over(environment, photos=0)
    environment.slack.faults.switch_on(slack_faults.AnswerLost(), "chat.postMessage", times=1)
    environment.apizee.recording_appears(ticket.id)
    await reply(environment, "|Recording>")
    await looked_for_the_last_time(environment)
    assert len(replies(environment)) == 1
