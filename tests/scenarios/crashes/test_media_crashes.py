"""A bot is killed while it brings photos: another one finishes it, and nobody sees a photo twice.

The bot that dies is a process as operators run it; another one, in this process, finds what it left.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.timing import MediaTiming
from bot.timing import Timing
from sandbox.slack.default_world import U_EN
from sandbox.slack.faults import Refuses
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, Vendors, new_environment
from tests.scenarios.kills import SOON, SOON_TAKEN_OVER, Kill, bot_of, done, not_done

HISTORY = frozenset({"channels:history", "groups:history", "im:history", "mpim:history"})


@pytest.fixture
def timing() -> Timing:
    """Return waits by which a dead bot's work is taken over soon, when what it may have sent has arrived."""
    return replace(SOON_TAKEN_OVER, media=MediaTiming(settled_after=SOON.total_seconds()))


async def killed(around: Vendors, folder: Path, kill: Kill) -> None:
    """End a session with two photos, for a link with its recording as well, and kill the bot that brings them."""
    async with bot_of(around, folder) as (bot, environment):
        await environment.assist("+33 6 62 68 21 93")
        ticket = await environment.invited()
        environment.customer_comes(ticket, photos=2)
        environment.apizee.hangs_up(ticket.id)
        if kill.call == "chat.postMessage":
            environment.apizee.recording_appears(ticket.id)
        killing = asyncio.create_task(kill.strikes(around, bot))
        await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
        await killing


async def brought(environment: Environment, messages: int = 1) -> list[int]:
    """How many files each message in the thread has, once so many came and all is done; one with links has none."""
    await environment.slack.wait_for(lambda: len(replies(environment)) >= messages, timeout=15)
    await environment.settled()
    return [len(message.files) for message in replies(environment)]


def replies(environment: Environment) -> list[Message]:
    return [one for one in environment.cards() if one.is_reply]


@pytest.mark.parametrize(
    "kill",
    [
        done("files.getUploadURLExternal"),
        not_done("files.getUploadURLExternal"),
        done("files.completeUploadExternal"),
        not_done("files.completeUploadExternal"),
    ],
    ids=str,
)
async def test_photos_come_once_wherever_the_bot_dies(around: Vendors, tmp_path: Path, kill: Kill) -> None:
    await killed(around, tmp_path, kill)
    async with new_environment(around) as environment:
        assert await brought(environment) == [2]


@pytest.mark.parametrize(
    "kill",
    [
        done("files.getUploadURLExternal"),
        done("files.completeUploadExternal"),
        not_done("files.completeUploadExternal"),
    ],
    ids=str,
)
async def test_photos_that_somebody_asked_for_come_once_wherever_the_bot_dies(
    around: Vendors, tmp_path: Path, kill: Kill
) -> None:
    async with bot_of(around, tmp_path) as (bot, environment):
        await environment.assist("+33 6 62 68 21 93")
        environment.customer_comes(await environment.invited(), photos=2)
        await environment.people.click(U_EN, environment.cards()[0], "session_media")
        shown = await environment.modal("session_media_to_thread")
        killing = asyncio.create_task(kill.strikes(around, bot))
        await environment.people.click_in_view(shown, "session_media_to_thread")
        await killing
    async with new_environment(around) as environment:
        assert await brought(environment) == [2]


@pytest.mark.parametrize("kill", [done("chat.postMessage"), not_done("chat.postMessage")], ids=str)
async def test_a_link_comes_once_wherever_the_bot_dies(around: Vendors, tmp_path: Path, kill: Kill) -> None:
    await killed(around, tmp_path, kill)
    async with new_environment(around) as environment:
        assert await brought(environment, messages=2) == [2, 0]


async def test_without_reading_the_thread_no_photo_is_lost(around: Vendors, tmp_path: Path) -> None:
    around.slack.scopes -= HISTORY
    await killed(around, tmp_path, not_done("files.completeUploadExternal"))
    async with new_environment(around) as environment:
        assert await brought(environment) == [2]


async def test_without_reading_the_thread_slacks_refusal_says_that_the_photos_are_there(
    around: Vendors, tmp_path: Path
) -> None:
    around.slack.scopes -= HISTORY
    await killed(around, tmp_path, done("files.completeUploadExternal"))
    around.slack.faults.switch_on(Refuses("file_not_found"), "files.completeUploadExternal")
    async with new_environment(around) as environment:
        await environment.slack.wait_for(
            lambda: len(environment.slack.calls_of("files.completeUploadExternal")) > 1, timeout=15
        )
        assert await brought(environment) == [2]
        assert not environment.slack.calls_of("files.completeUploadExternal")[-1].ok
