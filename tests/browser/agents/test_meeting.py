"""The life of a meeting, from its card and from its guest's telephone."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser.page_driver import Customer, PageDriver

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 3")]


@pytest.mark.usefixtures("fresh")  # the bot asks for recordings of the latest sessions, and not for each soon again
async def test_a_guest_joins_and_leaves_and_the_recording_appears(page: PageDriver, customer: Customer) -> None:
    card = await _meeting(page, customer)
    await page.touch("Open link")
    await expect(page.phone).to_contain_text("The guest is in the meeting.")
    await card.get_by_role("button", name="Refresh").click()
    await expect(card).to_contain_text("In progress")
    await page.touch("Hang up")
    await expect(page.phone).to_contain_text("The guest is gone.")
    await expect(card).to_contain_text("Done after")
    await expect(card.get_by_role("link", name="Join")).to_have_count(0)
    await page.button("+1 min").click()
    thread = await page.open_thread(card)
    await expect(thread.get_by_role("article").filter(has_text="1 recording")).to_be_visible()


async def test_a_guest_of_a_moderated_meeting_waits_until_they_are_let_in(page: PageDriver, customer: Customer) -> None:
    card = await _meeting(page, customer, "moderated")
    await expect(card).to_contain_text("guests wait until the moderator lets them in")
    await page.touch("Open link")
    await expect(page.phone).to_contain_text("The guest waits until the moderator lets them in.")
    await page.touch("Let in")
    await expect(page.phone).to_contain_text("The guest is in the meeting.")


async def test_the_way_into_a_meeting_leads_there(page: PageDriver, customer: Customer) -> None:
    card = await _meeting(page, customer)
    async with page.page.expect_popup() as opening:
        await card.get_by_role("link", name="Join the call").click()
    await expect((await opening.value).get_by_role("heading", name="A video meeting")).to_be_visible()


async def _meeting(page: PageDriver, customer: Customer, more: str = "") -> Locator:
    await page.type(f'/meet {customer.address} name:"{customer.reference}" {more}')
    card = page.card(customer)
    await expect(card).to_contain_text("The guests are invited.")
    await expect(page.phone).to_contain_text(f"E-mail to {customer.address}")
    return card
