"""An organisation that has installed the app in all of its workspaces, as Slack documents it, and no kinder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.loopback import serving
from sandbox.slack import SlackClientSide, Workspace, build_app
from sandbox.slack.default_world import AGENTS, SUPPORT, TEAM, U_BOT, U_EN, U_FR
from sandbox.slack.model import Message
from sandbox.slack.organisation import Organisation
from tests.sandbox.slack.environment import Bot, Clock, actions, button, modal

OTHER, IN_OTHER = "T0002", f"{SUPPORT}B"
ORGANISATION = Organisation()


@pytest.fixture
async def other(clock: Clock) -> Workspace:
    other = Workspace(clock=clock, team=OTHER, organisation=ORGANISATION)
    other.rename(SUPPORT, IN_OTHER)
    return other


@pytest.fixture
async def workspace(clock: Clock, other: Workspace) -> AsyncIterator[Workspace]:
    workspace = Workspace(clock=clock, organisation=ORGANISATION)
    async with serving(build_app(workspace, other)) as address:
        workspace.address = other.address = address
        yield workspace


async def refusal(client: AsyncWebClient, method: str, **params: str) -> str:
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(method, http_verb="GET", params=params)
    return str(refused.value.response["error"])


async def test_commands_and_buttons_name_the_workspace_and_its_organisation(
    people: SlackClientSide, bot: Bot, workspace: Workspace
) -> None:
    await people.command(U_EN, SUPPORT, "/assist", "help")
    named = ("team_id", "enterprise_id", "is_enterprise_install")
    assert [bot.last[one] for one in named] == [TEAM, ORGANISATION.id, "true"]
    blocks = [actions(button("press"))]
    card = workspace.add(Message(workspace.next_ts(), SUPPORT, U_BOT, "card", blocks=blocks, bot_id="B1"))
    await people.click(U_EN, card, "press")
    assert (bot.last["team"]["id"], bot.last["team"]["enterprise_id"]) == (TEAM, ORGANISATION.id)
    assert (bot.last["enterprise"], bot.last["is_enterprise_install"]) == (ORGANISATION.as_json, True)


async def test_outside_of_channels_the_view_alone_says_in_which_workspace_it_is(
    people: SlackClientSide, bot: Bot, workspace: Workspace, client: AsyncWebClient
) -> None:
    workspace.users[U_EN] = replace(workspace.users[U_EN], at_home_in=OTHER, teams=(OTHER, TEAM))
    await people.global_shortcut(U_EN, "start")
    assert (bot.last["team"], bot.last["user"]["team_id"]) == (None, OTHER)
    await client.views_open(trigger_id=bot.last["trigger_id"], view=modal(callback_id="form"))
    await people.submit(U_EN)
    shown = bot.last["view"]
    assert (bot.last["team"], shown["team_id"], shown["app_installed_team_id"]) == (None, TEAM, ORGANISATION.id)


async def test_events_say_whose_installation_they_come_by(people: SlackClientSide, bot: Bot) -> None:
    await people.open_home(U_EN)
    (authorization,) = bot.last["authorizations"]
    assert (bot.last["team_id"], bot.last["enterprise_id"]) == (TEAM, ORGANISATION.id)
    assert (authorization["team_id"], authorization["is_enterprise_install"]) == (None, True)
    await people.give_to_workspace()
    assert (bot.last["team_id"], bot.last["event"]["team_ids"]) == (None, [TEAM])


async def test_one_token_serves_all_workspaces_and_some_calls_have_to_name_theirs(
    client: AsyncWebClient, workspace: Workspace, other: Workspace
) -> None:
    await client.chat_postMessage(channel=IN_OTHER, text="hello")
    assert ([one.text for one in other.messages(IN_OTHER)], workspace.messages(SUPPORT)) == (["hello"], [])
    assert await refusal(client, "users.conversations", user=U_FR) == "missing_argument"
    assert await refusal(client, "usergroups.users.list", usergroup=AGENTS) == "missing_argument"
    assert await refusal(client, "users.conversations", user=U_FR, team_id="T0ELSE") == "team_access_not_granted"
    found = await client.users_conversations(user=U_FR, team_id=OTHER)
    assert IN_OTHER in [one["id"] for one in found["channels"]]
    other.is_installed = False
    assert await refusal(client, "conversations.info", channel=IN_OTHER) == "team_access_not_granted"
    assert (await client.users_info(user=U_EN))["user"]["enterprise_user"]["enterprise_id"] == ORGANISATION.id
