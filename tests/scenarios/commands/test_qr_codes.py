"""An agent who passes a link on shows it as a QR code, which is theirs alone and gone from Slack with its session."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.sessions.passing_on.qr_codes import png
from sandbox.apizee.model import Ticket
from sandbox.slack.default_world import SUPPORT, U_ADMIN, U_EN, U_FR
from sandbox.slack.faults import Refuses
from sandbox.slack.model import File, Message
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.environment import Environment, Vendors, new_environment, said
from tests.scenarios.kills import SOON_TAKEN_OVER, Kill, bot_of, done, not_done

SENT = "The QR code is in your direct messages"


async def with_link(environment: Environment) -> tuple[Message, Ticket]:
    """Return the message with the link of a new assistance, and its ticket."""
    await environment.assist("+33 6 62 68 21 93 link")
    message = await environment.private_message("The link for your customer is ready")
    return message, next(iter(environment.apizee.tickets.values()))


async def code_of(environment: Environment, message: Message) -> File:
    """Return the picture that a press of the button brings."""
    await environment.people.click(U_EN, message, "session_qr_code")
    await environment.private_message(SENT)
    await environment.settled()
    (file,) = environment.slack.files.values()
    return file


def shown_in(environment: Environment, user: str) -> list[Message]:
    return [one for one in environment.slack.direct_messages(user).messages if one.files]


async def test_the_code_is_the_link_in_the_agents_direct_messages_alone(environment: Environment, redis: Redis) -> None:
    message, ticket = await with_link(environment)
    file = await code_of(environment, message)
    link = next(one for one in said(message).split("`") if "convId=" in one)
    assert ticket.conversation_id in link
    assert file.content == png(link.replace("&amp;", "&"))
    assert file.alt == "QR code of the link into the video assistance for +33 6 •• •• •• 93"
    (shown,) = shown_in(environment, U_EN)
    assert "as a QR code" in shown.text
    assert not [one for one in environment.slack.channels[SUPPORT].messages if one.files]
    kept = str(await everything_in(redis))
    assert file.id not in kept
    assert ticket.conversation_id not in kept


async def test_a_code_that_is_asked_for_again_replaces_the_first(environment: Environment) -> None:
    message, _ = await with_link(environment)
    first = await code_of(environment, message)
    second = await code_of(environment, message)
    assert first.id != second.id
    assert [one.files[0]["id"] for one in shown_in(environment, U_EN) if "mode" not in one.files[0]] == [second.id]


@pytest.mark.parametrize("forgotten", [False, True], ids=["over", "forgotten"])
async def test_the_code_is_deleted_with_its_session(environment: Environment, *, forgotten: bool) -> None:
    message, ticket = await with_link(environment)
    await code_of(environment, message)
    if forgotten:
        await environment.assist(f"forget {ticket.id}")
        await environment.people.click(U_EN, await environment.private_message("Forget"), "session_forget")
    else:
        environment.apizee.customer_opens(ticket.id)
        environment.apizee.declines(ticket.id)
        await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
    await environment.slack.wait_for(lambda: not environment.slack.files)
    if not forgotten:
        await environment.people.click(U_EN, message, "session_qr_code")
        await environment.private_message("There is no link to pass on: this session is over")
        assert not environment.slack.files


async def test_a_code_that_slack_does_not_delete_keeps_nothing_else_from_its_end(environment: Environment) -> None:
    message, ticket = await with_link(environment)
    await code_of(environment, message)
    environment.slack.faults.switch_on(Refuses("cant_delete_file"), "files.delete")
    environment.customer_comes(ticket)
    environment.apizee.hangs_up(ticket.id)
    await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
    await environment.card("Done")
    await environment.settled()
    assert len(environment.slack.calls_of("files.delete")) == 1


async def test_the_code_is_its_own_peoples_and_administrators(environment: Environment) -> None:
    message, _ = await with_link(environment)
    await environment.people.click(U_FR, message, "session_qr_code")
    await environment.private_message("Seuls la personne qui a lancé", user=U_FR)
    await environment.settled()
    assert not environment.slack.files
    await environment.people.click(U_ADMIN, message, "session_qr_code")
    await environment.private_message(SENT, user=U_ADMIN)


@pytest.mark.parametrize(
    "kill",
    [
        done("files.getUploadURLExternal"),
        not_done("files.completeUploadExternal"),
        done("files.completeUploadExternal"),
    ],
    ids=str,
)
async def test_no_code_is_left_behind_wherever_the_bot_dies(around: Vendors, tmp_path: Path, kill: Kill) -> None:
    async with bot_of(around, tmp_path) as (bot, environment):
        message, ticket = await with_link(environment)
        killing = asyncio.create_task(kill.strikes(around, bot))
        await environment.people.click(U_EN, message, "session_qr_code")
        await killing
    async with new_environment(around, timing=SOON_TAKEN_OVER) as environment:
        await environment.private_message(SENT)
        environment.customer_comes(ticket)
        environment.apizee.hangs_up(ticket.id)
        await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
        await environment.card("Done")
        await environment.slack.wait_for(lambda: not [one for one in environment.slack.files.values() if one.shared_in])
