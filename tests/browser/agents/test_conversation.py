"""Writing in channels and threads as in Slack, and the app's own place."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Sit
from tests.browser.page_driver import Customer, PageDriver, ticket_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 3")]


async def test_commands_are_completed_by_the_keyboard(page: PageDriver) -> None:
    options = page.page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    await page.box.press_sequentially("/")
    await expect(options).to_contain_text(["/assist <phone or e-mail>", "/meet <e-mail, phone, @people>"])
    await page.box.press("ArrowDown")
    await _is_active(page.box, options.first)
    await page.box.press("ArrowDown")
    await _is_active(page.box, options.last)
    await page.box.press("ArrowUp")
    await page.box.press("Enter")
    await expect(page.box).to_have_value("/assist ")
    await page.box.press_sequentially("lis")
    await page.box.press("Tab")
    await expect(page.box).to_have_value("/assist list ")
    await expect(page.box).to_be_focused()


async def test_suggestions_are_put_away_by_escape_and_people_are_completed(page: PageDriver) -> None:
    options = page.page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    await page.box.press_sequentially("/m")
    await expect(options).to_have_count(1)
    await page.box.press("Escape")
    await expect(options).to_have_count(0)
    await page.box.press_sequentially("eet @bru")
    await expect(options).to_contain_text(["Bruno"])
    await page.box.press("Tab")
    await expect(page.box).to_have_value("/meet @agent2 ")


async def test_what_people_write_is_shown_and_never_run(page: PageDriver, customer: Customer) -> None:
    await page.go_to("general")
    await page.type(f"{customer.reference} <img src=x onerror=alert(1)> & *bold*")
    message = page.message(customer.reference)
    await expect(message).to_contain_text("<img src=x onerror=alert(1)> & bold")
    await expect(message.locator("img")).to_have_count(0)


async def test_a_thread_is_answered_and_keeps_its_place_after_a_reload(page: PageDriver, customer: Customer) -> None:
    card = await page.invite(customer)
    await card.hover()
    await card.get_by_role("button", name="Reply in thread").click()
    reply = page.thread.get_by_role("textbox", name="Reply")
    await reply.fill("She calls back at noon.")
    await reply.press("Enter")
    await expect(card.get_by_role("button", name="1 reply")).to_be_visible()
    await reply.fill("@Apizee media")
    await reply.press("Enter")
    replies = page.thread.get_by_role("article")
    await expect(replies.filter(has_text="There are no photos or recordings yet.")).to_be_visible()
    await page.page.reload()
    await expect(replies.filter(has_text="She calls back at noon.")).to_be_visible()
    await page.button("Close thread").click()
    await expect(page.thread).to_have_count(0)


@pytest.mark.usefixtures("fresh")  # the sessions that others have left open would fill the first page
async def test_the_home_shows_open_sessions_and_starts_others(page: PageDriver, customer: Customer) -> None:
    ticket = await ticket_of(await page.invite(customer))
    await page.page.get_by_role("navigation", name="Apps").get_by_role("link", name="Apizee").click()
    home = page.page.get_by_role("region", name="App Home")
    await expect(home.get_by_role("heading", name="Video assistance and meetings")).to_be_visible()
    await expect(home).to_contain_text(ticket)
    await home.get_by_role("button", name="Start meeting").click()
    await expect(page.page.get_by_role("dialog", name="Start a video meeting")).to_be_visible()


async def test_what_another_wrote_is_counted_and_marked_until_it_is_seen(
    page: PageDriver, sit: Sit, customer: Customer
) -> None:
    await page.visit(**{"as": "french", "in": "general"})
    await page.go_to("support")
    other = await sit()
    await other.go_to("general")
    await other.type(f"About {customer.reference}: who knows more?")
    general = page.page.get_by_role("link", name="general")
    await expect(general).to_have_accessible_description("1 unread")
    await general.click()
    await expect(page.message(customer.reference)).to_be_visible()
    await expect(general).to_have_accessible_description("")
    line = page.page.get_by_role("log", name="Messages").get_by_text("New messages")
    await expect(line).to_be_visible()
    await page.go_to("support")
    await page.go_to("general")
    await expect(page.message(customer.reference)).to_be_visible()
    await expect(line).to_have_count(0)


async def test_the_page_follows_ones_own_command_and_marks_what_others_do_meanwhile(
    page: PageDriver, sit: Sit, customer: Customer
) -> None:
    other = await sit()
    for _ in range(2):
        await page.type("/assist help")
    log = page.page.get_by_role("log", name="Messages")
    await expect(page.message("Only visible to you", "/assist stats")).to_have_count(2)
    await log.evaluate("log => log.scrollTo({ top: 0 })")
    await other.type(f"About {customer.reference}: who knows more?")
    await page.button("New messages").click()
    await expect(page.message(customer.reference)).to_be_in_viewport()
    await log.evaluate("log => log.scrollTo({ top: 0 })")
    await expect(page.message(customer.reference)).not_to_be_in_viewport()
    await page.type(f"/assist find {customer.reference}")
    await expect(page.message("Only visible to you", customer.reference).last).to_be_in_viewport()
    await expect(page.button("New messages")).to_have_count(0)


async def test_the_bot_is_invited_into_a_channel_where_it_is_not(page: PageDriver, customer: Customer) -> None:
    await page.go_to("private")
    await page.button("Invite Apizee").click()
    await expect(page.button("Invite Apizee")).to_have_count(0)
    await page.invite(customer)


async def test_figures_are_sorted_by_the_keyboard(page: PageDriver, customer: Customer) -> None:
    await page.invite(customer)
    await page.type("/assist stats week")
    table = page.message("Only visible to you").get_by_role("table").last
    day = table.get_by_role("columnheader", name="Day")
    await day.get_by_role("button").press("Enter")
    await expect(day).to_have_attribute("aria-sort", "ascending")
    await day.get_by_role("button").press("Enter")
    await expect(day).to_have_attribute("aria-sort", "descending")


async def _is_active(box: Locator, option: Locator) -> None:
    """Check which option a screen reader gets, for the keyboard stays in the box."""
    await expect(option).to_have_attribute("aria-selected", "true")
    await expect(box).to_have_attribute("aria-activedescendant", await option.get_attribute("id") or "")
