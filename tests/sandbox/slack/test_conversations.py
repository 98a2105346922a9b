"""Channels, what was said in them, and people: who may know what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.default_world import (
    ALICE_AND_BRUNO,
    GENERAL,
    PRIVATE,
    PRIVATE_WITH_BOT,
    SUPPORT,
    U_EN,
    U_FR,
    U_GONE,
    U_NOLOGIN,
)
from tests.sandbox.slack.environment import Clock

METADATA = {"event_type": "apizee_session", "event_payload": {"id": 1}}


async def read(client: AsyncWebClient, method: str, **params: Any) -> Any:  # noqa: ANN401  # JSON
    return (await client.api_call(method, http_verb="GET", params=params)).data


async def test_metadata_is_sent_to_those_who_ask_for_it(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=SUPPORT, text="card", metadata=METADATA)
    plain = await read(client, "conversations.history", channel=SUPPORT)
    assert "metadata" not in plain["messages"][0]
    for method, more in (("conversations.history", {}), ("conversations.replies", {"ts": posted["ts"]})):
        answer = await read(client, method, channel=SUPPORT, include_all_metadata="true", **more)
        assert answer["messages"][0]["metadata"] == METADATA


async def test_history_goes_backwards_and_threads_forwards(client: AsyncWebClient, workspace: Workspace) -> None:
    first, second = (workspace.say(U_EN, SUPPORT, text) for text in ("one", "two"))
    for text in ("three", "four"):
        workspace.say(U_FR, SUPPORT, text, thread_ts=first.ts)
    history = await read(client, "conversations.history", channel=SUPPORT)
    assert [one["text"] for one in history["messages"]] == ["two", "one"]
    thread = await read(client, "conversations.replies", channel=SUPPORT, ts=first.ts)
    assert [one["text"] for one in thread["messages"]] == ["one", "three", "four"]
    since = await read(client, "conversations.history", channel=SUPPORT, oldest=first.ts)
    assert [one["text"] for one in since["messages"]] == ["two"]
    until = await read(client, "conversations.history", channel=SUPPORT, latest=second.ts, inclusive="true")
    assert [one["text"] for one in until["messages"]] == ["two", "one"]


async def test_long_histories_come_in_pages(client: AsyncWebClient, workspace: Workspace) -> None:
    for text in ("one", "two", "three"):
        workspace.say(U_EN, SUPPORT, text)
    first = await read(client, "conversations.history", channel=SUPPORT, limit=2)
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await read(client, "conversations.history", channel=SUPPORT, limit=2, cursor=cursor)
    assert ([one["text"] for one in second["messages"]], second["has_more"]) == (["one"], False)
    with pytest.raises(SlackApiError, match="invalid_cursor"):
        await read(client, "conversations.history", channel=SUPPORT, cursor="nonsense")


@pytest.mark.parametrize("limit", ["0", "1000", "many"])
async def test_a_page_has_a_size(client: AsyncWebClient, limit: str) -> None:
    with pytest.raises(SlackApiError, match="invalid_limit"):
        await client.api_call("conversations.history", data={"channel": SUPPORT, "limit": limit})


async def test_methods_have_their_tiers_where_that_is_switched_on(
    client: AsyncWebClient, workspace: Workspace, clock: Clock
) -> None:
    workspace.rates.are_kept = True
    for _ in range(20):
        await client.users_list()
    with pytest.raises(SlackApiError, match="ratelimited") as refused:
        await client.users_list()
    assert refused.value.response.headers["Retry-After"] == "60"
    clock.now += 60
    await client.users_list()


async def test_a_new_app_reads_fifteen_messages_once_a_minute(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.rates.of_a_new_app = True
    for number in range(20):
        workspace.say(U_EN, SUPPORT, str(number))
    read = await client.conversations_history(channel=SUPPORT, limit=100)
    assert len(read["messages"]) == 15
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.conversations_history(channel=SUPPORT)


@pytest.mark.parametrize(
    ("channel", "error"),
    [(GENERAL, "not_in_channel"), (PRIVATE, "channel_not_found"), (ALICE_AND_BRUNO, "channel_not_found")],
)
async def test_only_members_read_what_was_said(client: AsyncWebClient, channel: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        await read(client, "conversations.history", channel=channel)


async def test_each_kind_of_channel_has_its_own_scope(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.scopes -= {"groups:history"}
    await read(client, "conversations.history", channel=SUPPORT)
    with pytest.raises(SlackApiError) as caught:
        await read(client, "conversations.history", channel=PRIVATE_WITH_BOT)
    assert caught.value.response["needed"] == "groups:history"


async def test_a_thread_that_is_not_there(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="thread_not_found"):
        await read(client, "conversations.replies", channel=SUPPORT, ts="1.000000")


async def test_a_channel_tells_what_it_is_and_who_is_in_it(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.scopes |= {"channels:read", "im:read"}
    answer = (await read(client, "conversations.info", channel=GENERAL))["channel"]
    assert (answer["name"], answer["is_member"], answer["is_private"]) == ("general", False, False)
    direct = workspace.direct_messages(U_EN)
    assert (await read(client, "conversations.info", channel=direct.id))["channel"]["user"] == U_EN
    members = (await read(client, "conversations.members", channel=SUPPORT))["members"]
    assert set(members) == workspace.channels[SUPPORT].members


async def test_the_bot_opens_one_conversation_with_each_person(client: AsyncWebClient) -> None:
    first = await client.api_call("conversations.open", json={"users": U_EN})
    again = await client.api_call("conversations.open", json={"users": U_EN, "return_im": True})
    assert first["channel"] == {"id": again["channel"]["id"]}
    assert again["channel"]["is_im"]
    resumed = await client.api_call("conversations.open", json={"channel": first["channel"]["id"]})
    assert resumed["channel"] == first["channel"]
    await client.chat_postMessage(channel=first["channel"]["id"], text="for you")


@pytest.mark.parametrize(
    ("users", "error"),
    [(U_GONE, "user_disabled"), ("U0NOBODY", "user_not_found"), ("", "users_list_not_supplied")],
)
async def test_some_people_cannot_be_written_to(client: AsyncWebClient, users: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        await client.api_call("conversations.open", json={"users": users})


async def test_a_user_tells_name_language_and_address(client: AsyncWebClient) -> None:
    user = (await client.users_info(user=U_FR, include_locale=True))["user"]
    assert (user["locale"], user["tz"], user["profile"]["email"]) == ("fr-FR", "Europe/Paris", "agent2@apizee.com")
    assert user["is_email_confirmed"]
    assert not user["deleted"]
    assert "locale" not in (await client.users_info(user=U_FR))["user"]
    assert "email" not in (await client.users_info(user=U_NOLOGIN))["user"]["profile"]
    assert (await client.users_info(user=U_GONE))["user"]["deleted"]


async def test_somebody_of_another_organisation_has_no_language(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.users[U_FR] = replace(workspace.users[U_FR], is_stranger=True, email=None)
    user = (await client.users_info(user=U_FR, include_locale=True))["user"]
    assert "locale" not in user


async def test_addresses_need_their_own_scope(client: AsyncWebClient, workspace: Workspace) -> None:
    assert (await client.users_lookupByEmail(email="agent1@apizee.com"))["user"]["id"] == U_EN
    workspace.scopes -= {"users:read.email"}
    assert "email" not in (await client.users_info(user=U_FR))["user"]["profile"]
    with pytest.raises(SlackApiError, match="missing_scope"):
        await client.users_lookupByEmail(email="agent1@apizee.com")


async def test_unknown_people(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="user_not_found"):
        await client.users_info(user="U0NOBODY")
    with pytest.raises(SlackApiError, match="users_not_found"):
        await client.users_lookupByEmail(email="nobody@apizee.com")
