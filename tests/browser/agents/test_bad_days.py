"""Each fault is switched on, an agent reads what is the matter, and all is well when it is over."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Customers, Sit
from tests.browser.page_driver import Customer, PageDriver

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 2")]

INVITED = "Invited by SMS."
WAITING = "Inviting…"
SHOWN_MEANWHILE = {
    "Apizee is down": WAITING,
    "Apizee answers with errors": WAITING,
    "Apizee's requests are used up": "Apizee accepts only so many requests a minute.",
}


@pytest.mark.slow
async def test_while_apizee_cannot_the_cards_say_so_and_invite_when_it_can(
    page: PageDriver, customers: Customers
) -> None:
    waiting = []
    for fault, text in SHOWN_MEANWHILE.items():
        await page.switch(fault).check()
        await page.type((customer := next(customers)).command)
        await expect(page.card(customer)).to_contain_text(text)
        await page.switch(fault).uncheck()
        waiting.append(customer)
    for customer in waiting:
        await expect(page.card(customer)).to_contain_text(INVITED)


async def test_a_slow_apizee_is_waited_for(page: PageDriver, customer: Customer, customers: Customers) -> None:
    await page.switch("Apizee is slow").check()
    await page.type(customer.command)
    await expect(page.card(customer)).to_contain_text(WAITING)
    await expect(page.card(customer)).to_contain_text(INVITED)
    await page.switch("Apizee is slow").uncheck()
    await page.invite(next(customers))


async def test_a_lost_answer_invites_nobody_twice(page: PageDriver, customer: Customer) -> None:
    await page.switch("Apizee's answer gets lost").check()
    await page.type(customer.command)
    await expect(page.card(customer)).to_contain_text(INVITED)
    await expect(page.switch("Apizee's answer gets lost")).not_to_be_checked()
    received = page.page.get_by_text(f"SMS to {customer.phone.replace(' ', '')}")
    await expect(received).to_have_count(1)


async def test_slack_is_asked_again_when_it_says_429(page: PageDriver, customer: Customer) -> None:
    await page.unfold_wire()
    await page.switch("Slack says 429").check()
    await page.type(customer.command)
    await expect(page.wire.locator("summary").filter(has_text="429").first).to_be_visible()
    await page.switch("Slack says 429").uncheck()
    await expect(page.card(customer)).to_contain_text(INVITED)


async def test_without_its_storage_the_bot_says_so_at_once(
    page: PageDriver, customer: Customer, customers: Customers
) -> None:
    await page.go_to("Direct message")
    await page.switch("Redis is stopped").check()
    await page.type(customer.command)
    await expect(page.message("The bot's storage answers too slowly")).to_be_visible()
    await page.switch("Redis is stopped").uncheck()
    await page.invite(next(customers))


async def test_without_webhooks_the_card_follows_when_it_is_asked_to(page: PageDriver, customer: Customer) -> None:
    await page.switch("Webhooks are missing").check()
    card = await page.invite(customer)
    await page.touch("Open link", "Accept", "Allow camera")
    await card.get_by_role("button", name="Refresh").click()
    await expect(card).to_contain_text("In progress")
    await page.switch("Webhooks are missing").uncheck()
    await page.touch("Hang up")
    await expect(card).to_contain_text("Done after")


@pytest.mark.parametrize("fault", ["Webhooks come twice", "Webhooks are late"])
async def test_webhooks_that_come_twice_or_late_end_the_session_once(
    page: PageDriver, customer: Customer, fault: str
) -> None:
    await page.switch(fault).check()
    card = await page.invite(customer)
    await page.touch("Open link", "Accept", "Allow camera", "Take photo", "Hang up")
    await expect(card).to_contain_text("Done after")
    await expect(card).to_contain_text("1 photo")
    await expect(card).to_have_count(1)
    await expect((await page.open_thread(card)).get_by_role("img", name="Photo taken")).to_have_count(1)


@pytest.mark.slow
async def test_a_bot_that_is_killed_comes_back_and_ends_the_session_right(page: PageDriver, customer: Customer) -> None:
    card = await page.invite(customer)
    await page.touch("Open link", "Accept", "Allow camera", "Take photo")
    await expect(card).to_contain_text("In progress")
    await page.button("kill -9 the bot").click()
    state = page.page.get_by_role("status").filter(has_text="Bot is")
    await expect(state).to_contain_text("killed")
    await expect(state).to_contain_text("Bot is ready")
    await page.touch("Hang up")
    await expect(card).to_contain_text("Done after")
    await expect(card).to_contain_text("1 photo")
    await expect(card).to_have_count(1)


async def test_a_switch_that_one_turned_is_seen_by_all(page: PageDriver, sit: Sit) -> None:
    other = await sit()
    await page.switch("Webhooks are late").check()
    await expect(other.switch("Webhooks are late")).to_be_checked()
