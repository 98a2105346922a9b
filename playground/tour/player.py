"""An agent, and a customer, before the page: what they see, what they do, and the pictures that are taken of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from playground.tour.browser import WIDTH

if TYPE_CHECKING:
    from playwright.async_api import FloatRect, Locator, Page

_AROUND: Final = 8  # pixels above and below a picture of several things
_TRIES: Final = 5  # of a picture of something that moves


class Player:
    """Plays on this page, and puts pictures into this folder."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page = page
        self.main = page.get_by_role("main")
        self.thread = page.get_by_role("region", name="Thread")
        self._phone = page.get_by_role("region", name="Customer's phone")
        self._pictures = pictures

    def message(self, text: str) -> Locator:
        """Return the messages of the channel with this text."""
        return self.main.get_by_role("article").filter(has_text=text)

    def card(self, text: str) -> Locator:
        """Return the messages with this text that everybody sees, as a session's card is."""
        return self.message(text).filter(has_not_text="Only visible to you")

    def send_private(self, text: str) -> Locator:
        """Return the messages with this text that nobody else sees."""
        return self.message(text).filter(has_text="Only visible to you")

    def button(self, name: str) -> Locator:
        """Return the buttons with this name."""
        return self.page.get_by_role("button", name=name)

    async def type(self, text: str) -> None:
        """Type this into the message box, and send it."""
        box = self.page.get_by_role("textbox", name="Message", exact=True)
        await box.fill(text)
        await box.press("Enter")

    async def touch(self, *names: str) -> None:
        """Press these buttons on the customer's phone, one after the other."""
        for name in names:
            await self._phone.get_by_role("button", name=name).click()

    async def close(self, modal: Locator, *, by: str = "Cancel") -> None:
        """Close a modal by its button; returns when one can type again."""
        await modal.get_by_role("button", name=by).click()
        await modal.wait_for(state="hidden")

    async def act_as(self, person: str) -> None:
        """Be this person; returns when the page shows what they see."""
        acting = self.page.get_by_label("Acting as")
        await acting.select_option(person)
        await acting.locator("option:checked", has_text=person).wait_for(state="attached")

    async def go_to(self, place: str) -> None:
        """Follow a link of the side bar; returns when one is there."""
        await self.page.get_by_role("navigation").get_by_role("link", name=place, exact=True).first.click()
        await self.main.get_by_role("heading", name=place, level=1).wait_for()

    async def switch(self, fault: str) -> None:
        """Switch a fault on, or off again."""
        await self.page.get_by_role("switch", name=fault).click()

    async def resize(self, height: int) -> None:
        """Make the window this high."""
        await self.page.set_viewport_size({"width": WIDTH, "height": height})

    async def take(self, name: str, what: Locator) -> None:
        """Take a picture of one thing; another one where it moved meanwhile, as when a message comes below it."""
        path = self._path(name)
        for _ in range(_TRIES):
            before = await what.bounding_box()
            await what.screenshot(path=path, animations="disabled")
            if await what.bounding_box() == before:
                return

    async def take_together(self, name: str, *things: Locator) -> None:
        """Take a picture of things that do not lie within each other."""
        clip = _around([box for thing in things if (box := await thing.bounding_box())])
        await self.page.screenshot(path=self._path(name), animations="disabled", clip=clip)

    async def take_page(self, name: str) -> None:
        """Take a picture of all that can be seen."""
        await self.page.screenshot(path=self._path(name), animations="disabled")

    def _path(self, name: str) -> Path:
        path = self._pictures / f"{name}.png"  # playwright makes the folder
        click.echo(f"  {path}")
        return path


def _around(boxes: list[FloatRect]) -> FloatRect:
    left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
    right = max(box["x"] + box["width"] for box in boxes)
    bottom = max(box["y"] + box["height"] for box in boxes)
    return {"x": left, "y": top - _AROUND, "width": right - left, "height": bottom - top + 2 * _AROUND}
