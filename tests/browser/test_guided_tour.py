"""Somebody who has never seen the bot is led through a session."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sit
from tests.browser.page_driver import PageDriver

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 3")]


@pytest.mark.usefixtures("fresh")
async def test_the_tour_leads_through_a_session_and_waits_for_who_looks(sit: Sit) -> None:
    page = await sit(with_tour=True)
    await _types_for_me(page, "1 of 8 · Invite a customer", "/assist +33 6 62 68 21 93")
    await expect(page.message("Invited by SMS.")).to_be_visible()
    await _goes_on(page)
    await expect(page.tour).to_contain_text("2 of 8 · Be the customer")
    await page.touch("Open link", "Accept", "Allow camera")
    await _goes_on(page)
    await page.touch("Take photo", "Hang up")
    await _goes_on(page)
    await expect(page.tour).to_contain_text("4 of 8 · Open the thread")
    thread = await page.open_thread(page.message("Done after", "1 photo"))
    await expect(thread.get_by_role("img", name="Photo taken")).to_be_visible()
    await _goes_on(page)
    await _types_for_me(page, "5 of 8 · Start a meeting", '/meet ann@example.com name:"Site visit"')
    await _goes_on(page)
    await _types_for_me(page, "6 of 8 · See the figures", "/assist stats week")
    await _goes_on(page)
    await expect(page.tour).to_contain_text("7 of 8 · Say how it ended")
    await _notes_and_reports(page)
    await _goes_on(page)
    await page.page.get_by_role("navigation", name="Apps").get_by_role("link", name="Apizee").click()
    await _goes_on(page)
    await expect(page.tour).to_contain_text("That was a whole session")
    await page.tour.get_by_role("button", name="Finish").click()
    await expect(page.tour).to_have_count(0)


async def test_who_has_seen_the_tour_is_not_bothered_again_but_may_ask(sit: Sit) -> None:
    page = await sit(with_tour=True)
    await expect(page.tour).to_contain_text("1 of 8 · Invite a customer")
    await page.tour.get_by_role("button", name="Next").click()
    await expect(page.tour).to_contain_text("2 of 8 · Be the customer")
    await page.tour.get_by_role("button", name="Back").click()
    await expect(page.tour).to_contain_text("1 of 8 · Invite a customer")
    await page.tour.get_by_role("button", name="Skip the tour").click()
    await page.page.reload()
    await expect(page.box).to_be_visible()
    await expect(page.tour).to_have_count(0)
    await page.button("Tour").click()
    await expect(page.tour).to_contain_text("1 of 8 · Invite a customer")


async def _types_for_me(page: PageDriver, title: str, text: str) -> None:
    await expect(page.tour).to_contain_text(title)
    await page.tour.get_by_role("button", name="Type it for me").click()
    await expect(page.box).to_have_value(text)
    await expect(page.box).to_be_focused()
    await page.box.press("Enter")


async def _notes_and_reports(page: PageDriver) -> None:
    """Note how the session ended, by the keyboard alone, and ask for its report."""
    card = page.message("Done after", "1 photo")
    await card.get_by_role("button", name="Note", exact=True).press("Enter")
    form = page.page.get_by_role("dialog", name="How did it end?")
    await form.get_by_role("combobox", name="Outcome").select_option("Solved")
    await form.get_by_role("textbox", name="Note").fill("Boiler off; call +33 6 62 68 21 93")
    await form.get_by_role("button", name="Save").press("Enter")
    await expect(card.get_by_text("Outcome: Solved")).to_be_visible()
    await card.get_by_role("button", name="Report", exact=True).press("Enter")
    thread = await page.open_thread(card)
    await expect(thread.get_by_text("Boiler off; call +33 6 •• •• •• 93")).to_be_visible()
    await expect(thread.get_by_role("link", name="Report: Video assistance")).to_be_visible()


async def _goes_on(page: PageDriver) -> None:
    """Look at what has happened, for which the tour waits, and go on."""
    await expect(page.tour).to_contain_text("· done")
    await page.tour.get_by_role("button", name="Next").click()
