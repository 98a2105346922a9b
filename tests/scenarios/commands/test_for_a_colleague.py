"""`/assist … for:@colleague`: the colleague is the agent and alone gets the links; `link`: nobody is invited."""

from __future__ import annotations

import pytest

from bot.policy.audit import as_facts
from sandbox.slack.default_world import (
    SUPPORT,
    U_ADMIN,
    U_EN,
    U_FR,
    U_GONE,
    U_GUEST,
    U_NOLOGIN,
    U_OTHER_BOT,
    U_STRANGER,
)
from tests.scenarios.environment import Environment, Vendors, button, new_environment, said
from tests.scenarios.waiting import direct_message

CUSTOMER = "+33 6 62 68 21 93"


async def test_the_colleague_is_the_agent_and_gets_the_links(environment: Environment) -> None:
    await environment.assist(f"{CUSTOMER} for:<@{U_FR}> ref:1234")
    for_alice = await environment.private_message(f"<@{U_FR}> is the agent of this video assistance and got the links")
    for_bruno = await direct_message(environment, U_FR, f"<@{U_EN}> a démarré une assistance vidéo en votre nom")
    ticket = await environment.invited()
    assert ticket.agent.login == "agent2@apizee.com"
    assert [one.to for one in environment.apizee.outbox] == ["+33662682193"]
    assert f"/tickets/{ticket.id}" in said(for_bruno)
    assert "convId=" in said(for_bruno)
    assert "convId=" not in for_bruno.text  # phones show it while they are locked
    await environment.settled()
    card = await environment.card("Invited by SMS")
    assert f"<@{U_EN}>" in said(card)
    assert f"agent: <@{U_FR}>" in said(card)
    for seen in (for_alice, card):
        assert "convId=" not in said(seen)
    assert not environment.slack.ephemerals(U_FR)


async def test_it_is_a_start_by_who_types_it(environment: Environment) -> None:
    await environment.assist(f"{CUSTOMER} for:<@{U_FR}>")
    await environment.invited()
    first, *_ = [as_facts(one) for one in await environment.audited(U_EN)]
    assert (first["act"], first["person"], first["channel"]) == ("start", U_FR, SUPPORT)


async def test_who_may_not_start_starts_nothing_for_a_colleague_either(environment: Environment) -> None:
    await environment.assist(f"{CUSTOMER} for:<@{U_FR}>", user=U_NOLOGIN)
    await environment.private_message("You have no agent's login", user=U_NOLOGIN)
    assert await environment.came_to_nothing()


@pytest.mark.parametrize(
    ("colleague", "why"),
    [
        (U_NOLOGIN, f"<@{U_NOLOGIN}> has no agent's login at Apizee yet, so nothing was sent. Ask an administrator"),
        (U_GUEST, "Name a full member of this workspace after for:"),
        (U_STRANGER, "Name a full member of this workspace after for:"),
        (U_OTHER_BOT, "Name a full member of this workspace after for:"),
        (U_GONE, "Slack no longer shows the person this is about. Nothing was sent."),
    ],
)
async def test_nothing_is_sent_for_who_cannot_be_an_agent(environment: Environment, colleague: str, why: str) -> None:
    await environment.assist(f"{CUSTOMER} for:<@{colleague}>")
    await environment.private_message(why)
    assert await environment.came_to_nothing()
    assert not environment.slack.direct_messages(colleague).messages


async def test_a_common_agent_stands_in_for_no_colleague(around: Vendors) -> None:
    async with new_environment(around, apizee_default_agent="agent1@apizee.com") as environment:
        await environment.assist(f"{CUSTOMER} for:<@{U_NOLOGIN}>")
        await environment.private_message("has no agent's login")
        assert await environment.came_to_nothing()


async def test_for_oneself_is_as_without(environment: Environment) -> None:
    await environment.assist(f"{CUSTOMER} for:<@{U_EN}>")
    await environment.private_message("Your video assistance is ready")
    assert "agent:" not in said(await environment.card("Invited"))


async def test_the_colleague_is_called_and_invites_again_as_themselves(environment: Environment) -> None:
    await environment.assist(f"{CUSTOMER} for:<@{U_FR}>", user=U_ADMIN)
    ticket = await environment.invited()
    environment.apizee.customer_opens(ticket.id)
    environment.apizee.declines(ticket.id)
    card = await environment.card("Invited")
    await environment.people.click(U_FR, card, "session_refresh")
    declined = await environment.card("declined")
    await environment.people.click(U_FR, declined, "session_invite_again")
    await environment.private_message("Votre assistance vidéo est prête", user=U_FR)
    assert [one.agent.login for one in environment.apizee.tickets.values()] == ["agent2@apizee.com"] * 2


async def test_a_link_invites_nobody_and_is_passed_on(environment: Environment) -> None:
    await environment.assist(f"{CUSTOMER} link", user=U_FR)
    message = await environment.private_message("Le lien de votre client est prêt", user=U_FR)
    card = await environment.card("Lien transmis")
    await environment.settled()
    assert [one["invite"] for one in environment.asked("POST", "/api/tickets")] == ["0"]
    assert environment.apizee.outbox == []
    url = button(message, "plain_link")["url"]
    assert url.startswith("https://wa.me/33662682193?text=Bonjour%2C%20")
    assert "convId%3D" in url
    assert "Bonjour, veuillez ouvrir ce lien" in said(message)
    assert "<mailto:?subject=Assistance%20vid%C3%A9o&amp;body=Bonjour" in said(message)
    assert "<sms:+33662682193?&amp;body=Bonjour" in said(message)
    assert "convId" not in message.text
    assert "convId" not in said(card)
    ticket = next(iter(environment.apizee.tickets.values()))
    environment.customer_comes(ticket)
    await environment.people.click(U_FR, card, "session_refresh")
    await environment.card("En cours")


async def test_a_link_is_passed_on_with_its_buttons_where_the_ticket_opens_with_one_click(around: Vendors) -> None:
    async with new_environment(around, public_url="https://bot.example.com") as environment:
        await environment.assist(f"{CUSTOMER} link")
        message = await environment.private_message("The link for your customer is ready")
        labels = [one["text"]["text"] for block in message.blocks for one in block.get("elements", ())]
        assert labels == ["WhatsApp", "QR code", "Sign in and open"]


async def test_a_link_to_an_address_and_for_a_colleague(environment: Environment) -> None:
    await environment.assist(f"jean@client.com LINK for:<@{U_FR}>")
    message = await direct_message(environment, U_FR, "Le lien de votre client est prêt")
    await environment.private_message(f"<@{U_FR}> is the agent")
    assert "<mailto:jean@client.com?subject=Video%20assistance&amp;body=Hello" in said(message)  # as who typed it reads
    assert "https://wa.me/?text=Hello" in said(message)
    card = await environment.card("Link passed on by the agent")
    assert button(card, "session_open")
    assert environment.apizee.outbox == []
