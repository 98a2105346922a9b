"""Messages: where the bot may write, who is paged, what it may change, and what only one person sees."""

from __future__ import annotations

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.default_world import (
    ALICE_AND_BRUNO,
    ARCHIVED,
    GENERAL,
    PRIVATE,
    PRIVATE_WITH_BOT,
    RESTRICTED,
    SUPPORT,
    U_ADMIN,
    U_EN,
    U_FR,
    U_GONE,
    U_NOLOGIN,
)
from tests.sandbox.slack.environment import Clock, actions, button, section


async def test_the_bot_posts_where_it_is_and_in_public_channels(client: AsyncWebClient, workspace: Workspace) -> None:
    for channel in (SUPPORT, PRIVATE_WITH_BOT, GENERAL):
        posted = await client.chat_postMessage(channel=channel, text="hi")
        assert workspace.messages(channel)[-1].ts == posted["ts"]


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        (PRIVATE, "channel_not_found"),
        (ALICE_AND_BRUNO, "channel_not_found"),
        ("C0NOWHERE", "channel_not_found"),
        (ARCHIVED, "is_archived"),
        (RESTRICTED, "restricted_action"),
    ],
)
async def test_the_bot_may_not_post_everywhere(client: AsyncWebClient, channel: str, error: str) -> None:
    with pytest.raises(SlackApiError, match=error):
        await client.chat_postMessage(channel=channel, text="hi")


