"""The page in dark and light, on a narrow screen, by the keyboard alone, with a screen reader, without motion."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import pytest
from playwright.async_api import Locator, ViewportSize, expect

from tests.browser.accessibility import barriers_of
from tests.browser.conftest import PAINTED, Sit
from tests.browser.page_driver import Customer, Desk

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 1")]

NARROW: Final[ViewportSize] = {"width": 400, "height": 800}
MOST_KEYS: Final = 150


async def _shows_a_session(desk: Desk, customer: Customer) -> None:
    card = await desk.invite(customer)
    await desk.touch("Open link", "Accept", "Allow camera", "Take photo", "Hang up")
    await expect((await desk.open_thread(card)).get_by_role("img", name="Photo taken")).to_be_visible()


async def _shows_figures(desk: Desk, customer: Customer) -> None:
    await desk.invite(customer)
    await desk.type("/assist stats week")
    await expect(desk.message("Only visible to you").get_by_role("table").last).to_be_visible()


async def _shows_a_form_with_an_error(desk: Desk, _: Customer) -> None:
    await desk.type("/assist")
    await desk.dialog.get_by_role("textbox").first.fill("12")
    await desk.dialog.get_by_role("textbox").first.press("Enter")
    await expect(desk.dialog.get_by_role("alert")).to_be_visible()


async def _shows_a_meeting_in_french(desk: Desk, customer: Customer) -> None:
    await desk.act_as("Agent (French)")
    await desk.type(f'/meet {customer.address} name:"{customer.reference}"')
    await expect(desk.card(customer)).to_contain_text("Les invitations sont envoyées.")


async def _shows_the_home(desk: Desk, customer: Customer) -> None:
    await desk.invite(customer)
    await desk.page.get_by_role("navigation", name="Apps").get_by_role("link", name="Apizee").click()
    await expect(desk.page.get_by_role("region", name="App Home").get_by_role("button").first).to_be_visible()


async def _shows_the_wire_and_a_menu(desk: Desk, customer: Customer) -> None:
    await desk.invite(customer)
    await desk.unfold_wire()
    passage = desk.wire.locator("details details").first
    await passage.locator("summary").click()
    await expect(passage.get_by_role("group", name="Content")).to_be_visible()
    await desk.button("Shortcuts").click()
    await expect(desk.page.get_by_role("menu", name="Shortcuts")).to_be_visible()


async def _shows_the_suggestions(desk: Desk, _: Customer) -> None:
    await desk.box.press_sequentially("/")
    await desk.box.press("ArrowDown")
    await expect(desk.page.get_by_role("listbox")).to_be_visible()


STATES: Final[dict[str, Callable[[Desk, Customer], Awaitable[None]]]] = {
    "session": _shows_a_session,
    "figures": _shows_figures,
    "form": _shows_a_form_with_an_error,
    "french meeting": _shows_a_meeting_in_french,
    "home": _shows_the_home,
    "wire and menu": _shows_the_wire_and_a_menu,
    "suggestions": _shows_the_suggestions,
}


@pytest.mark.parametrize("state", STATES)
async def test_nothing_bars_the_way_in_light_in_dark_or_on_a_narrow_screen(
    desk: Desk, customer: Customer, state: str
) -> None:
    await STATES[state](desk, customer)
    assert await barriers_of(desk.page) == []
    await desk.page.emulate_media(color_scheme="dark")
    await expect(desk.page.locator("html")).to_have_attribute("data-theme", "dark")
    assert await barriers_of(desk.page) == []
    await desk.page.set_viewport_size(NARROW)
    assert await barriers_of(desk.page) == []
    assert await desk.width() <= NARROW["width"]


async def test_a_telephone_is_wide_enough_for_a_whole_session(sit: Sit, customer: Customer) -> None:
    desk = await sit(viewport=NARROW)
    card = await desk.invite(customer)
    jumps = desk.page.get_by_role("navigation", name="Parts of the page")
    await jumps.get_by_role("link", name="Phone").click()
    await desk.touch("Open link", "Accept", "Allow camera", "Take photo", "Hang up")
    await desk.switch("Webhooks are late").check()
    await jumps.get_by_role("link", name="Wire").click()
    await expect(desk.wire).to_be_in_viewport()
    await jumps.get_by_role("link", name="Slack").click()
    await expect(card).to_contain_text("1 photo")
    thread = await desk.open_thread(card)
    await expect(thread.get_by_role("img", name="Photo taken")).to_be_in_viewport()
    await desk.button("Close thread").click()
    await desk.go_to("Direct message")
    await expect(desk.box).to_be_in_viewport()
    assert await desk.width() <= NARROW["width"]


@pytest.mark.usefixtures("fresh")  # so that few keys lead from one end of the page to the other
async def test_the_keyboard_alone_is_enough_for_a_session(desk: Desk, customer: Customer) -> None:
    await _press(desk, "Tab", until=desk.box)
    await desk.page.keyboard.type(customer.command)
    await desk.page.keyboard.press("Enter")
    card = desk.card(customer)
    await expect(card).to_contain_text("Invited by SMS.")
    for name in ("Open link", "Accept", "Allow camera", "Hang up"):
        button = desk.phone.get_by_role("button", name=name)
        await expect(button).to_be_enabled()
        await _press(desk, "Tab", until=button)
        await desk.page.keyboard.press("Enter")
    await _press(desk, "Tab", until=desk.switch("Webhooks are late"))
    await desk.page.keyboard.press("Space")
    await expect(desk.switch("Webhooks are late")).to_be_checked()
    await expect(card).to_contain_text("Done after")
    await _press(desk, "Shift+Tab", until=card.get_by_role("button", name="More actions"))
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.get_by_role("menuitem").first).to_be_focused()
    await desk.page.keyboard.press("Escape")
    await expect(card.get_by_role("button", name="More actions")).to_be_focused()


@pytest.mark.usefixtures("fresh")
async def test_where_the_keyboard_is_can_be_seen(desk: Desk) -> None:
    await _press(desk, "Tab", until=desk.button("Shortcuts"))
    width = await desk.button("Shortcuts").evaluate("element => getComputedStyle(element).outlineWidth")
    assert width == "3px"


@pytest.mark.parametrize(("wish", "moving"), [("reduce", False), ("no-preference", True)])
async def test_nothing_moves_for_those_who_do_not_want_it(sit: Sit, wish: str, *, moving: bool) -> None:
    desk = await sit(with_tour=True, reduced_motion=wish)
    await expect(desk.tour).to_be_visible()
    assert bool(await desk.page.evaluate("document.getAnimations().length")) is moving


async def test_the_first_paint_is_measured(sit: Sit, record_property: Callable[[str, object], None]) -> None:
    desk = await sit()
    painted = await desk.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    record_property(PAINTED, round(painted))


async def test_other_machines_are_asked_for_nothing(desk: Desk, customer: Customer) -> None:
    await _shows_a_session(desk, customer)
    asked = await desk.page.evaluate("performance.getEntriesByType('resource').map(entry => new URL(entry.name).host)")
    assert set(asked) == {desk.address.removeprefix("http://")}
    assert desk.strangers == []


async def _press(desk: Desk, key: str, *, until: Locator) -> None:
    """Go on by the keyboard until this has it."""
    goal = await until.element_handle()
    for _ in range(MOST_KEYS):
        if await desk.page.evaluate("goal => goal === document.activeElement", goal):
            return
        await desk.page.keyboard.press(key)
    await expect(until).to_be_focused()
