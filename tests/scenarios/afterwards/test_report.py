"""“Report” on a session that is over: a PDF in its thread, one for each press."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from bot.model.timing import MediaTiming
from bot.timing import Timing
from sandbox.slack.default_world import U_EN, U_FR
from sandbox.slack.faults import Refuses
from sandbox.slack.model import File, Message
from tests.scenarios.afterwards.ended import form, over, shows
from tests.scenarios.environment import Environment, Vendors, new_environment
from tests.scenarios.kills import SOON, SOON_TAKEN_OVER, Kill, bot_of, done, not_done


@pytest.fixture
def timing() -> Timing:
    """Return waits by which a dead bot's work is taken over soon, when what it may have sent has arrived."""
    return replace(SOON_TAKEN_OVER, media=MediaTiming(settled_after=SOON.total_seconds()))


def reports(environment: Environment) -> list[Message]:
    """Return the messages of the thread that have a PDF."""
    return [one for one in environment.cards() if any(file.name.endswith(".pdf") for file in files(environment, one))]


def files(environment: Environment, message: Message) -> list[File]:
    """Return the files of a message."""
    return [environment.slack.files[one["id"]] for one in message.files]


def text(environment: Environment, message: Message) -> str:
    """Return what a report says."""
    return "\n".join(page.extract_text() for page in pdf(environment, message).pages)


def pdf(environment: Environment, message: Message) -> PdfReader:
    """Return the one file of a message."""
    (file,) = files(environment, message)
    assert file.content
    return PdfReader(BytesIO(file.content))


async def reported(environment: Environment, number: int = 1) -> Message:
    """Return the last report in the thread once there are so many, and all is done."""
    await environment.slack.wait_for(lambda: len(reports(environment)) >= number)
    await environment.settled()
    assert len(reports(environment)) == number
    return reports(environment)[-1]


async def test_a_report_comes_into_the_thread_with_the_photos_that_are_there(environment: Environment) -> None:
    card = await over(environment, photos=2)
    await environment.slack.wait_for(lambda: any(len(one.files) == 2 for one in environment.cards()))
    await environment.people.click(U_EN, card, "session_report")
    shown = await reported(environment)
    assert f"Report, made by <@{U_EN}>: Video assistance for +33 6 •• •• •• 93." in shown.text
    said_there = text(environment, shown)
    assert "1234" in said_there
    assert "Duration" in said_there
    assert "662682193" not in said_there
    assert sum(len(page.images) for page in pdf(environment, shown).pages) == 2


async def test_a_report_after_a_change_says_that_it_is_a_newer_one(environment: Environment) -> None:
    card = await over(environment)
    await environment.people.click(U_EN, card, "session_report")
    first = await reported(environment)
    await form(environment, card)
    await environment.people.submit(U_EN, {"outcome": "Solved", "note": "Boiler off"})
    await shows(environment, "*Solved*")
    await environment.people.click(U_EN, card, "session_report")
    second = await reported(environment, 2)
    assert "version" not in first.text
    assert "It is version 2, in place of the one before." in second.text
    assert "Boiler off" in text(environment, second)
    assert "Version 2" in text(environment, second)


async def test_two_who_press_at_once_get_a_report_each(environment: Environment) -> None:
    card = await over(environment)
    environment.promote(U_FR)
    await asyncio.gather(*(environment.people.click(user, card, "session_report") for user in (U_EN, U_FR)))
    await reported(environment, 2)


async def test_a_colleague_gets_no_report_and_who_may_reads_why_slack_takes_none(environment: Environment) -> None:
    card = await over(environment)
    await environment.people.click(U_FR, card, "session_report")
    await environment.private_message("son agent et les administrateurs", user=U_FR)
    environment.slack.faults.switch_on(Refuses("not_in_channel"), "files.completeUploadExternal")
    await environment.people.click(U_EN, card, "session_report")
    await environment.private_message("/invite @Apizee")
    await environment.settled()
    assert reports(environment) == []


async def test_a_forgotten_session_takes_its_reports_along(environment: Environment) -> None:
    card = await over(environment)
    await environment.people.click(U_EN, card, "session_report")
    (file,) = files(environment, await reported(environment))
    assert environment.app is not None
    (session,) = await environment.sessions_of(U_EN)
    await environment.app.forgetting.forget([session], by="somebody")
    assert file.id not in environment.slack.files


@pytest.mark.parametrize(
    "kill",
    [
        done("files.getUploadURLExternal"),
        not_done("files.completeUploadExternal"),
        done("files.completeUploadExternal"),
    ],
    ids=str,
)
async def test_one_press_is_one_report_wherever_the_bot_dies(around: Vendors, tmp_path: Path, kill: Kill) -> None:
    async with bot_of(around, tmp_path) as (bot, environment):
        card = await over(environment)
        killing = asyncio.create_task(kill.strikes(around, bot))
        await environment.people.click(U_EN, card, "session_report")
        await killing
    async with new_environment(around) as environment:
        await reported(environment)
