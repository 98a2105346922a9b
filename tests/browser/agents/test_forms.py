"""The modals, filled in by people who err at first."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.async_api import Locator, expect

from tests.browser.page_driver import Customer, PageDriver

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 2")]


async def test_a_wrong_number_is_explained_at_its_field_and_a_right_one_invites(
    page: PageDriver, customer: Customer
) -> None:
    await page.type("/assist")
    form = page.page.get_by_role("dialog", name="Start video assistance")
    contact = form.get_by_role("textbox", name="Customer's phone number or e-mail address")
    await expect(contact).to_be_focused()
    await contact.fill("12")
    await contact.press("Enter")
    await _is_refused(contact, "“12” is not a valid phone number.")
    await contact.fill(customer.phone)
    await form.get_by_role("textbox", name="Your reference").fill(customer.reference)
    await form.get_by_role("button", name="Invite").click()
    await expect(form).to_have_count(0)
    await expect(page.card(customer)).to_contain_text("Invited by SMS.")


async def test_a_time_is_filled_in_from_the_keyboard_and_one_that_has_passed_is_refused(
    page: PageDriver, customer: Customer
) -> None:
    await page.type("/assist")
    form = page.page.get_by_role("dialog", name="Start video assistance")
    await form.get_by_role("textbox", name="Customer's phone number").fill(customer.address)
    reference = form.get_by_role("textbox", name="Your reference")
    await reference.fill(customer.reference)
    await reference.press("Tab")
    when = form.get_by_label("Date and time (optional)", exact=True)
    await expect(when).to_be_focused()
    await page.page.keyboard.type("01312020" + "0230PM")
    await expect(when).to_have_value("2020-01-31T14:30")
    await when.press("Enter")
    await _is_refused(when, "This time has passed")
    await expect(when).to_have_value("2020-01-31T14:30")
    await reference.press("Tab")  # to the first part of the field
    later = (datetime.now().astimezone() + timedelta(days=2)).replace(hour=14, minute=30)
    await page.page.keyboard.type(f"{later:%m%d%Y}0230PM")
    await when.press("Enter")
    await expect(page.card(customer)).to_contain_text("Planned for")
    await expect(page.card(customer)).to_contain_text("2:30 PM")


async def test_the_colleague_and_the_link_are_filled_in(page: PageDriver, customer: Customer) -> None:
    await page.type("/assist")
    form = page.page.get_by_role("dialog", name="Start video assistance")
    await form.get_by_role("textbox", name="Customer's phone number").fill(customer.phone)
    await form.get_by_role("textbox", name="Your reference").fill(customer.reference)
    agent = form.get_by_role("combobox", name="Agent")
    await agent.select_option(label="Chris")
    await form.get_by_role("checkbox", name="Invite nobody: I pass the customer's link on myself").check()
    await form.get_by_role("button", name="Invite").click()
    await _is_refused(agent, "has no agent's login at Apizee yet")
    await agent.select_option(label="Bruno")
    await form.get_by_role("button", name="Invite").click()
    await expect(page.card(customer)).to_contain_text("Link passed on by the agent")
    await expect(page.card(customer)).to_contain_text("agent: @Bruno")


async def test_guests_who_cannot_be_reached_are_named_at_their_field(page: PageDriver, customer: Customer) -> None:
    await _choose(page.button("Shortcuts"), "Start a video meeting")
    form = page.page.get_by_role("dialog", name="Start a video meeting")
    guests = form.get_by_role("textbox", name="Guests")
    await form.get_by_role("combobox", name="Where the card is shown").select_option(label="#general")
    await guests.fill("ann@example")
    await guests.press("Enter")
    await _is_refused(guests, "is not a valid e-mail address.")
    await guests.fill(customer.address)
    await form.get_by_role("textbox", name="Name of the meeting").fill(customer.reference)
    await form.get_by_role("listbox", name="Colleagues").select_option(label="Bruno")
    await form.get_by_role("checkbox", name="Guests wait until the moderator lets them in").check()
    await form.get_by_role("button", name="Invite").click()
    await expect(form).to_have_count(0)
    await page.go_to("general")
    await expect(page.card(customer)).to_contain_text("The guests are invited.")
    await expect(page.card(customer)).to_contain_text("@Bruno")


async def test_an_empty_field_is_not_sent(page: PageDriver) -> None:
    await page.type("/assist")
    await page.dialog.get_by_role("button", name="Invite").click()
    contact = page.dialog.get_by_role("textbox", name="Customer's phone number")
    await _is_refused(contact, "This field is required.")


async def test_a_customer_is_invited_from_the_message_that_names_them(page: PageDriver, customer: Customer) -> None:
    await page.type(f"{customer.reference}: please call {customer.phone}")
    message = page.message(customer.reference)
    await message.hover()
    await _choose(message.get_by_role("button", name="More actions"), "Assist this customer")
    contact = page.dialog.get_by_role("textbox", name="Customer's phone number")
    await expect(contact).to_have_value(customer.phone.replace(" ", ""))
    await contact.press("Enter")
    thread = await page.open_thread(message)
    await expect(thread.get_by_role("article").filter(has_text="Invited by SMS.")).to_be_visible()


@pytest.mark.parametrize("way", ["Escape", "Cancel"])
async def test_a_form_that_is_closed_gives_the_keyboard_back(page: PageDriver, way: str) -> None:
    await page.type("/meet")
    await expect(page.dialog).to_be_visible()
    if way == "Escape":
        await page.page.keyboard.press(way)
    else:
        await page.dialog.get_by_role("button", name=way).click()
    await expect(page.dialog).to_have_count(0)
    await expect(page.box).to_be_focused()


async def test_the_keyboard_stays_within_the_form(page: PageDriver) -> None:
    await page.type("/assist")
    await expect(page.dialog.get_by_role("textbox").first).to_be_focused()
    for _ in range(8):
        await page.page.keyboard.press("Tab")
        assert await page.page.evaluate("document.activeElement.closest('dialog') || !document.hasFocus()")


async def _choose(button: Locator, item: str) -> None:
    await button.click()
    await button.page.get_by_role("menuitem", name=item).click()


async def _is_refused(entry: Locator, why: str) -> None:
    """Check that a field has this error, announced with the field itself, and the keyboard."""
    await expect(entry).to_have_accessible_description(re.compile(re.escape(why)))
    await expect(entry).to_have_attribute("aria-invalid", "true")
    await expect(entry).to_be_focused()