async def test_a_public_channel_without_the_bot_needs_a_scope(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.scopes -= {"chat:write.public"}
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.chat_postMessage(channel=GENERAL, text="hi")


async def test_timestamps_grow_even_while_the_clock_stands_still(client: AsyncWebClient, clock: Clock) -> None:
    first = await client.chat_postMessage(channel=SUPPORT, text="1")
    clock.now -= 10
    second = await client.chat_postMessage(channel=SUPPORT, text="2")
    assert float(second["ts"]) > float(first["ts"])


async def test_a_message_says_something(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="no_text"):
        await client.api_call("chat.postMessage", json={"channel": SUPPORT})


async def test_blocks_without_text_are_warned_about(client: AsyncWebClient) -> None:
    posted = await client.api_call("chat.postMessage", json={"channel": SUPPORT, "blocks": [section("hi")]})
    assert posted["warning"] == "missing_text_in_message"


async def test_a_text_may_be_markdown_but_not_beside_another(client: AsyncWebClient, workspace: Workspace) -> None:
    await client.api_call("chat.postMessage", json={"channel": SUPPORT, "markdown_text": "**hi**"})
    assert workspace.messages(SUPPORT)[0].text == "**hi**"
    with pytest.raises(SlackApiError, match="markdown_text_conflict"):
        await client.api_call("chat.postMessage", json={"channel": SUPPORT, "text": "hi", "markdown_text": "hi"})


async def test_too_long_a_text_is_refused(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await client.chat_postMessage(channel=SUPPORT, text="x" * 40_001)


async def test_blocks_beyond_the_limits_are_refused_with_reasons(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=SUPPORT, text="hi", blocks=[section("x" * 3001)])
    assert caught.value.response["error"] == "invalid_blocks"
    assert "/blocks/0/text/text" in caught.value.response["response_metadata"]["messages"][0]


async def test_blocks_and_elements_get_the_ids_they_lack(client: AsyncWebClient, workspace: Workspace) -> None:
    nameless = {name: value for name, value in button("x").items() if name != "action_id"}
    await client.chat_postMessage(channel=SUPPORT, text="hi", blocks=[{"type": "actions", "elements": [nameless]}])
    (block,) = workspace.messages(SUPPORT)[0].blocks
    assert block["block_id"]
    assert block["elements"][0]["action_id"]


async def test_replies_stand_in_the_thread_of_their_parent(client: AsyncWebClient, workspace: Workspace) -> None:
    parent = await client.chat_postMessage(channel=SUPPORT, text="card")
    await client.chat_postMessage(channel=SUPPORT, text="reply", thread_ts=parent["ts"])
    assert [one.text for one in workspace.messages(SUPPORT)] == ["card"]
    assert [one.text for one in workspace.thread(SUPPORT, parent["ts"])] == ["card", "reply"]


async def test_only_messages_outside_threads_have_replies(client: AsyncWebClient) -> None:
    parent = await client.chat_postMessage(channel=SUPPORT, text="card")
    reply = await client.chat_postMessage(channel=SUPPORT, text="reply", thread_ts=parent["ts"])
    for thread_ts in (reply["ts"], "1.000000"):
        with pytest.raises(SlackApiError, match="cannot_reply_to_message"):
            await client.chat_postMessage(channel=SUPPORT, text="lost", thread_ts=thread_ts)


async def test_threads_can_be_locked(client: AsyncWebClient, workspace: Workspace) -> None:
    parent = workspace.say(U_EN, SUPPORT, "hello")
    workspace.channels[SUPPORT].is_thread_locked = True
    with pytest.raises(SlackApiError, match="restricted_action_thread_locked"):
        await client.chat_postMessage(channel=SUPPORT, text="reply", thread_ts=parent.ts)


async def test_one_message_a_second_where_that_is_switched_on(
    client: AsyncWebClient, workspace: Workspace, clock: Clock
) -> None:
    workspace.one_message_per_second = True
    await client.chat_postMessage(channel=SUPPORT, text="1")
    await client.chat_postMessage(channel=GENERAL, text="1")
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel=SUPPORT, text="2")
    clock.now += 1.1
    await client.chat_postMessage(channel=SUPPORT, text="2")


@pytest.mark.parametrize("metadata", [{"event_type": "a"}, {"event_type": "a", "event_payload": {"deep": {"x": 1}}}])
async def test_metadata_must_be_flat_and_whole(client: AsyncWebClient, metadata: dict[str, object]) -> None:
    with pytest.raises(SlackApiError, match="invalid_metadata_format"):
        await client.chat_postMessage(channel=SUPPORT, text="hi", metadata=metadata)


async def test_metadata_has_a_size(client: AsyncWebClient) -> None:
    metadata = {"event_type": "a", "event_payload": {"x": "x" * 9000}}
    with pytest.raises(SlackApiError, match="metadata_too_large"):
        await client.chat_postMessage(channel=SUPPORT, text="hi", metadata=metadata)


async def test_who_pages_a_channel_is_noted(client: AsyncWebClient, workspace: Workspace) -> None:
    await client.chat_postMessage(channel=SUPPORT, text="&lt;!channel&gt; is harmless")
    assert workspace.pages == []
    await client.chat_postMessage(channel=SUPPORT, text="<!here> is not")
    await client.chat_postMessage(channel=SUPPORT, text="hi", blocks=[section("nor is <!channel|channel>")])
    posted = await client.chat_postMessage(channel=SUPPORT, text="hi")
    await client.chat_update(channel=SUPPORT, ts=posted["ts"], text="nor <!everyone> when edited")
    assert [page.word for page in workspace.pages] == ["here", "channel", "everyone"]


async def test_the_bot_edits_its_own_messages_in_place(client: AsyncWebClient, workspace: Workspace) -> None:
    metadata = {"event_type": "a", "event_payload": {"x": 1}}
    posted = await client.chat_postMessage(channel=SUPPORT, text="one", metadata=metadata)
    await client.chat_update(channel=SUPPORT, ts=posted["ts"], text="two", blocks=[section("two")])
    (message,) = workspace.messages(SUPPORT)
    assert (message.text, message.blocks[0]["text"]["text"], message.metadata) == ("two", "two", metadata)
    await client.chat_update(channel=SUPPORT, ts=posted["ts"], text="three", metadata={})
    assert (message.blocks, message.metadata) == ([], None)


async def test_an_edited_text_is_shorter_than_a_new_one_may_be(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=SUPPORT, text="x" * 4001)
    await client.chat_update(channel=SUPPORT, ts=posted["ts"], text="x" * 4000)
    with pytest.raises(SlackApiError, match="msg_too_long"):
        await client.chat_update(channel=SUPPORT, ts=posted["ts"], text="x" * 4001)


async def test_the_bot_deletes_its_own_messages(client: AsyncWebClient, workspace: Workspace) -> None:
    posted = await client.chat_postMessage(channel=SUPPORT, text="one")
    await client.chat_delete(channel=SUPPORT, ts=posted["ts"])
    assert workspace.messages(SUPPORT) == []


async def test_other_peoples_messages_stay_as_they_are(client: AsyncWebClient, workspace: Workspace) -> None:
    theirs = workspace.say(U_EN, SUPPORT, "mine")
    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel=SUPPORT, ts=theirs.ts, text="yours")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        await client.chat_delete(channel=SUPPORT, ts=theirs.ts)
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel=SUPPORT, ts="1.000000", text="nobody's")


