"""Where the bot may not post, nothing is lost: the card is in the direct messages, and the person reads why."""

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
from tests.scenarios.environment import Environment, Vendors, new_environment


async def test_a_public_channel_needs_no_invitation_of_the_bot(environment: Environment) -> None:
    await environment.assist("jean@client.com", channel=GENERAL)
    await environment.invited(channel=GENERAL)
    assert (await environment.private_message("Your video assistance is ready")).channel == GENERAL


async def test_a_private_channel_with_the_bot_gets_its_cards(environment: Environment) -> None:
    await environment.assist("jean@client.com", channel=PRIVATE_WITH_BOT)
    await environment.invited(channel=PRIVATE_WITH_BOT)


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
    environment: Environment, channel: str, why: str, what_to_do: str
) -> None:
    await environment.assist("jean@client.com", channel=channel)
    ours = environment.slack.direct_messages(U_EN).id
    await environment.invited(channel=ours)
    card = await environment.card("Invited", channel=ours)
    notice = await environment.private_message("our direct messages")
    assert notice.channel == channel
    assert why in notice.text
    assert what_to_do in notice.text
    assert f"/archives/{ours}/p{card.ts.replace('.', '')}|" in notice.text
    assert not environment.cards(channel)


async def test_the_buttons_of_a_card_in_the_direct_messages_work(environment: Environment) -> None:
    await environment.assist("jean@client.com", channel=PRIVATE)
    ours = environment.slack.direct_messages(U_EN).id
    ticket = await environment.invited(channel=ours)
    environment.apizee.declines(ticket.id)
    await environment.people.click(U_EN, await environment.card("Invited", channel=ours), "session_refresh")
    await environment.card("declined", channel=ours)


async def test_without_the_scope_for_public_channels_the_person_is_asked_to_invite_the_bot(around: Vendors) -> None:
    around.slack.scopes -= {"chat:write.public"}
    async with new_environment(around) as environment:
        await environment.meet("ann@example.com", channel=GENERAL, user=U_FR)
        await environment.private_message("`/invite @Apizee`", user=U_FR)
        await environment.card("Les invitations sont envoyées", channel=environment.slack.direct_messages(U_FR).id)


async def test_a_form_sent_for_a_closed_channel_is_answered_there(environment: Environment) -> None:
    await environment.assist("")
    await environment.form()
    await environment.people.submit(U_EN, {"contact": "jean@client.com", "channel": PRIVATE})
    assert (await environment.private_message("/invite @Apizee")).channel == PRIVATE


async def test_the_commands_work_in_the_direct_messages_with_the_bot(environment: Environment) -> None:
    ours = environment.slack.direct_messages(U_EN).id
    await environment.assist("jean@client.com", channel=ours)
    await environment.invited(channel=ours)


# ── People who leave ─────────────────────────────────────────────────────────────────────────────────────


async def test_who_was_deactivated_before_the_invitation_invites_nobody(environment: Environment) -> None:
    async def deactivate(method: str) -> None:
        if method == "users.info":
            environment.slack.users[U_EN] = replace(environment.slack.users[U_EN], deleted=True)

    environment.slack.before = deactivate
    await environment.assist("jean@client.com")
    await environment.private_message("Slack no longer shows the person")
    assert await environment.came_to_nothing()


async def test_who_was_deactivated_meanwhile_leaves_a_finished_card(environment: Environment) -> None:
    async def deactivate(method: str) -> None:
        if method == "chat.update":
            environment.slack.users[U_EN] = replace(environment.slack.users[U_EN], deleted=True)

    environment.slack.before = deactivate
    environment.slack.faults.switch_on(Refuses("expired_url"), "response_url")
    await environment.assist("jean@client.com")
    await environment.settled()
    await environment.card("Invited by e-mail")
    assert not environment.ephemeral_messages()


# ── Slack wants waits ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("method", ["chat.postMessage", "chat.update", "users.info", "response_url"])
async def test_slacks_limit_is_waited_out_and_the_card_is_posted_once(environment: Environment, method: str) -> None:
    environment.slack.faults.switch_on(RateLimited(retry_after=1), method, times=1)
    await environment.assist("jean@client.com")
    ticket = await environment.invited()
    assert (await environment.private_message("Your video assistance is ready")).channel == SUPPORT
    await environment.settled()
    assert len(environment.cards()) == 1
    assert list(environment.apizee.tickets) == [ticket.id]
    assert len(environment.ephemeral_messages()) == 1


async def test_one_message_a_second_is_enough_for_many_commands_at_once(environment: Environment) -> None:
    environment.slack.one_message_per_second = True
    for name in ("jean", "paul"):
        await environment.assist(f"{name}@client.com")
    await environment.slack.wait_for(
        lambda: [one.text[-18:] for one in environment.cards()] == ["Invited by e-mail."] * 2
    )
    assert len(environment.apizee.outbox) == 2
