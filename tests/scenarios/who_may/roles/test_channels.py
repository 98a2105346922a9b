"""In which channels sessions start, and who sees them there."""

from __future__ import annotations

from sandbox.apizee.accounts import AGENT_2
from sandbox.apizee.simulation import TicketOrder
from sandbox.apizee.urls import Links
from sandbox.slack.default_world import (
    GENERAL,
    PARTNER_TEAM,
    PARTNERS,
    PRIVATE_WITH_BOT,
    SUPPORT,
    U_ADMIN,
    U_EN,
    U_FR,
    U_NOLOGIN,
)
from sandbox.slack.model import Message
from tests.scenarios.environment import Environment, Vendors, new_environment
from tests.scenarios.who_may.roles.started import CUSTOMER, card_in

LINKS = Links("https://cloud.apizee.invalid", "https://diag.apizee.invalid")


# ── Channels ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_sessions_start_in_some_channels_only(around: Vendors) -> None:
    async with new_environment(around, allowed_channels={SUPPORT}) as environment:
        await environment.assist(CUSTOMER, channel=GENERAL)
        await environment.private_message("Video sessions cannot be started in this channel")
        assert await environment.came_to_nothing(channel=GENERAL)
        await environment.assist(CUSTOMER, channel=SUPPORT)
        await environment.card("Invited")


async def test_nothing_starts_in_a_channel_that_is_shared(environment: Environment) -> None:
    await environment.assist(CUSTOMER, channel=PARTNERS)
    await environment.private_message("shared with another organisation")
    assert await environment.came_to_nothing(channel=PARTNERS)


async def test_the_operator_may_allow_shared_channels(around: Vendors) -> None:
    async with new_environment(around, shared_channels=True) as environment:
        await environment.assist(CUSTOMER, channel=PARTNERS)
        await environment.card("Invited", channel=PARTNERS)


async def test_a_channel_that_becomes_shared_is_said_to_who_has_an_open_session_there(
    environment: Environment,
) -> None:
    await card_in(environment, SUPPORT)
    await environment.people.share_channel(SUPPORT, PARTNER_TEAM)
    await environment.private_message("is now shared with another organisation")
    assert not environment.ephemeral_messages(U_FR)
    await environment.assist("jean@client.com")
    await environment.private_message("so nothing was started here")
    await environment.people.unshare_channel(SUPPORT, PARTNER_TEAM)
    await environment.settled()
    await environment.assist("jean@client.com")
    await environment.slack.wait_for(lambda: len(environment.cards()) == 2)


async def test_a_channel_with_another_id_takes_its_sessions_along(environment: Environment) -> None:
    card = await card_in(environment, SUPPORT)
    (ticket,) = environment.apizee.tickets.values()
    await environment.people.change_channel_id(SUPPORT, "C0SUPPOR2")
    await environment.settled()
    await environment.people.mention(U_FR, "C0SUPPOR2", "media", thread_ts=card.ts)
    await environment.private_message("minutes après", user=U_FR)
    environment.apizee.declines(ticket.id)
    await environment.people.click(U_EN, card, "session_refresh")
    await environment.slack.wait_for(lambda: "declined" in card.text)


# ── Seeing is by place ───────────────────────────────────────────────────────────────────────────────────


async def test_a_session_in_a_private_channel_is_found_by_its_members_and_administrators(
    environment: Environment,
) -> None:
    await card_in(environment, PRIVATE_WITH_BOT)
    (number,) = environment.apizee.tickets
    await environment.assist("find CASE-7", user=U_NOLOGIN)
    await environment.private_message("No session has the reference", user=U_NOLOGIN)
    await environment.assist(f"media {number}", user=U_NOLOGIN)
    await environment.private_message("this is not one of them", user=U_NOLOGIN)
    for user in (U_FR, U_ADMIN):
        await environment.assist("find CASE-7", user=user)
        await environment.private_message(str(number), user=user)


async def test_who_has_left_the_channel_sees_it_no_more(environment: Environment) -> None:
    await card_in(environment, PRIVATE_WITH_BOT)
    environment.slack.channels[PRIVATE_WITH_BOT].members.remove(U_FR)
    await environment.assist("media CASE-7", user=U_FR)
    await environment.private_message("Aucune session", user=U_FR)


async def test_a_ticket_made_outside_the_bot_is_its_agents_and_administrators(environment: Environment) -> None:
    order = TicketOrder(AGENT_2, ("+33612345678",), "CASE-8", invite=True)
    ticket = environment.apizee.open_ticket(order, LINKS)
    await environment.assist("find CASE-8", user=U_EN)
    await environment.private_message("No session has the reference", user=U_EN)
    await environment.assist(f"media {ticket.id}", user=U_EN)
    await environment.private_message("this is not one of them", user=U_EN)
    for user in (U_FR, U_ADMIN):
        await environment.assist("find CASE-8", user=user)
        await environment.private_message(str(ticket.id), user=user)


async def test_a_message_of_another_app_shows_nobodys_media(environment: Environment) -> None:
    """Any app may write any ticket's number into the metadata of its messages."""
    await card_in(environment, PRIVATE_WITH_BOT)
    (number,) = environment.apizee.tickets
    payload = {"kind": "assistance", "id": number, "reference": "CASE-7"}
    forged = Message(
        environment.slack.next_ts(),
        SUPPORT,
        U_NOLOGIN,
        "hello",
        metadata={"event_type": "apizee_session", "event_payload": payload},
    )
    environment.slack.add(forged)
    await environment.people.message_shortcut(U_NOLOGIN, "session_media", forged)
    await environment.private_message("was found here", user=U_NOLOGIN)
    assert not environment.asked("GET", f"/api/tickets/{number}/medias")


async def test_everybodys_figures_are_for_administrators(environment: Environment) -> None:
    for command in ("/assist", "/meet"):
        await environment.people.command(U_EN, SUPPORT, command, "stats all")
    await environment.slack.wait_for(lambda: len(environment.ephemeral_messages()) == 2)
    assert all("for administrators" in one for one in environment.ephemeral_messages())
    assert not environment.apizee.requests


async def test_the_sessions_of_a_channel_are_listed_there_and_everybodys_for_administrators(
    environment: Environment,
) -> None:
    await card_in(environment, PRIVATE_WITH_BOT)
    (number,) = environment.apizee.tickets
    await environment.assist("list here", user=U_FR, channel=PRIVATE_WITH_BOT)
    assert f"<@{U_EN}>" in (await environment.private_message(f"*{number}*", user=U_FR)).text
    await environment.assist("list here", user=U_ADMIN, channel=SUPPORT)
    await environment.private_message("No assistance is open in this channel", user=U_ADMIN)
    await environment.assist("list all", user=U_ADMIN, channel=SUPPORT)
    await environment.private_message(f"*{number}*", user=U_ADMIN)
    await environment.assist("list all", user=U_NOLOGIN)
    await environment.private_message("for administrators", user=U_NOLOGIN)
    await environment.meet("list here", user=U_EN)
    await environment.private_message("No meeting is open in this channel")
