"""What is open, on the Home and in lists: mine, a colleague's for me, a channel's, everybody's."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.policy.audit import as_facts
from sandbox.slack.default_world import (
    GENERAL,
    PRIVATE_WITH_BOT,
    SUPPORT,
    U_ADMIN,
    U_EN,
    U_FR,
    U_NOLOGIN,
)
from sandbox.slack.model import View
from tests.scenarios.afterwards.test_home import at_home, text_of
from tests.scenarios.environment import Environment, button, said

CUSTOMERS = ("+33 6 62 68 21 93", "+33 6 62 68 21 94", "+33 6 62 68 21 95")


async def invited(environment: Environment, *, rest: str = "", channel: str = SUPPORT, customer: str = "") -> int:
    """Let Alice invite a customer, and return the ticket's number."""
    before = set(environment.apizee.tickets)
    await environment.assist(f"{customer or CUSTOMERS[0]} {rest}", channel=channel)
    await environment.slack.wait_for(lambda: set(environment.apizee.tickets) - before)
    await environment.settled()
    (number,) = set(environment.apizee.tickets) - before
    return number


async def home_of(environment: Environment, user: str, channel: str) -> View:
    """Let somebody choose a channel on their Home, and return what they see then."""
    home = await at_home(environment, user)
    environment.slack.homes.pop(user)
    await environment.people.click_in_view(home, "home_channel", channel)
    found = await environment.slack.wait_for(lambda: environment.slack.home(user))
    assert found is not None
    return found


async def test_who_is_made_the_agent_finds_the_session_in_their_list_and_on_their_home(
    environment: Environment,
) -> None:
    number = await invited(environment, rest=f"for:<@{U_FR}>")
    await environment.assist("list", user=U_FR)
    listed = said(await environment.private_message(f"*{number}*", user=U_FR))
    assert f"<@{U_EN}> · agent\u00a0: <@{U_FR}>" in listed
    assert "session_take_over" not in listed  # it is theirs
    assert f"*{number}*" in text_of(await at_home(environment, U_FR))
    assert f"*{number}*" in text_of(await at_home(environment, U_EN))


async def test_who_takes_over_finds_it_among_their_own(environment: Environment) -> None:
    await invited(environment)
    await environment.people.click(U_FR, environment.cards()[0], "session_take_over")
    await environment.slack.wait_for(lambda: len(environment.apizee.tickets) == 2)
    await environment.settled()
    latest = max(environment.apizee.tickets)
    assert f"*{latest}*" in text_of(await at_home(environment, U_FR))


async def test_the_home_shows_a_channel_that_was_chosen_and_remembers_it(environment: Environment) -> None:
    here, elsewhere = await invited(environment), await invited(environment, channel=GENERAL, customer=CUSTOMERS[1])
    home = await home_of(environment, U_NOLOGIN, SUPPORT)
    for seen in (home, await at_home(environment, U_NOLOGIN)):
        assert button(seen, "home_channel")["initial_conversation"] == SUPPORT
        assert f"*{here}* +33 6 •• •• •• 93 · invited · since" in text_of(seen)
        assert f"*{elsewhere}*" not in text_of(seen)
    assert "initial_conversation" not in button(await at_home(environment, U_FR), "home_channel")


async def test_only_who_is_in_a_channel_sees_what_is_open_there(environment: Environment) -> None:
    number = await invited(environment, channel=PRIVATE_WITH_BOT)
    outside = await home_of(environment, U_NOLOGIN, PRIVATE_WITH_BOT)
    assert "You are not in this channel, or I am not" in text_of(outside)
    assert str(number) not in text_of(outside)
    assert f"*{number}*" in text_of(await home_of(environment, U_FR, PRIVATE_WITH_BOT))


async def test_an_administrator_sees_everybody_s_and_nobody_else_does(environment: Environment) -> None:
    number = await invited(environment, channel=PRIVATE_WITH_BOT)
    administrators = text_of(await at_home(environment, U_ADMIN))
    assert "Everybody's open sessions" in administrators
    assert f"*{number}*" in administrators
    for user, title in ((U_EN, "Everybody's"), (U_FR, "Sessions ouvertes de tous"), (U_NOLOGIN, "Everybody's")):
        assert title not in text_of(await at_home(environment, user))


async def test_those_that_wait_longest_come_first_and_those_that_are_held_after_them(environment: Environment) -> None:
    numbers = [await invited(environment, customer=one) for one in CUSTOMERS]
    environment.customer_comes(environment.apizee.tickets[numbers[0]])
    await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
    await environment.slack.wait_for(lambda: "In progress" in environment.cards()[0].text)
    await environment.settled()
    shown = text_of(await home_of(environment, U_NOLOGIN, SUPPORT))
    places = [shown.index(f"*{number}*") for number in (*numbers[1:], numbers[0])]
    assert places == sorted(places)


async def test_the_home_asks_nothing_of_apizee(environment: Environment) -> None:
    for customer in CUSTOMERS:
        await invited(environment, customer=customer)
    before = len(environment.apizee.requests)
    await home_of(environment, U_ADMIN, SUPPORT)
    await at_home(environment, U_EN)
    await environment.settled()
    assert len(environment.apizee.requests) == before


async def test_a_customer_is_taken_over_from_the_home_by_who_is_in_the_channel(environment: Environment) -> None:
    number = await invited(environment)
    home = await home_of(environment, U_FR, SUPPORT)
    await environment.people.click_in_view(home, "session_take_over")
    await environment.slack.wait_for(lambda: len(environment.apizee.tickets) == 2)
    await environment.slack.wait_for(lambda: f"Taken over by <@{U_FR}>" in environment.cards()[0].text)
    assert environment.apizee.tickets[max(environment.apizee.tickets)].agent.login == "agent2@apizee.com"
    assert number in environment.apizee.tickets


async def test_from_elsewhere_nobody_takes_over_what_they_do_not_see(environment: Environment) -> None:
    """The button is on an administrator's Home; of whom it is pressed, Slack is asked where they are."""
    await invited(environment, channel=PRIVATE_WITH_BOT)
    home = await at_home(environment, U_ADMIN)
    environment.slack.channels[PRIVATE_WITH_BOT].members.discard(U_FR)
    await environment.people.click_in_view(replace(home, user=U_FR), "session_take_over")
    (denied,) = [as_facts(one) for one in await environment.audited(U_FR)]
    assert (denied["act"], denied["reason"]) == ("take over", "not seen")
    await environment.settled()
    assert len(environment.apizee.tickets) == 1


async def test_however_many_are_open_the_home_fits_and_says_how_to_list_the_rest(environment: Environment) -> None:
    await asyncio.gather(*(environment.assist(f"customer{number}@example.com") for number in range(12)))
    await environment.slack.wait_for(lambda: len(environment.apizee.tickets) == 12)
    await environment.settled()
    shown = text_of(await at_home(environment, U_ADMIN))
    assert "… and 4 more: `/assist list all`, `/meet list all`" in shown
