"""An organisation (Enterprise Grid) that has installed the bot once, and two of its workspaces; the whole bot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.model.acts import Refusal
from sandbox.slack.default_world import SUPPORT, TEAM, U_ADMIN, U_EN, U_FR
from sandbox.slack.organisation import Organisation
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.process import commanded
from tests.scenarios.two_workspaces import BETA, Two, says, two_workspaces, worlds

CUSTOMER = "+33662682193"
ORGANISATION = Organisation().id
IN_BETA = f"{SUPPORT}B"


@pytest.fixture
async def two(redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[Two]:  # noqa: ARG001  # emptied
    # A poll that is under way while a workspace is removed may note once more that it has seen a session.
    async with two_workspaces(
        redis_url,
        tmp_path,
        worlds(),
        organisation=Organisation(),
        allowed_workspaces=ORGANISATION,
        apizee_poll_seconds=3600,
    ) as both:
        for channel in list(both.beta.slack.channels):
            both.beta.slack.rename(channel, f"{channel}B")
        for side in (both.acme, both.beta):  # everybody is in both, and at home in acme
            side.slack.users |= {
                one.id: replace(one, at_home_in=TEAM, teams=(TEAM, BETA))
                for one in side.slack.users.values()
                if not one.is_stranger
            }
        yield both


async def test_commands_and_buttons_work_in_each_workspace_with_the_organisations_token(two: Two) -> None:
    await two.beta.assist(CUSTOMER, channel=IN_BETA)
    card = await two.beta.card("Invited", channel=IN_BETA)
    await two.acme.assist("marie@client.com")
    await two.acme.card("Invited")
    for side, stands in ((two.acme, two.acme.cards()[0]), (two.beta, card)):
        sent = len(side.slack.ephemerals(U_EN))
        await side.people.click(U_EN, stands, "session_open")
        await side.slack.wait_for(lambda side=side, sent=sent: len(side.slack.ephemerals(U_EN)) > sent)  # type: ignore[misc]  # mypy knows no defaults of lambdas
    # Nothing of one workspace is seen in the other, whose token and account are the same.
    await two.acme.assist("list all", user=U_ADMIN)
    listed = await two.acme.private_message("open", user=U_ADMIN)
    assert str(min(two.acme.apizee.tickets)) not in str(listed.blocks)


async def test_a_shortcut_from_anywhere_and_the_form_start_a_session_in_the_channels_workspace(two: Two) -> None:
    """The payloads of both name no workspace; that of the form names it in its view."""
    shortcut = await two.acme.people.global_shortcut(U_EN, "start_assistance")
    assert shortcut.delivery.payload["team"] is None
    await two.acme.form()
    sent = await two.acme.people.submit(U_EN, {"contact": CUSTOMER, "channel": SUPPORT})
    assert sent.delivery.payload["team"] is None
    card = await two.acme.card("Invited")
    await two.acme.people.click(U_FR, card, "session_media")
    await says(two.acme, "minutes", user=U_FR)


async def test_a_message_shortcut_and_the_home_work(two: Two) -> None:
    await two.acme.assist(CUSTOMER)
    card = await two.acme.card("Invited")
    await two.acme.people.message_shortcut(U_FR, "session_media", card)
    await two.acme.private_message("minutes", user=U_FR)
    await two.acme.people.open_home(U_EN)
    home = await two.acme.slack.wait_for(lambda: two.acme.slack.home(U_EN))
    assert home
    assert "My open sessions" in str(home.body)
    await two.acme.people.click_in_view(home, "home_start_assistance")
    await two.acme.form()
    await two.acme.people.submit(U_EN, {"contact": "marie@client.com", "channel": SUPPORT})
    await two.acme.slack.wait_for(lambda: len(two.acme.cards()) == 2)


async def test_an_administrator_connects_an_account_to_their_own_workspace_alone(two: Two) -> None:
    await two.beta.assist("list", channel=IN_BETA)
    await two.beta.settled()
    await two.connected(two.acme)
    assert two.app.adapters.accounts.operators
    own = await two.app.adapters.accounts.of(TEAM)
    assert (await two.app.adapters.accounts.of(BETA)).key == two.app.adapters.accounts.operators.key != own.key


@pytest.mark.parametrize("teams", [(BETA, TEAM), (BETA,)], ids=["a member of this one too", "of that one alone"])
async def test_who_is_at_home_in_another_workspace_is_an_agent_where_they_are_a_member(
    two: Two, teams: tuple[str, ...]
) -> None:
    two.acme.slack.users[U_FR] = replace(two.acme.slack.users[U_FR], at_home_in=BETA, teams=teams)
    await two.acme.assist(CUSTOMER, user=U_FR)
    if TEAM in teams:
        card = await two.acme.card("Invit")
        await two.acme.settled()
        await two.acme.people.click(U_FR, card, "session_open")
        await two.acme.private_message("plain_link", user=U_FR)
    else:
        assert await two.acme.came_to_nothing()
        assert [one.refusal for one in await two.acme.audited(U_FR)] == [Refusal.OTHER_ORGANISATION]


async def keys_about(redis: Redis, word: str) -> list[bytes]:
    found = await everything_in(redis)
    return [key for key, value in found.items() if word.encode() in key + value]


async def gone(redis: Redis, team: str) -> None:
    for _ in range(400):
        if not await keys_about(redis, team):
            return
        await asyncio.sleep(0.05)
    assert await keys_about(redis, team) == []


async def used(two: Two) -> None:
    await two.beta.assist(CUSTOMER, channel=IN_BETA)
    await two.beta.card("Invited", channel=IN_BETA)
    await two.acme.assist("marie@client.com")
    await two.acme.card("Invited")
    await two.acme.settled()


async def test_a_workspace_from_which_the_app_is_taken_is_forgotten_and_comes_back_when_it_is_given_again(
    two: Two, redis: Redis
) -> None:
    await used(two)
    await two.beta.people.take_from_workspace()
    await gone(redis, BETA)
    assert await keys_about(redis, TEAM)
    await two.beta.people.give_to_workspace()
    await two.beta.assist(CUSTOMER, channel=IN_BETA)
    await two.beta.slack.wait_for(lambda: len(two.beta.cards(IN_BETA)) == 2)


async def test_the_operator_sees_an_organisation_and_removes_it_with_its_workspaces(
    two: Two, redis: Redis, tmp_path: Path
) -> None:
    await used(two)
    given = two.environment | {"ALLOWED_WORKSPACES": ORGANISATION}
    code, said = await commanded(given, tmp_path, "workspaces", "list")
    rows = {line.split()[0]: line for line in said.splitlines()}
    assert (code, ORGANISATION in rows[BETA], "the settings'" in rows[BETA]) == (0, True, True), said
    assert f"{Organisation().name}  20" in rows[ORGANISATION]
    code, said = await commanded(given, tmp_path, "workspaces", "remove", BETA, "--yes")
    assert (code, "it comes back with the next thing that somebody does there" in said) == (0, True), said
    organisation = two.acme.slack.organisation
    assert organisation
    assert organisation.is_installed
    code, said = await commanded(given, tmp_path, "workspaces", "remove", ORGANISATION, "--yes")
    assert (code, f"workspace {TEAM}. Its token is given back" in said) == (0, True), said
    for team in (TEAM, BETA):
        assert {key for key in await keys_about(redis, team) if key != b"apizee:{}:audit"} == set()


async def test_an_organisation_that_removes_the_app_leaves_nothing(two: Two, redis: Redis) -> None:
    await used(two)
    two.acme.slack.clock = lambda: time.time() + 1  # events have whole seconds: not before it was installed
    await two.acme.people.uninstall()
    for team in (ORGANISATION, TEAM, BETA):
        await gone(redis, team)
    refused = await two.beta.people.command(U_EN, IN_BETA, "/assist", CUSTOMER)
    assert "no longer installed" in refused.body
