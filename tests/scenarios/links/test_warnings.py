"""Who pastes a link that nobody else may have reads it alone, with what to do; the link itself is shown to nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from sandbox.slack.default_world import GENERAL, SUPPORT, U_EN, U_FR, U_GUEST
from sandbox.slack.model import Message
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.environment import Environment, Vendors, button, new_environment, said

CUSTOMER = "+33 6 62 68 21 93"
LETS_ANYBODY_IN = "lets in anybody who opens it"


@pytest.fixture
async def environment(around: Vendors) -> AsyncIterator[Environment]:
    async with new_environment(around, public_url="https://bot.example.com") as environment:
        yield environment


async def customers_link(environment: Environment) -> str:
    """Return the customer's link of Alice's assistance in #support."""
    assert environment.app is not None
    await environment.assist(CUSTOMER)
    await environment.invited()
    await environment.settled()
    (session,) = await environment.sessions_of(U_EN)
    return session.remote.links.customer or ""


async def pasted(environment: Environment, link: str, user: str = U_EN, channel: str = SUPPORT) -> Message:
    """Return the message in which somebody pasted a link, once all is done."""
    message = await environment.people.say(user, channel, f"Here: <{link.replace('&', '&amp;')}>")
    await environment.settled()
    return message


async def test_who_pastes_a_customer_s_link_reads_what_it_does_and_what_to_do(environment: Environment) -> None:
    message = await pasted(environment, await customers_link(environment))
    warning = await environment.private_message(LETS_ANYBODY_IN)
    assert "Delete your message now" in said(warning)
    assert "close or cancel its ticket at Apizee, then invite the customer again" in said(warning)
    assert "convId" not in said(warning)
    assert not message.attachments
    assert not environment.slack.calls_of("chat.unfurl")
    assert "confirm" in button(warning, "session_invite_again")
    await environment.people.click(U_EN, warning, "session_invite_again")
    await environment.slack.wait_for(lambda: len(environment.apizee.outbox) == 2)


@pytest.mark.parametrize("user", [U_FR, U_GUEST])
async def test_who_may_not_see_the_session_is_warned_all_the_same_and_learns_nothing_of_it(
    environment: Environment, user: str
) -> None:
    await environment.assist(CUSTOMER, channel=environment.slack.direct_messages(U_EN).id)
    await environment.slack.wait_for(lambda: environment.slack.ephemeral_messages)
    await environment.settled()
    (ticket,) = environment.apizee.tickets.values()
    link = f"{environment.bot_url}/diag?convId={ticket.conversation_id}&pwd={ticket.password}"
    await pasted(environment, link, user)
    (warning,) = environment.slack.ephemerals(user)
    assert "Apizee" in said(warning)
    assert "session_" not in said(warning)


async def test_a_customer_s_link_of_a_session_that_nobody_knows_is_warned_of(environment: Environment) -> None:
    await pasted(environment, f"{environment.bot_url}/diag?convId=88a2c81a-2b5a&pwd=798042")
    assert "session_" not in said(await environment.private_message(LETS_ANYBODY_IN))


async def test_the_warning_comes_while_the_message_is_still_written(environment: Environment) -> None:
    link = await customers_link(environment)
    await environment.people.draft(U_EN, f"Call them: {link}")
    await environment.settled()
    (warning,) = environment.cards(environment.slack.direct_messages(U_EN).id)
    assert "Do not send the link that you have just pasted" in said(warning)
    assert not environment.slack.calls_of("chat.unfurl")


@pytest.mark.parametrize(
    ("link", "word"),
    [
        ("https://bot.example.com/open/gAAAAAB", "leads into the ticket as you"),
        ("https://bot.example.com/join/gAAAAAB", "joins the meeting under your name"),
        ("http://127.0.0.1/apizee?access_token=eyJ0eXAi", "signs in anybody who opens it as an agent"),
    ],
)
async def test_a_link_that_is_one_person_s_alone_is_warned_of(environment: Environment, link: str, word: str) -> None:
    message = await pasted(environment, link)
    warning = await environment.private_message("yours alone")
    assert word in said(warning)
    assert link not in said(warning)
    assert not message.attachments


async def test_other_pages_of_the_bot_are_no_matter(environment: Environment) -> None:
    await pasted(environment, "https://bot.example.com/healthz")
    assert not environment.slack.ephemeral_messages


async def test_the_same_warning_is_said_once_for_a_message(environment: Environment) -> None:
    link = await customers_link(environment)
    before = len(environment.ephemeral_messages())
    await environment.people.say(U_EN, GENERAL, f"{link} and {link}&again=1 https://bot.example.com/open/a {link}")
    await environment.settled()
    assert len(environment.ephemeral_messages()) == before + 2


async def test_neither_logs_nor_redis_hold_the_link(
    environment: Environment, redis: Redis, capsys: pytest.CaptureFixture[str]
) -> None:
    link = await customers_link(environment)
    await pasted(environment, link)
    await environment.private_message(LETS_ANYBODY_IN)
    secret = link.partition("convId=")[2]
    printed = capsys.readouterr()
    assert secret not in printed.out + printed.err
    assert secret not in str(await everything_in(redis))
