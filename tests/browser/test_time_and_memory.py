"""Time passes, pages are reloaded, the demo is restarted: nothing is forgotten."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from playground.demo import free_port
from tests.browser.page_driver import Customer, Desk, seated
from tests.playground.demo_process import folder, running_demo

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 3")]


async def test_an_invitation_that_nobody_takes_expires_on_the_card(desk: Desk, customer: Customer) -> None:
    card = await desk.invite(customer)
    await desk.button("+1 h").click()
    await expect(card).to_contain_text("The invitation has expired.")
    await expect(desk.page.get_by_role("group", name="Clock")).to_contain_text("ahead")
    await expect(desk.phone.get_by_role("button", name="Open link")).to_be_disabled()


async def test_a_reload_shows_the_same_to_the_same_person(desk: Desk, customer: Customer) -> None:
    await desk.act_as("Agent (French)")
    await desk.go_to("general")
    await desk.type(customer.command)
    card = desk.card(customer)
    await expect(card).to_contain_text("Invitation envoyée par SMS.")
    await desk.switch("Webhooks are late").check()
    await desk.button("Dark mode").click()
    await desk.page.reload()
    await expect(card).to_contain_text("Invitation envoyée par SMS.")
    await expect(desk.page.get_by_role("combobox", name="Acting as")).to_have_value("french")
    await expect(desk.page.get_by_role("heading", name="#general")).to_be_visible()
    await expect(desk.switch("Webhooks are late")).to_be_checked()
    await expect(desk.button("Dark mode")).to_have_attribute("aria-pressed", "true")


async def test_the_way_back_leads_back(desk: Desk) -> None:
    await desk.go_to("private")
    await desk.page.go_back()
    await expect(desk.page.get_by_role("heading", name="#support")).to_be_visible()


@pytest.mark.slow
async def test_a_page_that_stays_open_goes_on_when_the_demo_is_started_again(
    browser: Browser, customer: Customer
) -> None:
    port = str(free_port())
    with folder() as data_dir:
        async with running_demo(data_dir, "--port", port) as demo, seated(browser, demo.address) as desk:
            card = await desk.invite(customer)
            await desk.touch("Open link", "Accept", "Allow camera", "Take photo")
            await expect(card).to_contain_text("In progress")
            await demo.stop()
            await expect(desk.page.get_by_text("Reconnecting…")).to_be_visible()
            async with running_demo(data_dir, "--port", port):
                await expect(desk.page.get_by_text("Reconnecting…")).to_have_count(0)
                await desk.touch("Hang up")
                await expect(card).to_contain_text("Done after")
            desk.complaints.clear()  # about a server that was away
