"""Guests, other organisations, user groups and shared channels are as Slack documents them, and no kinder."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackClientSide, Workspace
from sandbox.slack.default_world import (
    AGENTS,
    ALICE_AND_BRUNO,
    GENERAL,
    PARTNER_TEAM,
    PARTNERS,
    PRIVATE,
    PRIVATE_WITH_BOT,
    SUPPORT,
    U_ADMIN,
    U_BOT,
    U_EN,
    U_GUEST,
    U_OTHER_BOT,
    U_STRANGER,
)
from sandbox.slack.model import Message, UserGroup
from tests.sandbox.slack.environment import Bot


async def read(client: AsyncWebClient, method: str, **params: Any) -> Any:  # noqa: ANN401  # JSON
    return (await client.api_call(method, http_verb="GET", params=params)).data


async def refusal(client: AsyncWebClient, method: str, **params: Any) -> str:  # noqa: ANN401  # JSON
    with pytest.raises(SlackApiError) as refused:
        await read(client, method, **params)
    return str(refused.value.response["error"])


@pytest.mark.parametrize(
    ("user", "facts"),
    [
        (U_EN, {"is_restricted": False, "is_bot": False, "is_admin": False}),
        (U_ADMIN, {"is_admin": True}),
        (U_GUEST, {"is_restricted": True, "is_ultra_restricted": False}),
        (U_STRANGER, {"is_stranger": False, "team_id": PARTNER_TEAM}),
        (U_OTHER_BOT, {"is_bot": True}),
    ],
)
async def test_slack_says_what_somebody_is(client: AsyncWebClient, user: str, facts: dict[str, object]) -> None:
    said = (await read(client, "users.info", user=user, include_locale="true"))["user"]
    assert facts.items() <= said.items()
    assert ("locale" in said) is (user != U_STRANGER)
    assert ("is_email_confirmed" in said) is (user != U_STRANGER)
    assert "enterprise_user" not in said


async def test_who_is_in_no_channel_with_the_app_is_a_stranger_to_it(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    workspace.channels[PARTNERS].members.discard(U_BOT)
    assert (await read(client, "users.info", user=U_STRANGER))["user"]["is_stranger"] is True


async def test_a_channel_says_whether_another_organisation_is_in_it(
    client: AsyncWebClient, people: SlackClientSide, workspace: Workspace
) -> None:
    async def is_shared(channel: str) -> bool:
        return bool((await read(client, "conversations.info", channel=channel))["channel"]["is_ext_shared"])

    assert (await is_shared(PARTNERS), await is_shared(SUPPORT)) == (True, False)
    await people.share_channel(SUPPORT, PARTNER_TEAM)
    assert await is_shared(SUPPORT)
    workspace.channels[GENERAL].is_pending = True
    general = (await read(client, "conversations.info", channel=GENERAL))["channel"]
    assert (general["is_ext_shared"], general["is_pending_ext_shared"]) == (False, True)


async def test_of_private_channels_slack_tells_those_that_the_bot_is_in(client: AsyncWebClient) -> None:
    async def places(kinds: str, user: str = U_EN) -> set[str]:
        found = await read(client, "users.conversations", user=user, types=kinds)
        return {one["id"] for one in found["channels"]}

    public = await places("public_channel")
    assert {SUPPORT, GENERAL} <= public
    assert not {PRIVATE, PRIVATE_WITH_BOT} & public
    private = await places("private_channel")
    assert (PRIVATE_WITH_BOT in private, PRIVATE in private) == (True, False)
    assert SUPPORT not in await places("public_channel", U_STRANGER)
    assert await refusal(client, "users.conversations", user="U0NOBODY") == "user_not_found"
    assert await refusal(client, "users.conversations", types="secret_channel") == "invalid_types"


async def test_conversations_come_in_pages(client: AsyncWebClient) -> None:
    first = await read(client, "users.conversations", user=U_EN, limit=1)
    cursor = first["response_metadata"]["next_cursor"]
    second = await read(client, "users.conversations", user=U_EN, limit=1, cursor=cursor)
    assert first["channels"][0]["id"] != second["channels"][0]["id"]


async def test_each_kind_of_conversation_has_a_scope_of_its_own(client: AsyncWebClient) -> None:
    assert await refusal(client, "users.conversations", types="public_channel,im") == "missing_scope"
    assert await refusal(client, "conversations.info", channel=ALICE_AND_BRUNO) == "channel_not_found"


async def test_a_user_group_has_members(client: AsyncWebClient, workspace: Workspace) -> None:
    assert (await read(client, "usergroups.users.list", usergroup=AGENTS))["users"] == [U_EN]
    assert await refusal(client, "usergroups.users.list", usergroup="S0NOBODY1") == "no_such_subteam"
    workspace.user_groups["S0FORMER1"] = UserGroup("S0FORMER1", "former", [U_EN], is_disabled=True)
    assert await refusal(client, "usergroups.users.list", usergroup="S0FORMER1") == "no_such_subteam"
    said = await read(client, "usergroups.users.list", usergroup="S0FORMER1", include_disabled="true")
    assert said["users"] == [U_EN]


async def test_commands_of_an_app_are_not_there_for_other_organisations(
    people: SlackClientSide, bot: Bot, workspace: Workspace
) -> None:
    delivered = await people.command(U_STRANGER, PARTNERS, "/assist", "help")
    assert (delivered.outcome, bot.received) == ("not_a_command", [])
    (notice,) = workspace.ephemerals(U_STRANGER)
    assert "not a valid command" in notice.text


async def test_other_organisations_mention_the_bot_and_press_its_buttons(
    people: SlackClientSide, bot: Bot, workspace: Workspace
) -> None:
    await people.mention(U_STRANGER, PARTNERS, "media")
    assert (bot.last["is_ext_shared_channel"], bot.last["event"]["team"]) == (True, PARTNER_TEAM)
    button = {"type": "button", "action_id": "press", "value": "1", "text": {"type": "plain_text", "text": "Press"}}
    block = {"type": "actions", "block_id": "b", "elements": [button]}
    message = workspace.add(Message(workspace.next_ts(), PARTNERS, U_BOT, "card", blocks=[block], bot_id="B1"))
    await people.click(U_STRANGER, message, "press")
    assert (bot.last["team"]["id"], bot.last["user"]["team_id"]) == (workspace.team, PARTNER_TEAM)


async def test_shortcuts_of_an_app_are_not_there_for_other_organisations(
    people: SlackClientSide, bot: Bot, workspace: Workspace
) -> None:
    message = workspace.say(U_EN, PARTNERS, "hello")
    chosen = [
        await people.message_shortcut(U_STRANGER, "session_media", message),
        await people.global_shortcut(U_STRANGER, "start_assistance"),
    ]
    assert ([one.outcome for one in chosen], bot.received) == (["not_there", "not_there"], [])


async def test_the_bot_gets_events_of_what_becomes_of_a_channel(
    people: SlackClientSide, bot: Bot, workspace: Workspace
) -> None:
    await people.share_channel(SUPPORT, PARTNER_TEAM)
    assert {"type": "channel_shared", "channel": SUPPORT, "connected_team_id": PARTNER_TEAM}.items() <= bot.last[
        "event"
    ].items()
    await people.unshare_channel(SUPPORT, PARTNER_TEAM)
    left = {"type": "channel_unshared", "previously_connected_team_id": PARTNER_TEAM, "is_ext_shared": False}
    assert left.items() <= bot.last["event"].items()
    said = workspace.say(U_EN, SUPPORT, "hello")
    await people.change_channel_id(SUPPORT, "C0SUPPOR2")
    changed = {"type": "channel_id_changed", "old_channel_id": SUPPORT, "new_channel_id": "C0SUPPOR2"}
    assert changed.items() <= bot.last["event"].items()
    assert workspace.message("C0SUPPOR2", said.ts) is said
    assert U_BOT in workspace.channels["C0SUPPOR2"].members
