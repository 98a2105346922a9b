"""What one agent is told, another does not see; each reads their own language."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.page_driver import Customer, Desk, ticket_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 3")]

OTHERS = ["Agent (French)", "Agent without login"]


async def test_the_links_of_one_agent_are_not_seen_by_the_others(desk: Desk, customer: Customer) -> None:
    card = await desk.invite(customer)
    whisper = desk.message(f"tickets/{await ticket_of(card)}")
    await expect(whisper).to_contain_text("Only visible to you")
    for name in OTHERS:
        await desk.act_as(name)
        await expect(card).to_be_visible()
        await expect(whisper).to_have_count(0)
    await desk.act_as("Agent (English)")
    await expect(whisper).to_be_visible()


async def test_a_sign_in_link_is_for_the_one_who_asked(desk: Desk, customer: Customer) -> None:
    card = await desk.invite(customer)
    await card.get_by_role("button", name="Open").click()
    link = desk.message("This link signs you in.").last
    await expect(link).to_contain_text("Only visible to you")
    await desk.act_as("Agent (French)")
    await expect(card).to_be_visible()
    await expect(link).to_have_count(0)


async def test_the_french_agent_reads_french(desk: Desk, customer: Customer) -> None:
    await desk.act_as("Agent (French)")
    await desk.type(customer.command)
    card = desk.card(customer)
    await expect(card).to_contain_text("Assistance vidéo pour +33 6")
    await expect(card).to_contain_text("Invitation envoyée par SMS.")
    await expect(card.get_by_role("button", name="Actualiser")).to_be_visible()
    await expect(desk.message("Votre assistance vidéo est prête.").last).to_contain_text("Vous seul voyez ce message.")
    await desk.type("/meet")
    await expect(desk.page.get_by_role("dialog", name="Lancer une réunion vidéo")).to_be_visible()


async def test_without_a_login_nobody_is_invited_and_one_reads_what_to_do(desk: Desk, customer: Customer) -> None:
    await desk.visit(**{"as": "no-login", "in": "direct"})
    await desk.type(customer.command)
    told = desk.message("You have no agent's login at Apizee yet, so nothing was sent.")
    await expect(told.last).to_be_visible()
    await expect(desk.card(customer)).to_have_count(0)
