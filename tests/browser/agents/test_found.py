"""On the page, what is listed or found is acted on from there: the button that is meant is the one that is pressed."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Customers
from tests.browser.page_driver import Customer, PageDriver, ticket_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 3")]

_WAY_IN = "Open link", "Accept", "Allow camera", "Take photo"


@pytest.mark.usefixtures("fresh")
async def test_photos_of_the_second_session_of_a_list_come_into_its_thread(
    page: PageDriver, customers: Customers
) -> None:
    first, second = next(customers), next(customers)
    card = await page.invite(first)
    await page.touch(*_WAY_IN)
    await page.invite(second)
    await page.type("/assist list")
    listed = private(page, await ticket_of(card)).filter(has_text="invited")
    await listed.get_by_role("button", name="Media").nth(1).click()
    await page.dialog.get_by_role("button", name="Show in the thread").click()
    await expect(page.dialog).to_contain_text("On its way into the thread: 1 photo.")
    await page.button("Close").click()
    await expect(page.dialog).to_contain_text("1 photo or recording")
    await page.button("Close").click()
    await expect((await page.open_thread(card)).get_by_role("img", name="Photo taken at")).to_be_visible()


async def test_a_meeting_that_was_found_is_joined(page: PageDriver, customer: Customer) -> None:
    await page.type(f'/meet {customer.address} name:"{customer.reference}"')
    await expect(page.card(customer)).to_contain_text("The guests are invited.")
    await page.type(f"/meet find {customer.reference}")
    found = private(page, customer.reference)
    async with page.page.expect_popup() as opening:
        await found.get_by_role("link", name="Join", exact=True).click()
    await expect((await opening.value).get_by_role("heading", name="A video meeting")).to_be_visible()
    await found.get_by_role("button", name="Join as me").click()
    await expect(page.dialog).to_contain_text("You join under your own name")


@pytest.mark.usefixtures("fresh")
async def test_lists_and_the_home_are_turned_page_by_page(page: PageDriver, customers: Customers) -> None:
    for _ in range(6):
        await page.invite(next(customers))
    await page.type("/assist list")
    listed = private(page, "Page 1 of 2")
    await expect(listed.get_by_role("link", name="Open")).to_have_count(5)
    await listed.get_by_role("button", name="Next").click()
    turned = private(page, "Page 2 of 2")
    await expect(turned.get_by_role("link", name="Open")).to_have_count(3)  # the sixth, and two of before the demo
    await page.page.get_by_role("navigation", name="Apps").get_by_role("link", name="Apizee").click()
    home = page.page.get_by_role("region", name="App Home")
    await home.get_by_role("button", name="Next").click()
    await expect(home).to_contain_text("Page 2 of 2")
    await expect(home.get_by_role("link", name="Open")).to_have_count(4)  # the last three, and one of before the demo
    link = home.get_by_role("link", name="card").first
    seconds, micros = re.findall(r"(\d{10})(\d{6})", await link.get_attribute("href") or "")[0]
    await link.click()
    await expect(page.page.get_by_role("heading", name="#support")).to_be_visible()
    await expect(page.page.locator(f'[id="message-{seconds}.{micros}"]')).to_be_in_viewport()


def private(page: PageDriver, words: str) -> Locator:
    """Return the messages with these words that only the person before the page sees."""
    return page.message("Only visible to you", words)
