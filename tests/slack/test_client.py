"""What the bot says in Slack, to a sandbox that is as strict as Slack: every refusal leads to the next right step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.messages import Message, PostingBlocked
from bot.model.people import Conversation, Requester
from bot.model.session import Card
from bot.slack.client import Slack
from bot.slack.errors import (
    CannotPost,
    MessageGone,
    MissingScope,
    SlackAway,
    SlackError,
    TriggerExpired,
    UserUnavailable,
)
from bot.ui.blocks import section
from sandbox.slack import Workspace
from sandbox.slack.default_world import (
    ARCHIVED,
    PRIVATE,
    PRIVATE_WITH_BOT,
    RESTRICTED,
    SUPPORT,
    TEAM,
    U_EN,
    U_FR,
    U_GONE,
)
from sandbox.slack.faults import AnswerLost, Broken, Down, Fault, RateLimited, Refuses
from tests.fixtures.gateway import HELLO, HERE

# ── Cards ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_card_is_posted_with_its_metadata_and_edited_in_place(gateway: Slack, workspace: Workspace) -> None:
    known = {"event_type": "apizee_session", "event_payload": {"kind": "meeting", "id": 1}}
    card = await gateway.post(HERE, replace(HELLO, metadata=known))
    await gateway.edit(TEAM, card, replace(HELLO, text="Bye", metadata=known))
    (message,) = workspace.messages(SUPPORT)
    assert (message.text, message.ts, message.metadata) == ("Bye", card.ts, known)


async def test_a_card_in_a_thread_remembers_its_thread(gateway: Slack, workspace: Workspace) -> None:
    parent = workspace.say(U_EN, SUPPORT, "help!")
    card = await gateway.post(replace(HERE, thread_ts=parent.ts), HELLO)
    assert card.thread_ts == parent.ts
    assert [one.ts for one in workspace.thread(SUPPORT, parent.ts)] == [parent.ts, card.ts]


@pytest.mark.parametrize(
    ("channel", "closed"),
    [
        (PRIVATE, PostingBlocked.NOT_A_MEMBER),
        (ARCHIVED, PostingBlocked.ARCHIVED),
        (RESTRICTED, PostingBlocked.RESTRICTED),
    ],
)
async def test_a_closed_place_says_why(gateway: Slack, channel: str, closed: PostingBlocked) -> None:
    with pytest.raises(CannotPost) as caught:
        await gateway.post(Conversation(TEAM, channel), HELLO)
    assert caught.value.closed is closed


async def test_a_deleted_card_is_gone(gateway: Slack) -> None:
    with pytest.raises(MessageGone):
        await gateway.edit(TEAM, Card(SUPPORT, "1.000000"), HELLO)


async def test_a_cards_address_is_for_people(gateway: Slack) -> None:
    card = await gateway.post(HERE, HELLO)
    assert (await gateway.permalink(TEAM, card)).endswith(f"/archives/{SUPPORT}/p{card.ts.replace('.', '')}")


async def test_links_in_messages_are_not_unfolded(gateway: Slack, workspace: Workspace) -> None:
    await gateway.post(HERE, HELLO)
    (call,) = workspace.calls_of("chat.postMessage")
    assert (call.args["unfurl_links"], call.args["unfurl_media"]) == (False, False)


# ── People, views, calls ─────────────────────────────────────────────────────────────────────────────────


async def test_a_person_is_known_by_name_address_language_and_time_zone(gateway: Slack) -> None:
    person = await gateway.person(TEAM, U_FR)
    assert (person.name, person.email, person.email_verified) == ("Bruno", "agent2@apizee.com", True)
    assert (person.locale, person.timezone) == ("fr-FR", "Europe/Paris")


@pytest.mark.parametrize("real_name", ["", "  "])
async def test_the_display_name_stands_in_where_there_is_no_real_one(
    gateway: Slack, workspace: Workspace, real_name: str
) -> None:
    workspace.users[U_FR] = replace(workspace.users[U_FR], real_name=real_name)
    assert (await gateway.person(TEAM, U_FR)).name == "agent2"


@pytest.mark.parametrize(("confirmed", "stranger"), [(False, False), (True, True)])
async def test_an_address_proves_nothing_unless_slack_and_the_workspace_vouch_for_it(
    gateway: Slack, workspace: Workspace, *, confirmed: bool, stranger: bool
) -> None:
    alice = workspace.users[U_EN]
    workspace.users[U_EN] = replace(alice, is_email_confirmed=confirmed, is_stranger=stranger)
    assert (await gateway.person(TEAM, U_EN)).email_verified is False


@pytest.mark.parametrize("user", [U_GONE, "U0NOBODY1"])
async def test_who_left_or_never_was_is_gone(gateway: Slack, user: str) -> None:
    with pytest.raises(UserUnavailable):
        await gateway.person(TEAM, user)


async def test_a_trigger_that_is_used_or_old_comes_too_late(gateway: Slack, workspace: Workspace) -> None:
    modal = {"type": "modal", "title": {"type": "plain_text", "text": "Hello"}, "blocks": [section("Hello")]}
    trigger = workspace.triggers.issue(U_EN, SUPPORT)
    await gateway.open_modal(TEAM, trigger, modal)
    with pytest.raises(TriggerExpired):
        await gateway.open_modal(TEAM, trigger, modal)


async def test_the_same_meeting_is_one_call_and_its_address_stands_in_no_url(
    gateway: Slack, workspace: Workspace
) -> None:
    meeting = {"unique_id": "1", "url": "https://meet.test/secret", "title": "Visit", "created_by": U_EN}
    first = await gateway.add_call(TEAM, **meeting)
    assert await gateway.add_call(TEAM, **meeting) == first
    assert all(not call.in_url for call in workspace.calls_of("calls.add"))


async def test_messages_are_read_with_their_metadata(gateway: Slack, workspace: Workspace) -> None:
    known = {"event_type": "apizee_session", "event_payload": {"kind": "meeting", "id": 1}}
    parent = workspace.say(U_EN, PRIVATE_WITH_BOT, "help!")
    thread = Conversation(TEAM, PRIVATE_WITH_BOT, parent.ts)
    await gateway.post(thread, replace(HELLO, metadata=known))
    assert [one.get("metadata") for one in await gateway.messages(thread, since=0)] == [None, known]
    assert [one["ts"] for one in await gateway.messages(replace(thread, thread_ts=None), since=0)] == [parent.ts]


async def test_without_the_scope_for_it_nothing_is_read(gateway: Slack, workspace: Workspace) -> None:
    workspace.scopes -= {"channels:history"}
    with pytest.raises(MissingScope):
        await gateway.messages(HERE, since=0)


# ── Slack on bad days ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fault", "retry_in"),
    [
        (RateLimited(7), 7.0),
        (Broken(503), 2.0),
        (Refuses("internal_error"), 2.0),
        (Refuses("ratelimited"), 2.0),
        (Down(), 2.0),
        (AnswerLost(), 2.0),
    ],
)
async def test_what_passes_is_to_be_tried_again(
    gateway: Slack, workspace: Workspace, fault: Fault, retry_in: float
) -> None:
    workspace.faults.switch_on(fault, "chat.postMessage")
    with pytest.raises(SlackAway) as caught:
        await gateway.post(HERE, HELLO)
    assert caught.value.retry_in == retry_in
    assert len(workspace.calls_of("chat.postMessage")) == 1


@pytest.mark.parametrize(
    "code", ["message_limit_exceeded", "team_migrating", "team_added_to_org", "external_channel_migrating"]
)
async def test_a_documented_error_that_says_later_is_waited_for(
    gateway: Slack, workspace: Workspace, code: str
) -> None:
    workspace.faults.switch_on(Refuses(code, headers=(("Retry-After", "31536000"),)), "chat.update")
    card = await gateway.post(HERE, HELLO)
    with pytest.raises(SlackAway) as caught:
        await gateway.edit(TEAM, card, HELLO)
    assert caught.value.retry_in == 60.0


async def test_any_other_refusal_carries_its_method_and_code(
    gateway: Slack, workspace: Workspace, refusals: list[tuple[str, str]]
) -> None:
    workspace.faults.switch_on(Refuses("team_access_not_granted"), "chat.postMessage")
    with pytest.raises(SlackError) as caught:
        await gateway.post(HERE, HELLO)
    assert (caught.value.method, caught.value.code) == ("chat.postMessage", "team_access_not_granted")
    assert refusals == [("chat.postMessage", "team_access_not_granted")]


async def test_what_slack_would_not_take_is_said_in_plain_words(gateway: Slack, workspace: Workspace) -> None:
    odd = Message("Hello", (section("*Hello*, Alice"), {"type": "no such block"}))
    assert await gateway.send_private(Requester(U_EN, HERE), odd)
    assert [one.text for one in workspace.ephemerals(U_EN)] == ["*Hello*, Alice"]
    card = await gateway.post(HERE, HELLO)
    await gateway.edit(TEAM, card, odd)
    (shown,) = workspace.messages(SUPPORT)
    assert (shown.text, shown.blocks) == ("*Hello*, Alice", [])
