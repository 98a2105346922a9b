"""Who may start and use sessions, as each role meets it: by commands, shortcuts, buttons, mentions and on the Home."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.slack.default_world import AGENTS, SUPPORT, U_EN, U_FR, U_GUEST, U_NOLOGIN, U_STRANGER
from sandbox.slack.faults import Broken, Fault, RateLimited, Slow
from sandbox.slack.model import User
from tests.scenarios.environment import Environment, Vendors, button, new_environment, said
from tests.scenarios.process import commanded
from tests.scenarios.who_may.roles.started import CUSTOMER, card_in

MEMBERS_ONLY = "full member of the workspace"
OWN_ORGANISATION = "works for members of the organisation"


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
