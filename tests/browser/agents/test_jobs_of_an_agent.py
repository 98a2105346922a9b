"""The most frequent jobs of an agent, each in as many clicks and typed lines as the documentation promises."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Locator, expect

from tests.browser.page_driver import Customer, PageDriver, ticket_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 3")]

_PAGE: Final = Path(__file__).parents[3] / "docs/for-agents.md"
_ROW: Final = re.compile(r"^\| ([A-Z][^|]+) \| .+ \| ([0-2]) \| ([0-2]) \|$", re.MULTILINE)
_COUNTS_CLICKS: Final = """() => {
    window.clicks = 0;
    addEventListener("click", ({ isTrusted, target }) => {
        if (isTrusted && !target.closest("#outside")) window.clicks += 1;
    }, true);
}"""


@dataclass
class Hands:
    """An agent's hands: how often they have clicked, and how many lines they have typed."""

    page: PageDriver
    clicks: int = 0
    lines: int = 0
    menus: int = 0

    async def click(self, what: Locator) -> None:
        self.clicks += 1
        await what.click()

    async def choose(self, message: Locator, name: str) -> None:
        """Choose from the menu of a message."""
        self.menus += 1
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await self.click(self.page.page.get_by_role("menuitem", name=name))

    async def type(self, text: str) -> None:
        self.lines += 1
        await self.page.type(text)

    async def open(self, link: Locator, *, heading: str | None = None) -> None:
        """Click a link that opens a page, and look at it."""
        async with self.page.page.expect_popup() as opening:
            await self.click(link)
        opened = await opening.value
        if heading:
            await expect(opened.get_by_role("heading", name=heading)).to_be_visible()
        else:
            await expect(opened).not_to_have_url(re.compile("/open/"))  # it has led on, to Apizee
        await opened.close()


def private(page: PageDriver, words: str) -> Locator:
    """Return the latest message with these words that only the agent sees."""
    return page.message("Only visible to you", words).last


async def invites_a_number(hands: Hands, customer: Customer) -> None:
    await hands.type(customer.command)
    await expect(hands.page.card(customer)).to_contain_text("Invited by SMS.")


async def invites_from_a_message(hands: Hands, customer: Customer) -> None:
    page = hands.page
    asked = page.message(f"Call {customer.phone}")
    await hands.choose(asked, "Assist this customer")
    await hands.click(page.dialog.get_by_role("button", name="Invite"))
    await expect(asked.get_by_role("button", name=re.compile("1 reply"))).to_be_visible()


async def enters_the_ticket(hands: Hands, customer: Customer) -> None:
    ticket = await ticket_of(hands.page.card(customer))
    await hands.open(private(hands.page, f"tickets/{ticket}").get_by_role("link", name="Sign in and open"))


async def notices_the_customer(hands: Hands, customer: Customer) -> None:
    await hands.page.touch("Open link", "Accept", "Allow camera")
    called = private(hands.page, "Your customer is connected.")
    await expect(called).to_contain_text(f"{customer.number % 100:02}")
    await expect(called.get_by_role("link", name="Open")).to_be_visible()


async def passes_the_link_on(hands: Hands, customer: Customer) -> None:
    await hands.click(hands.page.card(customer).get_by_role("button", name="Open"))
    await expect(hands.page.dialog).to_contain_text("Customer's link, to copy")


async def sees_the_photos(hands: Hands, customer: Customer) -> None:
    await hands.click(hands.page.card(customer).get_by_role("button", name="Media"))
    await expect(hands.page.dialog).to_contain_text("1 photo or recording")


async def finds_by_number(hands: Hands, customer: Customer) -> None:
    ticket = await ticket_of(hands.page.card(customer))
    await hands.type(f"/assist find {customer.phone}")
    await expect(private(hands.page, f"• {ticket}").get_by_role("link", name="Open")).to_be_visible()


async def finds_by_reference_and_opens(hands: Hands, customer: Customer) -> None:
    await hands.type(f"/assist find {customer.reference}")
    await hands.open(private(hands.page, f"· {customer.reference} ·").get_by_role("link", name="Open"))


async def invites_the_same_again(hands: Hands, customer: Customer) -> None:
    await hands.click(hands.page.card(customer).get_by_role("button", name="Invite again"))
    await hands.click(hands.page.dialog.get_by_role("button", name="Invite again"))
    await expect(hands.page.card(customer).filter(has_text="Invited by SMS.")).to_be_visible()


async def joins_under_their_name(hands: Hands, customer: Customer) -> None:
    await hands.click(hands.page.card(customer).get_by_role("button", name="Join as me"))
    await hands.open(hands.page.dialog.get_by_role("link", name="Join as me"), heading="Video meeting")


async def enters_the_ticket_from_its_card(hands: Hands, customer: Customer) -> None:
    await hands.click(hands.page.card(customer).get_by_role("button", name="Open"))
    await hands.open(hands.page.dialog.get_by_role("link", name="Open the ticket"))


