"""What people do reaches the bot in Slack's own shapes, and its answers are taken as Slack takes them."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.loopback import serving
from sandbox.slack import Escaping, SlackClientSide, Workspace
from sandbox.slack.default_world import ALICE_AND_BRUNO, PRIVATE, SUPPORT, U_EN, U_FR
from sandbox.slack.model import Message
from tests.sandbox.slack.environment import Bot, Clock, actions, button, section

METADATA = {"event_type": "apizee_session", "event_payload": {"id": 1}}


async def card(client: AsyncWebClient, workspace: Workspace, **more: object) -> Message:
    blocks = [section("card"), actions(button("session_refresh", "42"))]
    await client.api_call(
        "chat.postMessage",
        json={"channel": SUPPORT, "text": "card", "blocks": blocks, "metadata": METADATA, **more},
    )
    return workspace.channels[SUPPORT].messages[-1]


async def test_a_command_is_signed_and_says_who_typed_what_where(
    people: SlackClientSide, bot: Bot, workspace: Workspace, clock: Clock
) -> None:
    await people.command(U_EN, SUPPORT, "/assist", "+33 6 62 68 21 93")
    assert bot.was_signed(workspace.credentials.signing_secret, clock)
    sent = bot.last
    assert (sent["command"], sent["text"]) == ("/assist", "+33 6 62 68 21 93")
    assert (sent["team_id"], sent["channel_id"], sent["channel_name"]) == (workspace.team, SUPPORT, "support")
    assert (sent["user_id"], sent["user_name"]) == (U_EN, "agent1")
    assert sent["response_url"].startswith(f"{workspace.address}/response/")


@pytest.mark.parametrize(("channel", "name"), [(PRIVATE, "privategroup"), (ALICE_AND_BRUNO, "directmessage")])
async def test_commands_hide_the_names_of_private_places(
    people: SlackClientSide, bot: Bot, channel: str, name: str
) -> None:
    await people.command(U_EN, channel, "/assist", "help")
    assert bot.last["channel_name"] == name


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@agent2 in #support", f"<@{U_FR}|agent2> in <#{SUPPORT}|support>"),
        ("@nobody in #nowhere", "@nobody in #nowhere"),
        ("a@b.com", "<mailto:a@b.com|a@b.com>"),
        ("see https://a.example/x", "see <https://a.example/x>"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
    ],
)
async def test_slack_escapes_what_is_typed(people: SlackClientSide, bot: Bot, typed: str, sent: str) -> None:
    await people.command(U_EN, SUPPORT, "/meet", typed)
    assert bot.last["text"] == sent


async def test_how_slack_escapes_is_a_choice(people: SlackClientSide, bot: Bot) -> None:
    typed = "a@b.com +33 6 62 68 21 93 @agent2 https://a.example"
    await people.command(
        U_EN, SUPPORT, "/meet", typed, escaping=Escaping(names=False, emails=False, phones=False, urls=False)
    )
    assert bot.last["text"] == typed
    await people.command(U_EN, SUPPORT, "/meet", "+33 6 62 68 21 93", escaping=Escaping(phones=True))
    assert bot.last["text"] == "<tel:+33662682193|+33 6 62 68 21 93>"


@pytest.mark.parametrize("said", ["hello", {"text": "hello"}, {"response_type": "ephemeral", "text": "hello"}])
async def test_an_answer_to_a_command_is_seen_by_its_user_alone(
    people: SlackClientSide, bot: Bot, workspace: Workspace, said: str | dict[str, object]
) -> None:
    bot.says = said
    await people.command(U_EN, PRIVATE, "/assist", "help")
    assert [one.text for one in workspace.ephemerals(U_EN, PRIVATE)] == ["hello"]
    assert workspace.ephemerals(U_FR) == workspace.messages(PRIVATE) == []


async def test_an_answer_to_a_command_may_be_for_the_channel(
    people: SlackClientSide, bot: Bot, workspace: Workspace
) -> None:
    bot.says = {"response_type": "in_channel", "text": "hello"}
    await people.command(U_EN, PRIVATE, "/assist", "help")
    assert [one.text for one in workspace.messages(PRIVATE)] == ["hello"]


async def test_an_answer_slack_cannot_use_is_a_failure(people: SlackClientSide, bot: Bot) -> None:
    bot.says = {"text": "hello", "shout": True}
    assert (await people.command(U_EN, SUPPORT, "/assist")).outcome == "invalid_payload"


async def test_people_see_that_a_bot_in_trouble_failed(people: SlackClientSide, bot: Bot, workspace: Workspace) -> None:
    bot.status = 500
    delivered = await people.command(U_EN, SUPPORT, "/assist", "help")
    assert (delivered.outcome, delivered.status) == ("dispatch_failed", 500)
    assert "dispatch_failed" in workspace.ephemerals(U_EN)[0].text


async def test_people_see_that_a_bot_was_too_slow(workspace: Workspace) -> None:
    class NeverAnswers:
        async def send(self, *_: object) -> tuple[int, str]:
            await asyncio.Event().wait()
            raise AssertionError

    people = SlackClientSide(workspace, NeverAnswers(), ack_within=0.01)
    delivered = await people.command(U_EN, SUPPORT, "/assist", "help")
    assert delivered.outcome == "operation_timeout"
    assert "operation_timeout" in workspace.ephemerals(U_EN)[0].text
    assert workspace.deliveries == [delivered]


async def test_people_see_that_a_bot_is_gone(workspace: Workspace) -> None:
    async with SlackClientSide.over_http(workspace, "http://127.0.0.1:9") as people:
        assert (await people.command(U_EN, SUPPORT, "/assist", "help")).outcome == "dispatch_failed"


async def test_a_bot_on_a_port_is_reached(workspace: Workspace, bot: Bot) -> None:
    async with serving(bot.app) as address, SlackClientSide.over_http(workspace, address) as people:
        assert (await people.command(U_EN, SUPPORT, "/assist", "help")).outcome == "ok"


async def test_a_global_shortcut_knows_of_no_channel(
    people: SlackClientSide, bot: Bot, workspace: Workspace, clock: Clock
) -> None:
    await people.global_shortcut(U_EN, "start_assistance")
    sent = bot.last
    assert (sent["type"], sent["callback_id"], sent["user"]["id"]) == ("shortcut", "start_assistance", U_EN)
    assert "channel" not in sent
    assert "response_url" not in sent
    assert bot.was_signed(workspace.credentials.signing_secret, clock)


async def test_a_message_shortcut_carries_the_message_with_its_metadata(
    people: SlackClientSide, bot: Bot, client: AsyncWebClient, workspace: Workspace
) -> None:
    parent = workspace.say(U_FR, SUPPORT, "call me")
    message = await card(client, workspace, thread_ts=parent.ts)
    await people.message_shortcut(U_EN, "session_media", message)
    sent = bot.last
    assert (sent["type"], sent["callback_id"], sent["channel"]["id"]) == ("message_action", "session_media", SUPPORT)
    assert (sent["message"]["ts"], sent["message"]["thread_ts"]) == (message.ts, parent.ts)
    assert sent["message"]["metadata"] == METADATA


async def test_a_click_on_a_message_with_replies_carries_its_own_time_as_its_thread(
    people: SlackClientSide, bot: Bot, client: AsyncWebClient, workspace: Workspace
) -> None:
    message = await card(client, workspace)
    await client.chat_postMessage(channel=SUPPORT, text="reply", thread_ts=message.ts)
    await people.click(U_EN, message, "session_refresh")
    assert bot.last["message"]["thread_ts"] == bot.last["container"]["thread_ts"] == message.ts


async def test_a_click_says_on_what_and_where(
    people: SlackClientSide, bot: Bot, client: AsyncWebClient, workspace: Workspace
) -> None:
    message = await card(client, workspace)
    await people.click(U_FR, message, "session_refresh")
    sent = bot.last
    (action,) = sent["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("session_refresh", "row", "42")
    assert sent["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": SUPPORT,
        "is_ephemeral": False,
    }
    assert sent["message"]["ts"] == message.ts
    with pytest.raises(LookupError):
        await people.click(U_FR, message, "no_such_button")


async def test_a_click_on_an_ephemeral_message_carries_no_message(
    people: SlackClientSide, bot: Bot, workspace: Workspace, http: aiohttp.ClientSession
) -> None:
    bot.says = {"text": "page 1", "blocks": [actions(button("media_next"))]}
    await people.command(U_EN, PRIVATE, "/assist", "media 1")
    (send_private,) = workspace.ephemerals(U_EN)
    bot.says = ""
    await people.click(U_EN, send_private, "media_next")
    assert bot.last["container"]["is_ephemeral"]
    assert "message" not in bot.last
    async with http.post(bot.last["response_url"], json={"replace_original": True, "text": "page 2"}) as answer:
        assert await answer.text() == "ok"
    assert [one.text for one in workspace.ephemerals(U_EN)] == ["page 2"]
    async with http.post(bot.last["response_url"], json={"delete_original": True}) as answer:
        assert answer.status == 200
    assert workspace.ephemerals(U_EN) == []


async def test_other_elements_say_what_was_chosen(
    people: SlackClientSide, bot: Bot, client: AsyncWebClient, workspace: Workspace
) -> None:
    options = [{"text": {"type": "plain_text", "text": "One"}, "value": "1"}]
    select = {"type": "static_select", "action_id": "pick", "options": options}
    await client.chat_postMessage(channel=SUPPORT, text="pick", blocks=[actions(select)])
    await people.click(U_EN, workspace.messages(SUPPORT)[0], "pick", "1")
    assert bot.last["actions"][0]["selected_option"] == options[0]


async def test_events_reach_the_bot(people: SlackClientSide, bot: Bot, workspace: Workspace) -> None:
    parent = workspace.say(U_EN, SUPPORT, "hello")
    await people.mention(U_EN, SUPPORT, "media", thread_ts=parent.ts)
    sent = bot.last
    assert (sent["type"], sent["event"]["type"], sent["event"]["thread_ts"]) == (
        "event_callback",
        "app_mention",
        parent.ts,
    )
    assert sent["event"]["text"] == f"<@{workspace.bot_user}> media"
    await people.open_home(U_EN)
    assert (bot.last["event"]["type"], bot.last["event"]["tab"], "view" in bot.last["event"]) == (
        "app_home_opened",
        "home",
        False,
    )


async def test_the_app_gets_an_event_when_it_is_removed(
    people: SlackClientSide, bot: Bot, workspace: Workspace
) -> None:
    await people.revoke_tokens()
    assert bot.last["event"]["type"] == "tokens_revoked"
    await people.uninstall()
    assert bot.last["event"]["type"] == "app_uninstalled"
    assert not workspace.is_installed


async def test_slack_checks_the_address_of_the_bot(people: SlackClientSide, bot: Bot) -> None:
    bot.says = "the challenge"
    delivered = await people.verify_url()
    assert bot.last["type"] == "url_verification"
    assert delivered.body == "the challenge"


async def test_a_delivery_may_come_again_to_the_byte(people: SlackClientSide, bot: Bot) -> None:
    delivered = await people.command(U_EN, SUPPORT, "/assist", "help")
    await people.redeliver(delivered, number=2)
    (first, second) = bot.received
    assert first[1] == second[1]
    assert (second[0]["x-slack-retry-num"], second[0]["x-slack-retry-reason"]) == ("2", "http_timeout")


async def test_a_response_url_takes_five_messages_within_thirty_minutes(
    people: SlackClientSide, bot: Bot, workspace: Workspace, http: aiohttp.ClientSession, clock: Clock
) -> None:
    async def respond(url: str, **payload: object) -> tuple[int, str]:
        async with http.post(url, json=payload) as answer:
            return answer.status, await answer.text()

    await people.command(U_EN, PRIVATE, "/assist", "help")
    url = bot.last["response_url"]
    for _ in range(5):
        assert await respond(url, text="hello") == (200, "ok")
    assert len(workspace.ephemerals(U_EN, PRIVATE)) == 5
    assert "used_url" in (await respond(url, text="hello"))[1]
    await people.command(U_EN, PRIVATE, "/assist", "help")
    clock.now += 30 * 60 + 1
    assert "expired_url" in (await respond(bot.last["response_url"], text="hello"))[1]
    assert (await respond(f"{workspace.address}/response/unknown", text="hello"))[0] == 404
    assert [call.error for call in workspace.calls_of("response_url")][-2:] == ["used_url", "expired_url"]


async def test_a_response_must_be_one(
    people: SlackClientSide, bot: Bot, workspace: Workspace, http: aiohttp.ClientSession
) -> None:
    for body in (b"nonsense", b"[]", b'{"delete_original": true}', b'{"text": ""}'):
        await people.command(U_EN, SUPPORT, "/assist", "help")
        async with http.post(bot.last["response_url"], data=body) as answer:
            assert answer.status == 404
    assert workspace.ephemerals(U_EN) == []
