"""Where the bot may not post, nothing is lost: the card is in the direct messages, and the person is told why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.slack.default_world import (
    ALICE_AND_BRUNO,
    ARCHIVED,
    GENERAL,
    PRIVATE,
    PRIVATE_WITH_BOT,
    RESTRICTED,
    SUPPORT,
    U_EN,
    U_FR,
)
from sandbox.slack.faults import RateLimited, Refuses
from tests.scenarios.environment import Stage, Vendors, staged


async def test_a_public_channel_needs_no_invitation_of_the_bot(stage: Stage) -> None:
    await stage.assist("jean@client.com", channel=GENERAL)
    await stage.invited(channel=GENERAL)
    assert (await stage.whisper("Your video assistance is ready")).channel == GENERAL


async def test_a_private_channel_with_the_bot_gets_its_cards(stage: Stage) -> None:
    await stage.assist("jean@client.com", channel=PRIVATE_WITH_BOT)
    await stage.invited(channel=PRIVATE_WITH_BOT)


@pytest.mark.parametrize(
    ("channel", "why", "what_to_do"),
    [
        (PRIVATE, "I cannot post in this conversation", "type `/invite @Apizee` in it"),
        (ALICE_AND_BRUNO, "I cannot post in a conversation between people", "Use a channel"),
        (ARCHIVED, "it is archived", "use another one"),
        (RESTRICTED, "its owners restrict who may", "use another channel"),
    ],
)
async def test_where_the_bot_may_not_post_the_card_is_in_the_direct_messages(
    stage: Stage, channel: str, why: str, what_to_do: str
) -> None:
    await stage.assist("jean@client.com", channel=channel)
    ours = stage.slack.direct_messages(U_EN).id
    await stage.invited(channel=ours)
    card = await stage.card("Invited", channel=ours)
    told = await stage.whisper("our direct messages")
    assert told.channel == channel
    assert why in told.text
    assert what_to_do in told.text
    assert f"/archives/{ours}/p{card.ts.replace('.', '')}|" in told.text
    assert not stage.cards(channel)


async def test_the_buttons_of_a_card_in_the_direct_messages_work(stage: Stage) -> None:
    await stage.assist("jean@client.com", channel=PRIVATE)
    ours = stage.slack.direct_messages(U_EN).id
    ticket = await stage.invited(channel=ours)
    stage.apizee.declines(ticket.id)
    await stage.people.click(U_EN, await stage.card("Invited", channel=ours), "session_refresh")
    await stage.card("declined", channel=ours)


async def test_without_the_scope_for_public_channels_the_person_is_told_to_invite_the_bot(around: Vendors) -> None:
    around.slack.scopes -= {"chat:write.public"}
    async with staged(around) as stage:
        await stage.meet("ann@example.com", channel=GENERAL, user=U_FR)
        await stage.whisper("`/invite @Apizee`", user=U_FR)
        await stage.card("Les invitations sont envoyées", channel=stage.slack.direct_messages(U_FR).id)


async def test_a_form_sent_for_a_closed_channel_is_answered_there(stage: Stage) -> None:
    await stage.assist("")
    await stage.form()
    await stage.people.submit(U_EN, {"contact": "jean@client.com", "channel": PRIVATE})
    assert (await stage.whisper("/invite @Apizee")).channel == PRIVATE


async def test_the_commands_work_in_the_direct_messages_with_the_bot(stage: Stage) -> None:
    ours = stage.slack.direct_messages(U_EN).id
    await stage.assist("jean@client.com", channel=ours)
    await stage.invited(channel=ours)


# ── People who leave ─────────────────────────────────────────────────────────────────────────────────────


async def test_whoever_was_deactivated_before_the_invitation_invites_nobody(stage: Stage) -> None:
    async def deactivate(method: str) -> None:
        if method == "users.info":
            stage.slack.users[U_EN] = replace(stage.slack.users[U_EN], deleted=True)

    stage.slack.before = deactivate
    await stage.assist("jean@client.com")
    await stage.whisper("Slack no longer shows the person")
    assert await stage.came_to_nothing()


async def test_whoever_was_deactivated_meanwhile_leaves_a_finished_card(stage: Stage) -> None:
    async def deactivate(method: str) -> None:
        if method == "chat.update":
            stage.slack.users[U_EN] = replace(stage.slack.users[U_EN], deleted=True)

    stage.slack.before = deactivate
    stage.slack.faults.switch_on(Refuses("expired_url"), "response_url")
    await stage.assist("jean@client.com")
    await stage.settled()
    await stage.card("Invited by e-mail")
    assert not stage.whispers()


# ── Slack asks for patience ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update", "users.info", "response_url"])
async def test_slacks_limit_is_waited_out_and_the_card_is_posted_once(stage: Stage, method: str) -> None:
    stage.slack.faults.switch_on(RateLimited(retry_after=1), method, times=1)
    await stage.assist("jean@client.com")
    ticket = await stage.invited()
    assert (await stage.whisper("Your video assistance is ready")).channel == SUPPORT
    await stage.settled()
    assert len(stage.cards()) == 1
    assert list(stage.apizee.tickets) == [ticket.id]
    assert len(stage.whispers()) == 1


async def test_one_message_a_second_is_enough_for_many_commands_at_once(stage: Stage) -> None:
    stage.slack.one_message_per_second = True
    for name in ("jean", "paul"):
        await stage.assist(f"{name}@client.com")
    await stage.slack.wait_for(lambda: [one.text[-18:] for one in stage.cards()] == ["Invited by e-mail."] * 2)
    assert len(stage.apizee.outbox) == 2
