"""Somebody before the playground's page, in a real browser: what they type, press and see."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, expect

_SKIP_THE_TOUR: Final = "localStorage.setItem('apizee-playground-tour', 'seen')"
_WINDOW: Final = {"width": 1400, "height": 900}
_A_REFUSED_ACTION: Final = "the server responded with a status of 4"


@dataclass(frozen=True)
class Customer:
    """Somebody who has not been invited before, so that a story finds its own card again."""

    number: int

    @property
    def phone(self) -> str:
        """Their number as an agent types it."""
        return f"+33 6 62 68 {self.number // 100:02} {self.number % 100:02}"

    @property
    def reference(self) -> str:
        """Stands on their card."""
        return f"CASE-{self.number:04}"

    @property
    def address(self) -> str:
        """Where a guest of this name gets e-mail."""
        return f"guest{self.number}@example.com"

    @property
    def command(self) -> str:
        """What invites them."""
        return f"/assist {self.phone} ref:{self.reference}"


@dataclass(frozen=True)
class PageDriver:
    """A page with somebody before it. `errors` are the browser's; `strangers` other machines that it asked."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    @property
    def box(self) -> Locator:
        """Where one types."""
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def phone(self) -> Locator:
        """The customer's telephone."""
        return self.page.get_by_role("region", name="Customer's phone")

    @property
    def thread(self) -> Locator:
        """The thread that lies open."""
        return self.page.get_by_role("region", name="Thread")

    @property
    def wire(self) -> Locator:
        """What went between Slack, the bot and Apizee."""
        return self.page.get_by_role("region", name="Wire")

    @property
    def dialog(self) -> Locator:
        """The modal that lies open."""
        return self.page.get_by_role("dialog")

    @property
    def tour(self) -> Locator:
        """The guided tour."""
        return self.page.get_by_role("complementary", name="Guided tour")

    def button(self, name: str) -> Locator:
        """Return a button of the page."""
        return self.page.get_by_role("button", name=name, exact=True)

    def switch(self, name: str) -> Locator:
        """One of the faults."""
        return self.page.get_by_role("group", name="Faults").get_by_role("switch", name=name, exact=True)

    def message(self, *words: str) -> Locator:
        """Return the messages of the channel that say all of this."""
        messages = self.page.get_by_role("main").get_by_role("article")
        for each in words:
            messages = messages.filter(has_text=each)
        return messages

    def card(self, customer: Customer) -> Locator:
        """Return the card of the customer's session."""
        return self.message(customer.reference).filter(has_not_text="Only visible to you")

    async def visit(self, **here: str) -> None:
        """Open the page: `as` somebody, `in` a channel."""
        await self.page.goto(f"{self.address}/?{urlencode(here)}")
        await expect(self.page.get_by_role("main")).to_be_visible()

    async def type(self, text: str) -> None:
        """Type into the channel, and send."""
        await self.box.fill(text)
        await self.box.press("Enter")

    async def invite(self, customer: Customer) -> Locator:
        """Invite somebody by the command; return the card when it says so and the agent has the links."""
        await self.type(customer.command)
        card = self.card(customer)
        await expect(card).to_contain_text("Invited by SMS.")
        await expect(self.message(f"tickets/{await ticket_of(card)}")).to_be_visible()
        return card

    async def touch(self, *names: str) -> None:
        """Press buttons on the customer's phone."""
        for name in names:
            await self.phone.get_by_role("button", name=name, exact=True).click()

    async def act_as(self, name: str) -> None:
        """Be somebody else."""
        choice = self.page.get_by_role("combobox", name="Acting as")
        await choice.select_option(label=name)
        await expect(choice.locator("option:checked")).to_have_text(name)

    async def go_to(self, channel: str) -> None:
        """Look at another channel."""
        await self.page.get_by_role("navigation", name="Channels").get_by_role("link", name=channel).click()
        await expect(self.page.get_by_role("main").get_by_role("heading", level=1)).to_contain_text(channel)

    async def open_thread(self, card: Locator) -> Locator:
        """Open the replies to a message."""
        replies = card.get_by_role("button", name=re.compile(r"^\d+ repl"))
        await expect(replies).to_be_visible()
        await replies.click()
        return self.thread

    async def unfold_wire(self) -> None:
        """Look at what went over the wire."""
        await self.wire.locator("summary").first.click()

    async def width(self) -> int:
        """How wide the page has become, in pixels."""
        return int(await self.page.evaluate("document.documentElement.scrollWidth"))


async def ticket_of(card: Locator) -> str:
    """Return the number of the ticket that a card is about."""
    found = re.search(r"ticket (\d+)", await card.inner_text())
    assert found
    return found[1]


@asynccontextmanager
async def opened(
    browser: Browser,
    address: str,
    *,
    with_tour: bool = False,
    **surroundings: Any,  # noqa: ANN401  # playwright's
) -> AsyncIterator[PageDriver]:
    """Somebody before a page of their own; ends with their browser having had nothing to complain about."""
    chosen: dict[str, Any] = {"viewport": _WINDOW, "locale": "en-US", "reduced_motion": "reduce"} | surroundings
    context = await browser.new_context(**chosen)
    if not with_tour:
        await context.add_init_script(_SKIP_THE_TOUR)
    page = PageDriver(await context.new_page(), address)
    _watch(page)
    await page.visit()
    yield page
    await context.close()
    assert (page.errors, page.strangers) == ([], [])


def _watch(page: PageDriver) -> None:
    """Note what the browser complains about, and which machines other than this one it asks."""

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and _A_REFUSED_ACTION not in message.text:
            page.errors.append(message.text)

    def look_where(request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme not in {"data", "blob"} and where.hostname != "127.0.0.1":
            page.strangers.append(request.url)

    page.page.on("console", note)
    page.page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.page.context.on("request", look_where)
