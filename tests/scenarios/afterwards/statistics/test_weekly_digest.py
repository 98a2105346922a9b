"""The weekly digest, from the Home of an administrator into a channel."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.model.digest import next_due
from bot.policy.audit import as_facts
from bot.timing import Timing
from sandbox.slack.default_world import ARCHIVED, GENERAL, SUPPORT, TEAM, U_ADMIN, U_EN
from sandbox.slack.model import View
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.afterwards.test_home import at_home, text_of
from tests.scenarios.environment import Environment, Vendors, button, new_environment

SHORTLY_BEFORE = 0.9


class MondayMorning:
    """A clock that says shortly before the digest is due, and goes on from there once a story lets it."""

    def __init__(self) -> None:
        self.due = next_due(time.time(), "Europe/Paris")
        self.ahead = self.due - SHORTLY_BEFORE - time.time()

    def __call__(self) -> float:
        return time.time() + self.ahead

    def again(self) -> None:
        """Say shortly before it is due once more."""
        self.ahead = self.due - SHORTLY_BEFORE - time.time()


@pytest.fixture
def clock() -> MondayMorning:
    return MondayMorning()


@pytest.fixture
def timing(clock: MondayMorning) -> Timing:
    return replace(SLOW_MACHINE, clock=clock)


@pytest.fixture
async def environment(around: Vendors, clock: MondayMorning) -> AsyncIterator[Environment]:
    around.slack.clock = clock
    async with new_environment(around) as environment:
        yield environment


async def turned_on(environment: Environment, channel: str) -> None:
    """Let the administrator choose a channel in the form."""
    home = await at_home(environment, U_ADMIN)
    await environment.people.click_in_view(home, "home_add_digest")
    await environment.modal("Weekly digest", user=U_ADMIN)
    await environment.people.submit(U_ADMIN, {"channel": channel})


async def home_that_says(environment: Environment, word: str) -> View:
    def found() -> View | None:
        home = environment.slack.home(U_ADMIN)
        return home if home and word in text_of(home) else None

    home = await environment.slack.wait_for(found)
    assert home is not None
    return home


async def test_an_administrator_turns_it_on_and_the_channel_gets_it_on_monday(
    environment: Environment, clock: MondayMorning
) -> None:
    clock.again()
    await turned_on(environment, SUPPORT)
    home = await home_that_says(environment, f"<#{SUPPORT}> · <@{U_ADMIN}>")
    card = await environment.card("Video sessions of the week")
    assert "No session was started." in card.text
    assert card.ts >= f"{clock.due:.6f}"
    await environment.settled()
    acts = [as_facts(one) for one in await environment.audited(U_ADMIN)]
    assert ("set digests", "allowed") in [(one["act"], one["verdict"]) for one in acts]

    assert "confirm" in button(home, "home_remove_digest")
    await environment.people.click_in_view(home, "home_remove_digest")
    await environment.settled()
    assert environment.app is not None
    assert await environment.app.adapters.digest_store.all_of(TEAM) == []


@pytest.mark.parametrize(("channel", "why"), [(GENERAL, "I am not in this channel"), (ARCHIVED, "is archived")])
async def test_where_it_cannot_be_the_administrator_reads_why(environment: Environment, channel: str, why: str) -> None:
    await turned_on(environment, channel)
    await environment.slack.wait_for(
        lambda: any(why in one.text for one in environment.slack.direct_messages(U_ADMIN).messages)
    )
    assert environment.app is not None
    assert await environment.app.adapters.digest_store.all_of(TEAM) == []


async def test_who_administers_nothing_has_no_part_of_it(environment: Environment) -> None:
    assert "Weekly digest" not in text_of(await at_home(environment, U_EN))
    home = await at_home(environment, U_ADMIN)
    await environment.people.click_in_view(replace(home, user=U_EN), "home_add_digest")
    await environment.slack.wait_for(
        lambda: any("Only administrators" in one.text for one in environment.slack.direct_messages(U_EN).messages)
    )
    assert environment.slack.open_view(U_EN) is None


async def test_it_is_forgotten_with_the_workspace(environment: Environment, clock: MondayMorning) -> None:
    clock.ahead -= 86_400  # long before it is due
    await turned_on(environment, SUPPORT)
    await home_that_says(environment, f"<#{SUPPORT}> · <@{U_ADMIN}>")
    assert environment.app is not None
    adapters = environment.app.adapters
    assert await adapters.docket.has(f"digest:{TEAM}:{SUPPORT}:{clock.due:.0f}")
    await adapters.removal.remove(TEAM)
    assert await adapters.digest_store.all_of(TEAM) == []
    assert not await adapters.docket.has(f"digest:{TEAM}:{SUPPORT}:{clock.due:.0f}")
