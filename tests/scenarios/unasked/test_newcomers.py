"""The Messages tab greets a newcomer once, and offers to start a session with people whom somebody writes there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from sandbox.slack.default_world import U_BOT, U_EN, U_FR, U_GUEST, U_NOLOGIN
from sandbox.slack.model import Message
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.environment import Environment, Vendors, button, new_environment, said
from tests.scenarios.kills import SOON_TAKEN_OVER, Kill, bot_of, done, not_done


def from_the_bot(environment: Environment, user: str) -> list[Message]:
    """Return what the bot has written to somebody."""
    return [one for one in environment.slack.direct_messages(user).messages if one.user == U_BOT]


async def first_from_the_bot(environment: Environment, user: str) -> Message:
    """Return the one message of the bot's to somebody, once all is done."""
    await environment.slack.wait_for(lambda: from_the_bot(environment, user))
    await environment.settled()
    (message,) = from_the_bot(environment, user)
    return message


async def test_a_newcomer_is_greeted_once_with_what_to_do_first(environment: Environment) -> None:
    for _ in range(3):
        await environment.people.open_home(U_EN, "messages")
    greeting = await first_from_the_bot(environment, U_EN)
    assert "Hello Alice, I am Apizee" in greeting.text
    assert "`/assist`" in greeting.text
    assert "`/meet`" in greeting.text
    await environment.people.click(U_EN, greeting, "home_start_assistance")
    assert (await environment.form(U_EN)).title == "Start video assistance"


async def test_everybody_is_greeted_in_their_language(environment: Environment) -> None:
    await environment.people.open_home(U_EN, "messages")
    await environment.people.open_home(U_FR, "messages")
    assert "Bonjour Bruno, je suis Apizee" in (await first_from_the_bot(environment, U_FR)).text
    await first_from_the_bot(environment, U_EN)


async def test_who_lacks_a_login_reads_what_to_ask_for_first(environment: Environment) -> None:
    await environment.people.open_home(U_NOLOGIN, "messages")
    assert "You have no agent's login at Apizee yet" in (await first_from_the_bot(environment, U_NOLOGIN)).text


async def test_a_guest_who_looks_around_is_left_alone(environment: Environment) -> None:
    await environment.people.open_home(U_GUEST, "messages")
    await environment.settled()
    assert not from_the_bot(environment, U_GUEST)
    assert not environment.slack.ephemerals(U_GUEST)


async def test_the_home_greets_nobody(environment: Environment) -> None:
    await environment.people.open_home(U_EN)
    await environment.settled()
    assert not from_the_bot(environment, U_EN)


@pytest.mark.parametrize("kill", [not_done("chat.postMessage"), done("chat.postMessage")], ids=str)
async def test_a_newcomer_is_greeted_once_wherever_the_bot_dies(around: Vendors, tmp_path: Path, kill: Kill) -> None:
    async with bot_of(around, tmp_path) as (bot, environment):
        killing = asyncio.create_task(kill.strikes(around, bot))
        await environment.people.open_home(U_EN, "messages")
        await killing
    async with new_environment(around, timing=SOON_TAKEN_OVER) as environment:
        await environment.slack.wait_for(lambda: environment.slack.calls_of("conversations.history"))
        await first_from_the_bot(environment, U_EN)


@pytest.mark.parametrize(
    ("written", "filled"),
    [
        ("+33 6 62 68 21 93", "+33662682193"),
        ("could you call jean@client.com?", "jean@client.com"),
        ("/assist 06 62 68 21 93", "+33662682193"),
    ],
)
async def test_a_number_or_an_address_is_offered_to_be_invited_and_nobody_is_by_itself(
    environment: Environment, written: str, filled: str
) -> None:
    await environment.people.write(U_EN, written)
    offer = await first_from_the_bot(environment, U_EN)
    assert "Start a video session with" in offer.text
    assert filled not in said(offer)
    await environment.people.click(U_EN, offer, "home_start_assistance")
    form = await environment.form(U_EN)
    assert form.body["blocks"][0]["element"]["initial_value"] == filled
    assert not environment.apizee.outbox


async def test_several_people_are_offered_a_meeting_together(environment: Environment) -> None:
    await environment.people.write(U_EN, "ann@example.com and +33 6 12 34 56 78")
    offer = await first_from_the_bot(environment, U_EN)
    await environment.people.click(U_EN, offer, "home_start_meeting")
    form = await environment.form(U_EN)
    assert form.body["blocks"][0]["element"]["initial_value"] == "ann@example.com, +33612345678"


async def test_however_many_people_are_written_slack_takes_the_offer(environment: Environment) -> None:
    people = [f"somebody.of.a.long.name{number}@client.example" for number in range(60)]
    await environment.people.write(U_EN, " ".join(people))
    offer = await first_from_the_bot(environment, U_EN)
    assert len(button(offer, "home_start_meeting")["value"]) <= 2000


async def test_neither_redis_nor_logs_hold_what_was_written(
    environment: Environment, redis: Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    await environment.people.write(U_EN, "+33 6 62 68 21 93")
    await first_from_the_bot(environment, U_EN)
    printed = capsys.readouterr()
    kept = str(await everything_in(redis))
    assert "62682193" not in printed.out + printed.err + kept
    assert "62 68 21" not in printed.out + printed.err + kept
