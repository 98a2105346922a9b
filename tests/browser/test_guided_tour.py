"""Somebody who has never seen the bot is led through a session."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sit
from tests.browser.page_driver import PageDriver

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 3")]


@pytest.mark.usefixtures("fresh")
async def test_the_tour_leads_through_a_whole_session(sit: Sit) -> None:
    page = await sit(with_tour=True)
    await _invites_from_the_tour(page)
    await _is_the_customer(page)
    await expect(page.tour).to_contain_text("6 of 6 · See the figures")
    await page.tour.get_by_role("button", name="Type it for me").click()
    await page.box.press("Enter")
    await expect(page.tour).to_contain_text("That was a whole session")
    thread = await page.open_thread(page.message("Done after", "1 photo"))
    await expect(thread.get_by_role("img", name="Photo taken")).to_be_visible()


async def test_who_has_seen_the_tour_is_not_bothered_again_but_may_ask(sit: Sit) -> None:
    page = await sit(with_tour=True)
    await expect(page.tour).to_contain_text("1 of 6 · Invite a customer")
    await page.tour.get_by_role("button", name="Next").click()
    await expect(page.tour).to_contain_text("2 of 6 · Open the link")
    await page.tour.get_by_role("button", name="Skip the tour").click()
    await page.page.reload()
    await expect(page.box).to_be_visible()
    await expect(page.tour).to_have_count(0)
    await page.button("Tour").click()
    await expect(page.tour).to_contain_text("1 of 6 · Invite a customer")


async def _invites_from_the_tour(page: PageDriver) -> None:
    await expect(page.tour).to_contain_text("1 of 6 · Invite a customer")
    await page.tour.get_by_role("button", name="Type it for me").click()
    await expect(page.box).to_have_value("/assist +33 6 62 68 21 93")
    await expect(page.box).to_be_focused()
    await page.box.press("Enter")
    await expect(page.message("Invited by SMS.")).to_be_visible()


async def _is_the_customer(page: PageDriver) -> None:
    for title, touches in {
        "2 of 6 · Open the link": ["Open link"],
        "3 of 6 · Let the agent see": ["Accept", "Allow camera"],
        "4 of 6 · Take a photo": ["Take photo"],
        "5 of 6 · Hang up": ["Hang up"],
    }.items():
        await expect(page.tour).to_contain_text(title)
        await page.touch(*touches)