async def test_an_ephemeral_message_is_seen_by_one_member_alone(client: AsyncWebClient, workspace: Workspace) -> None:
    parent = workspace.say(U_EN, SUPPORT, "hello")
    await client.chat_postEphemeral(channel=SUPPORT, user=U_FR, text="psst", thread_ts=parent.ts)
    (send_private,) = workspace.ephemerals(U_FR, SUPPORT)
    assert (send_private.text, send_private.thread_ts) == ("psst", parent.ts)
    assert workspace.ephemerals(U_EN) == workspace.ephemerals(U_FR, GENERAL) == []
    assert workspace.thread(SUPPORT, parent.ts) == [parent]
    assert parent.thread_ts is None
    await client.chat_postMessage(channel=SUPPORT, text="a reply that all see", thread_ts=parent.ts)
    assert parent.thread_ts == parent.ts


async def test_ephemeral_messages_are_gone_once_their_reader_loads_slack_again(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    for user in (U_EN, U_FR):
        await client.chat_postEphemeral(channel=SUPPORT, user=user, text="psst")
    workspace.reload(U_EN)
    assert workspace.ephemerals(U_EN) == []
    assert workspace.ephemerals(U_FR)


@pytest.mark.parametrize("user", [U_GONE, U_ADMIN, U_NOLOGIN, "U0NOBODY"])
async def test_an_ephemeral_message_needs_its_reader_in_the_channel(client: AsyncWebClient, user: str) -> None:
    with pytest.raises(SlackApiError, match="user_not_in_channel"):
        await client.chat_postEphemeral(channel=PRIVATE_WITH_BOT, user=user, text="psst")


async def test_messages_have_an_address_for_people(client: AsyncWebClient, workspace: Workspace) -> None:
    parent = workspace.say(U_EN, SUPPORT, "hello")
    reply = workspace.say(U_FR, SUPPORT, "hi", thread_ts=parent.ts)
    whole = await client.chat_getPermalink(channel=SUPPORT, message_ts=parent.ts)
    assert whole["permalink"] == f"https://sandbox.slack.com/archives/{SUPPORT}/p{parent.ts.replace('.', '')}"
    in_thread = await client.chat_getPermalink(channel=SUPPORT, message_ts=reply.ts)
    assert in_thread["permalink"].endswith(f"?thread_ts={parent.ts}&cid={SUPPORT}")
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_getPermalink(channel=SUPPORT, message_ts="1.000000")


async def test_a_call_block_names_a_registered_call(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.chat_postMessage(channel=SUPPORT, text="call", blocks=[{"type": "call", "call_id": "R0"}])
    added = await client.api_call(
        "calls.add", json={"external_unique_id": "1", "join_url": "https://meet.example", "created_by": U_EN}
    )
    blocks = [{"type": "call", "call_id": added["call"]["id"]}, actions(button("join"))]
    await client.chat_postMessage(channel=SUPPORT, text="call", blocks=blocks)
