"""One person invites so many people in an hour: who wants more reads when it goes on, and types nothing twice."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sandbox.apizee.faults import FeatureMissing
from sandbox.apizee.model import Operation
from sandbox.slack.default_world import GENERAL, SUPPORT, U_EN, U_FR
from tests.scenarios.environment import Environment, Vendors, button, new_environment


@pytest.fixture
async def environment(around: Vendors) -> AsyncIterator[Environment]:
    async with new_environment(around, invitations_per_hour=2) as environment:
        yield environment


async def uses_both(environment: Environment) -> None:
    """Have an English agent invite as many as are allowed."""
    for number in range(2):
        await environment.assist(f"customer{number}@client.com")
    await environment.slack.wait_for(lambda: len(environment.apizee.outbox) == 2)


async def test_one_too_many_is_refused_in_words_and_nothing_is_sent(environment: Environment) -> None:
    await uses_both(environment)
    await environment.assist("third@client.com", channel=GENERAL)
    await environment.private_message("Each person may invite 2 people an hour")
    await environment.settled()
    assert len(environment.apizee.outbox) == len(environment.apizee.tickets) == 2
    assert not environment.cards(GENERAL)


async def test_the_time_from_which_it_goes_on_is_the_reader_s(environment: Environment) -> None:
    for number in range(3):
        await environment.assist(f"customer{number}@client.com", user=U_FR)
    refusal = await environment.private_message("Chacun peut inviter 2 personnes par heure", user=U_FR)
    named = re.search(r"à (\d\d):(\d\d),", refusal.text)
    assert named
    zone = ZoneInfo(environment.slack.users[U_FR].tz)
    due = datetime.now(UTC).astimezone(zone) + timedelta(hours=1)
    at = due.replace(hour=int(named[1]), minute=int(named[2]), second=0, microsecond=0)
    assert timedelta(minutes=-2) < at - due < timedelta(minutes=2)


async def test_who_was_refused_is_invited_later_by_a_button(around: Vendors) -> None:
    async with new_environment(around, invitations_per_hour=2) as environment:
        await uses_both(environment)
        await environment.assist("+33 6 62 68 21 93 ref:1234", channel=GENERAL)
        refusal = await environment.private_message("an hour")
        assert button(refusal, "session_invite_again")
    async with new_environment(around, invitations_per_hour=3) as later:
        await later.people.click(U_EN, refusal, "session_invite_again")
        await later.card("Invited by SMS", channel=GENERAL)
    assert [one.reference for one in later.apizee.tickets.values()][-1] == "1234"


async def test_the_button_too_soon_is_refused_the_same_way(environment: Environment) -> None:
    await uses_both(environment)
    await environment.assist("third@client.com")
    refusal = await environment.private_message("an hour")
    await environment.people.click(U_EN, refusal, "session_invite_again")
    await environment.slack.wait_for(lambda: sum("an hour" in one for one in environment.ephemeral_messages()) == 2)
    assert len(environment.apizee.outbox) == 2


async def test_each_guest_of_a_meeting_counts(environment: Environment) -> None:
    await environment.meet("ann@example.com, @agent2")
    await environment.card("The guests are invited")
    await environment.assist("jean@client.com", channel=GENERAL)
    await environment.private_message("Each person may invite 2 people an hour")


async def test_more_guests_than_ever_at_once_are_refused_without_a_time(environment: Environment) -> None:
    await environment.meet("ann@example.com, bob@example.com, eve@example.com")
    refusal = await environment.private_message("That is 3 people, and each person may invite 2 an hour")
    assert "session_invite_again" not in str(refusal.blocks)
    assert await environment.came_to_nothing()


async def test_a_colleague_has_an_hour_of_their_own(environment: Environment) -> None:
    await uses_both(environment)
    await environment.assist("third@client.com", user=U_FR, channel=GENERAL)
    await environment.card("Invit", channel=GENERAL)


async def test_whom_apizee_refused_does_not_count(around: Vendors) -> None:
    around.apizee.faults.switch_on(FeatureMissing(), Operation.CREATE_TICKET, times=1)
    async with new_environment(around, invitations_per_hour=1) as environment:
        await environment.assist("refused@client.com")
        await environment.card("Apizee refused")
        await environment.settled()
        await environment.assist("jean@client.com", channel=GENERAL)
        await environment.card("Invited", channel=GENERAL)


async def test_who_is_asked_first_whether_the_same_customer_is_meant_has_not_invited(environment: Environment) -> None:
    await environment.assist("jean@client.com")
    await environment.card("Invited")
    await environment.assist("jean@client.com")
    question = await environment.private_message("Nobody was invited now")
    await environment.people.click(U_EN, question, "session_invite_again")
    await environment.slack.wait_for(lambda: len(environment.apizee.outbox) == 2)
    assert environment.cards(SUPPORT)
