"""What one agent is shown, another does not see; each reads their own language."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sit
from tests.browser.page_driver import Customer, PageDriver, ticket_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 3")]

OTHERS = ["Agent (French)", "Agent without login"]


async def test_the_links_of_one_agent_are_not_seen_by_the_others(page: PageDriver, customer: Customer) -> None:
    card = await page.invite(customer)
    private_message = page.message(f"tickets/{await ticket_of(card)}")
    await expect(private_message).to_contain_text("Only visible to you")
    for name in OTHERS:
        await page.act_as(name)
        await expect(card).to_be_visible()
        await expect(private_message).to_have_count(0)
    await page.act_as("Agent (English)")
    await expect(private_message).to_be_visible()


async def test_who_refuses_the_camera_is_the_agents_to_call_back(page: PageDriver, customer: Customer) -> None:
    card = await page.invite(customer)
    await page.phone.get_by_role("link", name="/apizee/diag").click()
    await page.touch("Accept", "Refuse camera")
    await expect(page.phone).to_contain_text("The customer refused the camera.")
    await expect(page.message("Only visible to you", "Your customer refused the camera.").last).to_be_visible()
    await expect(card).to_contain_text("camera refused")
    await page.touch("Allow camera")
    await expect(page.phone).to_contain_text("The customer allowed the camera.")


async def test_a_way_in_is_for_the_one_who_asked(page: PageDriver, sit: Sit, customer: Customer) -> None:
    card = await page.invite(customer)
    await card.get_by_role("button", name="Open").click()
    await expect(page.dialog).to_contain_text("It is yours alone")
    other = await sit()
    await other.visit(**{"as": "french"})
    await expect(other.card(customer)).to_be_visible()
    await expect(other.dialog).to_have_count(0)


async def test_the_french_agent_reads_french(page: PageDriver, customer: Customer) -> None:
    await page.act_as("Agent (French)")
    await page.type(customer.command)
    card = page.card(customer)
    await expect(card).to_contain_text("Assistance vidéo pour +33 6")
    await expect(card).to_contain_text("Invitation envoyée par SMS.")
    await expect(card.get_by_role("button", name="Actualiser")).to_be_visible()
    await expect(page.message("Votre assistance vidéo est prête.").last).to_contain_text("Visible par vous uniquement.")
    await page.type("/meet")
    await expect(page.page.get_by_role("dialog", name="Lancer une réunion vidéo")).to_be_visible()


async def test_without_a_login_nobody_is_invited_and_one_reads_what_to_do(page: PageDriver, customer: Customer) -> None:
    await page.visit(**{"as": "no-login", "in": "direct"})
    await page.type(customer.command)
    message = page.message("You have no agent's login at Apizee yet, so nothing was sent.")
    await expect(message.last).to_be_visible()
    await expect(page.card(customer)).to_have_count(0)
