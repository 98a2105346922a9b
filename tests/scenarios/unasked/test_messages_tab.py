"""What somebody writes to the bot in its Messages tab is answered with what works there; nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from bot.manifest import manifest_for
from sandbox.slack.default_world import U_BOT, U_EN, U_FR
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, said


async def answer(environment: Environment, user: str, word: str) -> Message:
    """Return the bot's message to somebody, once there is one with a word."""
    messages = environment.slack.direct_messages(user).messages
    found = await environment.slack.wait_for(
        lambda: next((one for one in messages if one.user == U_BOT and word in said(one)), None)
    )
    assert found is not None
    return found


async def test_who_writes_to_the_bot_is_answered_with_what_works_in_their_language(environment: Environment) -> None:
    await environment.people.write(U_FR, "Bonjour !")
    answered = await answer(environment, U_FR, "/assist help")
    assert "Ici, je comprends les commandes" in answered.text
    await environment.people.click(U_FR, answered, "home_start_meeting")
    assert (await environment.form(U_FR)).title == "Lancer une réunion vidéo"


async def test_what_is_written_in_a_thread_is_answered_there(environment: Environment) -> None:
    parent = environment.slack.say(U_EN, environment.slack.direct_messages(U_EN).id, "A note")
    await environment.people.write(U_EN, "/assist help", thread_ts=parent.ts)
    assert (await answer(environment, U_EN, "/assist help")).thread_ts == parent.ts


async def test_media_are_shown_in_the_thread_of_a_session(environment: Environment) -> None:
    direct = environment.slack.direct_messages(U_EN).id
    await environment.assist("jean@client.com", channel=direct)
    await environment.invited(channel=direct)
    (card,) = environment.cards(direct)
    await environment.people.write(U_EN, "<@U0APIZEE1> media", thread_ts=card.ts)
    await environment.private_message("There are no photos or recordings yet")


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({"user": U_BOT, "bot_id": "B0APIZEE1", "text": "Invited by SMS."}, id="the bot's own"),
        pytest.param({"subtype": "message_changed", "hidden": True, "message": {"user": U_EN}}, id="an edit"),
        pytest.param({"subtype": "message_deleted", "hidden": True, "deleted_ts": "1.1"}, id="a deletion"),
    ],
)
async def test_nothing_else_is_answered(environment: Environment, event: dict[str, Any]) -> None:
    direct = environment.slack.direct_messages(U_EN).id
    details = {"type": "message", "channel": direct, "channel_type": "im", "ts": environment.slack.next_ts()}
    delivered = await environment.people.event({**details, **event})
    await environment.settled()
    assert delivered.status == 200
    assert not environment.cards(direct)


def test_one_can_write_in_the_messages_tab() -> None:
    manifest = yaml.safe_load(manifest_for("https://bot.example.org"))
    assert manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    assert "message.im" in manifest["settings"]["event_subscriptions"]["bot_events"]
