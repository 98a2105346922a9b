"""The playground in a real browser: an agent's and a customer's story, by keyboard, in the dark, on a telephone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect
from redis.asyncio import Redis

from tests.playground.visitor import page_and_bot

pytestmark = pytest.mark.browser


@dataclass
class Player:
    """Somebody before the playground's page, and all that the browser complained about."""

    page: Page
    complaints: list[str]

    @property
    def phone(self) -> Locator:
        return self.page.get_by_role("region", name="Customer's phone")

    def message(self, text: str) -> Locator:
        """The message that holds this text."""
        return self.page.get_by_role("article").filter(has_text=text)

    async def type(self, text: str) -> None:
        """Type into `Message`, and press Enter."""
        box = self.page.get_by_role("textbox", name="Message")
        await box.fill(text)
        await box.press("Enter")

    async def touch(self, *names: str) -> None:
        """Press these buttons on the customer's phone, one after the other."""
        for name in names:
            await self.phone.get_by_role("button", name=name).click()


@pytest.fixture
async def player(browser: Browser, redis: Redis, redis_url: str, tmp_path: Path) -> AsyncIterator[Player]:  # noqa: ARG001  # emptied
    async with page_and_bot(redis_url, tmp_path) as address:
        page = await browser.new_page()
        player = Player(page, complaints=[])
        page.on("console", lambda said: player.complaints.append(said.text))
        page.on("pageerror", lambda error: player.complaints.append(str(error)))
        await page.goto(address)
        yield player
        await page.close()


async def test_an_agent_assists_a_customer(player: Player) -> None:
    await player.type("/assist +33 6 62 68 21 93")
    card = player.message("Video assistance for +33 6 •• •• •• 93")
    await expect(card).to_contain_text("Invited by SMS.")
    await expect(player.message("Only visible to you")).to_contain_text("Your video assistance is ready.")
    await expect(player.phone).to_contain_text("SMS to +33662682193")
    await player.touch("Open link", "Accept", "Allow camera", "Take photo")
    await card.get_by_role("button", name="Refresh").click()
    await expect(card).to_contain_text("In progress")
    await player.touch("Hang up")
    await card.get_by_role("button", name="Refresh").click()
    await expect(card).to_contain_text("Done after")
    await expect(player.page.get_by_role("region", name="Wire")).to_contain_text("POST /api/tickets")
    assert player.complaints == []


async def test_an_agent_signs_in_to_the_ticket_in_a_tab_of_its_own(player: Player) -> None:
    await player.type("/assist +33 6 62 68 21 93")
    await player.page.get_by_role("button", name="Sign in and open").click()
    async with player.page.expect_popup() as opening:
        await player.page.get_by_role("button", name="Open the ticket").click()
    tab = await opening.value
    await expect(tab.get_by_role("main")).to_contain_text("agents' portal")


async def test_a_message_becomes_an_invitation_by_keyboard_alone(player: Player) -> None:
    page = player.page
    await player.type("The customer's number is 06 62 68 21 93")
    message = player.message("The customer's number")
    await message.get_by_role("button", name="More actions").press("Enter")
    await message.get_by_role("button", name="Assist this customer").press("Enter")
    form = page.get_by_role("dialog", name="Start video assistance")
    contact = form.get_by_role("textbox", name="Customer's phone number")
    await expect(contact).to_be_focused()
    await expect(contact).to_have_value("+33662682193")
    await contact.fill("12")
    await contact.press("Enter")
    await expect(form.get_by_role("alert")).to_contain_text("“12” is not a valid phone number.")
    await expect(contact).to_have_value("12")
    await page.keyboard.press("Escape")
    await expect(form).to_have_count(0)
    await expect(page.get_by_role("textbox", name="Message")).to_be_editable()


async def test_the_card_of_a_message_is_found_in_its_thread(player: Player) -> None:
    await player.type("The customer's number is 06 62 68 21 93")
    message = player.message("The customer's number")
    await message.get_by_role("button", name="More actions").click()
    await message.get_by_role("button", name="Assist this customer").click()
    await player.page.get_by_role("dialog").get_by_role("button", name="Invite").click()
    await message.get_by_role("link", name="1 reply").click()
    thread = player.page.get_by_role("region", name="Thread")
    await expect(thread.get_by_role("article").filter(has_text="Invited by SMS.")).to_have_count(1)


async def test_a_french_agent_without_the_bot_in_the_channel(player: Player) -> None:
    page = player.page
    await page.get_by_role("combobox", name="Acting as").select_option("Agent (French)")
    await page.get_by_role("navigation", name="Channels").get_by_role("link", name="private").click()
    await player.type("/assist +33 6 62 68 21 93")
    await expect(player.message("Only visible to you").first).to_contain_text("/invite @Apizee")
    await page.get_by_role("navigation", name="Channels").get_by_role("link", name="Direct message").click()
    await expect(player.message("Assistance vidéo")).to_be_visible()


async def test_what_is_being_typed_survives_what_happens_meanwhile(player: Player) -> None:
    box = player.page.get_by_role("textbox", name="Message")
    await player.type("/assist +33 6 62 68 21 93")
    await box.fill("half a sent")
    await player.touch("Open link")
    await expect(player.phone).to_contain_text("The customer opened the link.")
    await expect(box).to_have_value("half a sent")
    await expect(player.phone.get_by_role("button", name="Accept")).to_be_focused()


async def test_the_page_fits_a_telephone_in_the_dark(player: Player) -> None:
    await player.page.set_viewport_size({"width": 400, "height": 800})
    await player.page.emulate_media(color_scheme="dark")
    await player.type('/meet invite12345@yopmail.com,0612345678 name:"TEST" moderated')
    await expect(player.message("Video meeting “TEST”").get_by_role("button", name="Join as me")).to_be_visible()
    assert await player.page.evaluate("document.documentElement.scrollWidth") <= 400
    assert await player.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(23, 24, 28)"
