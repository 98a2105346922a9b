"""On the page, what is listed or found is acted on from there: the button that is meant is the one that is pressed."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Customers
from tests.browser.page_driver import Customer, Desk, ticket_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 3")]

_WAY_IN = "Open link", "Accept", "Allow camera", "Take photo"


@pytest.mark.usefixtures("fresh")
async def test_photos_of_the_second_session_of_a_list_come_into_its_thread(desk: Desk, customers: Customers) -> None:
    first, second = next(customers), next(customers)
    card = await desk.invite(first)
    await desk.touch(*_WAY_IN)
    await desk.invite(second)
    await desk.type("/assist list")
    listed = private(desk, await ticket_of(card)).filter(has_text="invited")
    await listed.get_by_role("button", name="Media").nth(1).click()
    shown = private(desk, "1 photo or recording")
    await shown.get_by_role("button", name="Show in the thread").click()
    await expect(private(desk, "On its way into the thread: 1 photo.")).to_be_visible()
    await expect((await desk.open_thread(card)).get_by_role("img", name="Photo taken at")).to_be_visible()


async def test_a_meeting_that_was_found_is_joined(desk: Desk, customer: Customer) -> None:
    await desk.type(f'/meet {customer.address} name:"{customer.reference}"')
    await expect(desk.card(customer)).to_contain_text("The guests are invited.")
    await desk.type(f"/meet find {customer.reference}")
    found = private(desk, customer.reference)
    async with desk.page.expect_popup() as opening:
        await found.get_by_role("link", name="Join", exact=True).click()
    await expect((await opening.value).get_by_role("heading", name="A video meeting")).to_be_visible()
    await found.get_by_role("button", name="Join as me").click()
    await expect(private(desk, "You join under your own name")).to_be_visible()


@pytest.mark.usefixtures("fresh")
async def test_lists_and_the_home_are_turned_page_by_page(desk: Desk, customers: Customers) -> None:
    for _ in range(6):
        await desk.invite(next(customers))
    await desk.type("/assist list")
    listed = private(desk, "Page 1 of 2")
    await expect(listed.get_by_role("button", name="Open")).to_have_count(5)
    await listed.get_by_role("button", name="Next").click()
    turned = private(desk, "Page 2 of 2")
    await expect(turned.get_by_role("button", name="Open")).to_have_count(1)
    await desk.page.get_by_role("navigation", name="Apps").get_by_role("link", name="Apizee").click()
    home = desk.page.get_by_role("region", name="App Home")
    await home.get_by_role("button", name="Next").click()
    await expect(home).to_contain_text("Page 2 of 2")
    await expect(home.get_by_role("button", name="Open")).to_have_count(1)


def private(desk: Desk, words: str) -> Locator:
    """What only the person before the page is told, and holds these words."""
    return desk.message("Only visible to you", words)
