"""Time passes, pages are reloaded, the demo is restarted: nothing is forgotten."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, expect

from playground.demo import free_port
from tests.browser.page_driver import Customer, PageDriver, opened
from tests.playground.demo_process import folder, running_demo

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 3")]


async def test_who_does_not_come_is_the_matter_of_a_reminder_and_then_expires(
    page: PageDriver, customer: Customer
) -> None:
    card = await page.invite(customer)
    await page.button("+5 min").click()
    await expect(page.message("Only visible to you", "has not come yet").last).to_be_in_viewport()
    await page.button("+1 day").click()
    await expect(card).to_contain_text("The invitation has expired.")
    await expect(page.phone.get_by_role("img", name="The link is no longer valid")).to_be_visible()
    await expect(page.page.get_by_role("group", name="Clock")).to_contain_text("ahead")
    await expect(page.phone.get_by_role("button", name="Open link")).to_be_disabled()


async def test_a_reload_shows_the_same_to_the_same_person(page: PageDriver, customer: Customer) -> None:
    await page.act_as("Agent (French)")
    await page.go_to("general")
    await page.type(customer.command)
    card = page.card(customer)
    await expect(card).to_contain_text("Invitation envoyée par SMS.")
    await page.switch("Webhooks are late").check()
    await page.button("Dark mode").click()
    await page.page.reload()
    await expect(card).to_contain_text("Invitation envoyée par SMS.")
    await expect(page.page.get_by_role("combobox", name="Acting as")).to_have_value("french")
    await expect(page.page.get_by_role("heading", name="#general")).to_be_visible()
    await expect(page.switch("Webhooks are late")).to_be_checked()
    await expect(page.button("Dark mode")).to_have_attribute("aria-pressed", "true")


async def test_the_way_back_leads_back(page: PageDriver) -> None:
    await page.go_to("private")
    await page.page.go_back()
    await expect(page.page.get_by_role("heading", name="#support")).to_be_visible()


@pytest.mark.slow
async def test_a_page_that_stays_open_goes_on_when_the_demo_is_started_again(
    browser: Browser, customer: Customer
) -> None:
    port = str(free_port())
    with folder() as data_dir:
        async with (
            running_demo(data_dir, "--port", port) as demo,
            AsyncExitStack() as again,  # it ends after the page, which would complain of a server that goes away
            opened(browser, demo.address) as page,
        ):
            card = await page.invite(customer)
            await page.touch("Open link", "Accept", "Allow camera", "Take photo")
            await expect(card).to_contain_text("In progress")
            await demo.stop()
            await expect(page.page.get_by_text("Reconnecting…")).to_be_visible()
            await again.enter_async_context(running_demo(data_dir, "--port", port))
            await expect(page.page.get_by_text("Reconnecting…")).to_have_count(0)
            await page.touch("Hang up")
            await expect(card).to_contain_text("Done after")
            page.errors.clear()  # about a server that was away