async def takes_over(hands: Hands, customer: Customer) -> None:
    await hands.click(hands.page.card(customer).get_by_role("button", name="Reprendre"))
    await hands.click(hands.page.dialog.get_by_role("button", name="Reprendre"))
    await expect(hands.page.card(customer).filter(has_text="Invited by SMS.")).to_be_visible()


async def cancels(hands: Hands, customer: Customer) -> None:
    await hands.click(hands.page.card(customer).get_by_role("button", name="Cancel"))
    await hands.click(hands.page.dialog.get_by_role("button", name="Cancel it"))
    await expect(hands.page.card(customer)).to_contain_text("Cancelled")


async def notes_that_it_is_solved(hands: Hands, customer: Customer) -> None:
    await hands.click(hands.page.card(customer).get_by_role("button", name="Note"))
    await hands.click(hands.page.dialog.get_by_role("button", name="Save"))
    await expect(hands.page.card(customer)).to_contain_text("Solved")


# ── What is there before ─────────────────────────────────────────────────────────────────────────────────


async def nothing(page: PageDriver, customer: Customer) -> None:
    """Nobody has been invited."""


async def a_message(page: PageDriver, customer: Customer) -> None:
    await page.type(f"Call {customer.phone}")
    await expect(page.message(f"Call {customer.phone}")).to_be_visible()


async def an_invitation(page: PageDriver, customer: Customer) -> None:
    await page.invite(customer)


async def a_plan(page: PageDriver, customer: Customer) -> None:
    await page.type(f'{customer.command} at:"tomorrow 14:00"')
    await expect(page.card(customer)).to_contain_text("Planned for")


async def a_photo(page: PageDriver, customer: Customer) -> None:
    await page.invite(customer)
    await page.touch("Open link", "Accept", "Allow camera", "Take photo")


async def a_session_that_is_over(page: PageDriver, customer: Customer) -> None:
    card = await page.invite(customer)
    await page.touch("Open link", "Accept", "Allow camera", "Hang up")
    await expect(card).to_contain_text("Done")


async def a_colleagues_session(page: PageDriver, customer: Customer) -> None:
    await page.act_as("Agent (French)")
    await page.type(customer.command)
    await expect(page.card(customer)).to_contain_text("Invitation envoyée par SMS")
    await page.act_as("Agent (English)")


async def a_meeting(page: PageDriver, customer: Customer) -> None:
    await page.type(f'/meet {customer.address} name:"{customer.reference}"')
    await expect(page.card(customer)).to_contain_text("The guests are invited.")


Before = Callable[[PageDriver, Customer], Awaitable[None]]
Job = Callable[[Hands, Customer], Awaitable[None]]

JOBS: Final[dict[str, tuple[Before, Job]]] = {
    "Invite a number you have": (nothing, invites_a_number),
    "Invite from a message": (a_message, invites_from_a_message),
    "Enter the ticket": (an_invitation, enters_the_ticket),
    "Enter the ticket from its card": (an_invitation, enters_the_ticket_from_its_card),
    "Notice the customer": (an_invitation, notices_the_customer),
    "Pass the link on again": (an_invitation, passes_the_link_on),
    "See the photos": (a_photo, sees_the_photos),
    "Find by number": (an_invitation, finds_by_number),
    "Find by reference and open": (an_invitation, finds_by_reference_and_opens),
    "Invite the same customer again": (a_session_that_is_over, invites_the_same_again),
    "Join a meeting under your name": (a_meeting, joins_under_their_name),
    "Take over a colleague's customer": (a_colleagues_session, takes_over),
    "Cancel what is planned": (a_plan, cancels),
    "Note that it is solved": (a_session_that_is_over, notes_that_it_is_solved),
}


def promised() -> dict[str, tuple[int, int]]:
    """Return what the documentation promises of each job: clicks, and lines typed."""
    rows: list[tuple[str, str, str]] = _ROW.findall(_PAGE.read_text("utf-8"))
    return {job: (int(clicks), int(lines)) for job, clicks, lines in rows}


async def test_every_job_of_the_documentation_is_played_and_takes_two_at_most() -> None:
    assert promised().keys() == JOBS.keys()
    assert max(clicks + lines for clicks, lines in promised().values()) <= 2


@pytest.mark.parametrize("name", JOBS)
async def test_a_job_takes_what_is_promised(page: PageDriver, customer: Customer, name: str) -> None:
    before, job = JOBS[name]
    await before(page, customer)
    await page.page.evaluate(_COUNTS_CLICKS)
    hands = Hands(page)
    await job(hands, customer)
    assert (hands.clicks, hands.lines) == promised()[name]
    # What the browser counted: a choice from a menu takes one click more.
    assert await page.page.evaluate("window.clicks") == hands.clicks + hands.menus
