"""Who may do what, as each role meets it: by commands, shortcuts, buttons, mentions and on the Home."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.apizee.accounts import AGENT_2
from sandbox.apizee.simulation import TicketOrder
from sandbox.apizee.urls import Links
from sandbox.slack.default_world import (
    AGENTS,
    GENERAL,
    PARTNER_TEAM,
    PARTNERS,
    PRIVATE_WITH_BOT,
    SUPPORT,
    U_ADMIN,
    U_EN,
    U_FR,
    U_GUEST,
    U_NOLOGIN,
    U_STRANGER,
)
from sandbox.slack.faults import Broken, Fault, RateLimited, Slow
from sandbox.slack.model import Message, User
from tests.scenarios.environment import Environment, Vendors, button, new_environment, said
from tests.scenarios.process import commanded

CUSTOMER = "+33 6 62 68 21 93"
LINKS = Links("https://cloud.apizee.invalid", "https://diag.apizee.invalid")
MEMBERS_ONLY = "full member of the workspace"
OWN_ORGANISATION = "works for members of the organisation"


async def card_in(environment: Environment, channel: str, *, user: str = U_EN) -> Message:
    """Return the card of a session that somebody has just started in a channel."""
    await environment.assist(f"{CUSTOMER} ref:CASE-7", user=user, channel=channel)
    await environment.invited(channel=channel)
    await environment.settled()
    (card,) = environment.cards(channel)
    return card


def changed(environment: Environment, user: str, **facts: object) -> None:
    """Let Slack say something else of somebody."""
    known: User = environment.slack.users[user]
    environment.slack.users[user] = replace(known, **facts)  # type: ignore[arg-type]  # names are checked by replace()


# ── Guests and other organisations ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", ["/assist", "/meet"])
@pytest.mark.parametrize("typed", ["ann@example.com", "find CASE-7", "media 12", "list", "stats", ""])
async def test_a_guest_reads_whom_to_ask(environment: Environment, command: str, typed: str) -> None:
    await environment.people.command(U_GUEST, SUPPORT, command, typed)
    await environment.private_message(MEMBERS_ONLY, user=U_GUEST)
    assert await environment.came_to_nothing()


async def test_a_guest_sees_nothing_on_the_home_but_why(environment: Environment) -> None:
    await environment.people.open_home(U_GUEST)
    home = await environment.slack.wait_for(lambda: environment.slack.home(U_GUEST))
    assert home is not None
    assert MEMBERS_ONLY in str(home.body)
    assert len(home.body["blocks"]) == 1


async def test_guests_who_may_start_use_what_they_started_and_are_never_signed_in(around: Vendors) -> None:
    async with new_environment(around, guests_may_start=True) as environment:
        changed(environment, U_GUEST, email="agent2@apizee.com")
        await environment.assist(CUSTOMER, user=U_GUEST)
        await environment.card("Invited")
        await environment.private_message("Your video assistance is ready", user=U_GUEST)
        (card,) = environment.cards()
        await environment.people.click(U_GUEST, card, "session_open")
        opened = await environment.modal("plain_link", user=U_GUEST)
        assert "access_token" not in button(opened, "plain_link")["url"]
        await environment.assist("find CASE-7", user=U_GUEST)
        await environment.private_message(MEMBERS_ONLY, user=U_GUEST)


@pytest.mark.parametrize("action", ["session_open", "session_media"])
async def test_other_organisations_press_buttons_for_nothing(environment: Environment, action: str) -> None:
    card = await card_in(environment, SUPPORT)
    environment.slack.channels[SUPPORT].members.add(U_STRANGER)
    before = len(environment.apizee.requests)
    await environment.people.click(U_STRANGER, card, action)
    await environment.modal(OWN_ORGANISATION, user=U_STRANGER)
    await environment.people.click(U_STRANGER, card, "session_refresh")
    await environment.private_message(OWN_ORGANISATION, user=U_STRANGER)
    assert len(environment.apizee.requests) == before


async def test_other_organisations_mention_the_bot_for_nothing(environment: Environment) -> None:
    card = await card_in(environment, SUPPORT)
    environment.slack.channels[SUPPORT].members.add(U_STRANGER)
    for thread_ts in (card.ts, None):
        await environment.people.mention(U_STRANGER, SUPPORT, "media", thread_ts=thread_ts)
    await environment.audited(U_STRANGER, at_least=2)
    await environment.settled()
    sent = environment.ephemeral_messages(U_STRANGER)
    assert len(sent) == 2
    assert all(OWN_ORGANISATION in one for one in sent)


# ── Logins ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_address_that_slack_does_not_confirm_starts_nothing(environment: Environment) -> None:
    changed(environment, U_EN, is_email_confirmed=False)
    await environment.assist(CUSTOMER)
    await environment.private_message("which has to be confirmed there")
    assert await environment.came_to_nothing()


async def test_without_a_login_one_starts_as_the_common_agent_and_gets_the_links(around: Vendors) -> None:
    async with new_environment(around, apizee_default_agent="default.agent@apizee.com") as environment:
        changed(environment, U_EN, is_email_confirmed=False)
        await environment.assist(CUSTOMER)
        ticket = await environment.invited()
        assert ticket.agent.login == "default.agent@apizee.com"
        assert "access_token" not in said(await environment.private_message("Your video assistance is ready"))


async def test_a_login_that_the_operator_gave_is_the_agents(around: Vendors) -> None:
    async with new_environment(around, agent_logins={U_NOLOGIN: "agent2@apizee.com"}) as environment:
        await environment.assist(CUSTOMER, user=U_NOLOGIN)
        await environment.card("Invited")
        (ticket,) = environment.apizee.tickets.values()
        assert ticket.agent.login == "agent2@apizee.com"


async def test_agents_are_the_members_of_a_group(around: Vendors) -> None:
    async with new_environment(around, allowed_groups={AGENTS}) as environment:
        await environment.assist(CUSTOMER, user=U_FR)
        await environment.private_message("membres de certains groupes", user=U_FR)
        assert await environment.came_to_nothing()
        await environment.assist(CUSTOMER, user=U_EN)
        await environment.card("Invited")


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


# ── The audit, and the acknowledgement ───────────────────────────────────────────────────────────────────


async def test_the_operator_reads_who_was_allowed_and_denied_what(around: Vendors, tmp_path: Path) -> None:
    async with new_environment(around) as environment:
        await card_in(environment, SUPPORT)
        await environment.assist(CUSTOMER, user=U_GUEST)
        await environment.audited(U_GUEST)
    code, printed = await commanded(around.environment, tmp_path, "audit", "--json", "--since", "yesterday")
    allowed, denied = (json.loads(line) for line in printed.splitlines())
    assert code == 0
    assert (allowed["user"], allowed["act"], allowed["verdict"], allowed["channel"]) == (
        U_EN,
        "start",
        "allowed",
        SUPPORT,
    )
    assert (denied["user"], denied["verdict"], denied["reason"]) == (U_GUEST, "denied", "guest")
    assert not [contact for contact in (CUSTOMER, CUSTOMER.replace(" ", ""), "62682193") if contact in printed]
    code, printed = await commanded(around.environment, tmp_path, "audit")
    assert [line.split()[4:6] for line in printed.splitlines()[1:]] == [["start", "allowed"], ["start", "denied"]]
    code, printed = await commanded(around.environment, tmp_path, "audit", "--since", "2999-01-01")
    assert (code, printed) == (0, "The audit has no entries since then.\n")


@pytest.mark.parametrize("trouble", [Broken(503), RateLimited(0)], ids=["fails", "asks to wait"])
async def test_what_slack_does_not_say_just_now_is_asked_again_and_nobody_is_turned_away(
    environment: Environment, trouble: Fault
) -> None:
    for method in ("users.info", "conversations.info"):
        environment.slack.faults.switch_on(trouble, method, times=2)
    await environment.assist(CUSTOMER)
    await environment.invited()
    assert [one.refusal for one in await environment.audited(U_EN)] == [None]


async def test_no_acknowledgement_waits_for_what_slack_says_of_people_and_channels(environment: Environment) -> None:
    environment.slack.faults.switch_on(Slow(1.0))
    delivered = await environment.people.command(U_EN, SUPPORT, "/assist", CUSTOMER)
    assert delivered.outcome == "ok"
    assert delivered.seconds < 1
