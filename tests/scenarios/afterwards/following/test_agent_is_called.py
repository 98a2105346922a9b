"""The agent is called when the customer is there, refuses the camera or leaves too early: once, where they see it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from sandbox.apizee.guesses import Return, Time
from sandbox.apizee.model import Ticket
from sandbox.slack import faults as slack_faults
from sandbox.slack.default_world import PRIVATE_WITH_BOT, SUPPORT, U_EN
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, Vendors, button, new_environment, said
from tests.scenarios.waiting import nothing_is_requested
from tests.scenarios.webhooks import Listening, listening

CONNECTED = "Your customer is connected"
REFUSED = "Your customer refused the camera"
MUTE = "Your customer refused the microphone"
LEFT = "Your customer left before you came"


@pytest.fixture
async def listener(around: Vendors) -> AsyncIterator[Listening]:
    async with listening(around) as both:
        yield both


async def invited(environment: Environment, *, channel: str = SUPPORT) -> Ticket:
    """Return a ticket whose agent has the links."""
    await environment.assist("+33 6 62 68 21 93", channel=channel)
    ticket = await environment.invited(channel=channel)
    await environment.settled()
    return ticket


def comes(environment: Environment, ticket: Ticket) -> None:
    """Let the customer open the link and consent."""
    environment.apizee.customer_opens(ticket.id)
    environment.apizee.accepts(ticket.id)


def notices(environment: Environment, word: str) -> list[Message]:
    """Return the agent's messages with a word, ephemeral and direct ones."""
    direct = environment.slack.direct_messages(U_EN).messages
    return [one for one in (*environment.slack.ephemerals(U_EN), *direct) if word in said(one)]


async def test_the_agent_is_called_when_the_customer_connects(listener: Listening, redis: Redis) -> None:
    environment = listener.environment
    ticket = await invited(environment)
    comes(environment, ticket)
    private = await environment.private_message(CONNECTED)
    assert (private.channel, private.thread_ts) == (SUPPORT, None)
    assert button(private, "session_open")["text"]["text"] == "Open"
    assert "+33 6 •• •• •• 93" in private.text
    environment.apizee.allows_camera(ticket.id)
    environment.apizee.hangs_up(ticket.id)
    await environment.slack.wait_for(lambda: "Done" in environment.cards()[0].text)
    await nothing_is_requested(redis)
    assert len(notices(environment, CONNECTED)) == 1
    assert not notices(environment, LEFT)


async def test_the_agent_is_called_without_webhooks_as_well(environment: Environment) -> None:
    ticket = await invited(environment)
    comes(environment, ticket)
    for _ in range(2):
        await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
        await environment.private_message(CONNECTED)
        await environment.settled()
    assert len(notices(environment, CONNECTED)) == 1


async def test_an_agent_who_has_left_the_channel_is_called_directly(listener: Listening) -> None:
    environment = listener.environment
    ticket = await invited(environment, channel=PRIVATE_WITH_BOT)
    environment.slack.channels[PRIVATE_WITH_BOT].members.remove(U_EN)
    comes(environment, ticket)
    await environment.slack.wait_for(lambda: notices(environment, CONNECTED))
    assert [one.visible_to for one in notices(environment, CONNECTED)] == [None]


async def test_the_agent_is_called_when_the_camera_is_refused(listener: Listening, redis: Redis) -> None:
    environment = listener.environment
    ticket = await invited(environment)
    comes(environment, ticket)
    environment.apizee.refuses_camera(ticket.id)
    private = await environment.private_message(REFUSED)
    assert button(private, "session_open")
    environment.apizee.refuses_camera(ticket.id)
    await environment.slack.wait_for(lambda: "camera refused" in said(environment.cards()[0]))
    await nothing_is_requested(redis)
    assert len(notices(environment, REFUSED)) == 1


async def test_the_agent_reads_of_a_refused_microphone_and_what_to_say_without_a_request_to_apizee(
    listener: Listening, redis: Redis
) -> None:
    environment = listener.environment
    ticket = await invited(environment)
    comes(environment, ticket)
    await environment.private_message(CONNECTED)
    await nothing_is_requested(redis)
    read = len(environment.apizee.requests)
    environment.apizee.refuses_microphone(ticket.id)
    assert "allow the microphone, then reload" in (await environment.private_message(MUTE)).text
    environment.apizee.allows_microphone(ticket.id)
    environment.apizee.refuses_microphone(ticket.id)
    await environment.slack.wait_for(lambda: "microphone allowed" in said(environment.cards()[0]))
    await nothing_is_requested(redis)
    assert len(notices(environment, MUTE)) == 1
    assert len(environment.apizee.requests) == read


@pytest.mark.parametrize("comes_back", Return, ids=lambda one: one.name.lower())
async def test_the_card_shows_photos_as_they_are_taken_a_return_and_the_survey(
    listener: Listening, redis: Redis, comes_back: Return
) -> None:
    environment, apizee = listener.environment, listener.environment.apizee
    apizee.guesses.comes_back, apizee.guesses.time = comes_back, Time.MILLISECONDS
    ticket = await invited(environment)
    comes(environment, ticket)
    apizee.allows_camera(ticket.id)

    async def is_shown(words: str) -> None:
        await environment.slack.wait_for(lambda: words in said(environment.cards()[0]))

    apizee.takes_photo(ticket.id)
    await is_shown(" → photo <!date")
    apizee.leaves(ticket.id)
    await is_shown(" → left <!date")
    apizee.comes_back(ticket.id)
    await is_shown(" → came back <!date")
    apizee.takes_photo(ticket.id)
    await is_shown("2 photos, the last")
    apizee.hangs_up(ticket.id)
    await environment.card("Done")
    apizee.answers_survey(ticket.id)
    await is_shown(" → survey answered")
    assert "left 2 times, the last" in said(environment.cards()[0])
    await nothing_is_requested(redis)
    assert not notices(environment, LEFT)


async def test_the_agent_reads_that_the_customer_left_before_anybody_came(listener: Listening, redis: Redis) -> None:
    environment = listener.environment
    ticket = await invited(environment)
    comes(environment, ticket)
    environment.apizee.hangs_up(ticket.id)
    private = await environment.private_message(LEFT)
    assert button(private, "session_invite_again")
    await nothing_is_requested(redis)
    assert len(notices(environment, LEFT)) == 1


async def test_a_call_that_slack_does_not_take_yet_comes_after_a_new_start(around: Vendors) -> None:
    async with new_environment(around) as environment:
        ticket = await invited(environment)
        comes(environment, ticket)
        environment.slack.faults.switch_on(slack_faults.RateLimited(1), "chat.postEphemeral", times=1)
        await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
        await environment.slack.wait_for(lambda: "In progress" in environment.cards()[0].text)
    async with new_environment(around) as environment:
        await environment.private_message(CONNECTED)
        await environment.settled()
        assert len(notices(environment, CONNECTED)) == 1
