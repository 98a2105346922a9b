"""The page in dark and light, on a narrow screen, by the keyboard alone, with a screen reader, without motion."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import pytest
from playwright.async_api import Locator, ViewportSize, expect

from tests.browser.accessibility import accessibility_faults_of
from tests.browser.conftest import PAINTED, Sit
from tests.browser.page_driver import Customer, PageDriver

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 1")]

NARROW: Final[ViewportSize] = {"width": 400, "height": 800}
MOST_KEYS: Final = 150


async def _shows_a_session(page: PageDriver, customer: Customer) -> None:
    card = await page.invite(customer)
    await page.touch("Open link", "Accept", "Allow camera", "Take photo", "Hang up")
    await expect((await page.open_thread(card)).get_by_role("img", name="Photo taken")).to_be_visible()


async def _shows_figures(page: PageDriver, customer: Customer) -> None:
    await page.invite(customer)
    await page.type("/assist stats week")
    await expect(page.message("Only visible to you").get_by_role("table").last).to_be_visible()


async def _shows_a_form_with_an_error(page: PageDriver, _: Customer) -> None:
    await page.type("/assist")
    await page.dialog.get_by_role("textbox").first.fill("12")
    await page.dialog.get_by_role("textbox").first.press("Enter")
    await expect(page.dialog.get_by_role("alert")).to_be_visible()


async def _shows_a_meeting_in_french(page: PageDriver, customer: Customer) -> None:
    await page.act_as("Agent (French)")
    await page.type(f'/meet {customer.address} name:"{customer.reference}"')
    await expect(page.card(customer)).to_contain_text("Les invitations sont envoyées.")


async def _shows_a_session_in_french(page: PageDriver, customer: Customer) -> None:
    await page.act_as("Agent (French)")
    await page.type(customer.command)
    await expect(page.card(customer)).to_contain_text("Invitation envoyée par SMS.")
    await page.touch("Open link", "Accept", "Allow camera", "Take photo", "Hang up")
    await page.card(customer).get_by_role("button", name="Médias").click()
    await expect(page.dialog.get_by_role("button", name="Fermer")).to_be_visible()


async def _shows_the_home(page: PageDriver, customer: Customer) -> None:
    await page.invite(customer)
    await page.page.get_by_role("navigation", name="Apps").get_by_role("link", name="Apizee").click()
    await expect(page.page.get_by_role("region", name="App Home").get_by_role("button").first).to_be_visible()


async def _shows_the_wire_and_a_menu(page: PageDriver, customer: Customer) -> None:
    await page.invite(customer)
    await page.unfold_wire()
    entry = page.wire.locator("details details").first
    await entry.locator("summary").click()
    await expect(entry.get_by_role("group", name="Content")).to_be_visible()
    await page.button("Shortcuts").click()
    await expect(page.page.get_by_role("menu", name="Shortcuts")).to_be_visible()


async def _shows_the_suggestions(page: PageDriver, _: Customer) -> None:
    await page.box.press_sequentially("/")
    await page.box.press("ArrowDown")
    await expect(page.page.get_by_role("listbox")).to_be_visible()


WORKSPACE: Final = [
    'combobox "Acting as"',
    'navigation "Channels"',
    "Video assistance for",
    'textbox "Message"',
    'region "Customer',
    'group "Clock"',
    'group "Faults"',
    'region "Wire"',
]
CARD: Final = [
    "Apizee",
    "Video assistance for",
    "Invited by SMS.",
    "Started by",
    'button "Open"',
    'button "Media"',
    'button "Refresh"',
]


STATES: Final[dict[str, Callable[[PageDriver, Customer], Awaitable[None]]]] = {
    "session": _shows_a_session,
    "figures": _shows_figures,
    "form": _shows_a_form_with_an_error,
    "french meeting": _shows_a_meeting_in_french,
    "french session": _shows_a_session_in_french,
    "home": _shows_the_home,
    "wire and menu": _shows_the_wire_and_a_menu,
    "suggestions": _shows_the_suggestions,
}


@pytest.mark.parametrize("state", STATES)
async def test_nothing_bars_the_way_in_light_in_dark_or_on_a_narrow_screen(
    page: PageDriver, customer: Customer, state: str
) -> None:
    await STATES[state](page, customer)
    assert await accessibility_faults_of(page.page) == []
    await page.page.emulate_media(color_scheme="dark")
    await expect(page.page.locator("html")).to_have_attribute("data-theme", "dark")
    assert await accessibility_faults_of(page.page) == []
    await page.page.set_viewport_size(NARROW)
    assert await accessibility_faults_of(page.page) == []
    assert await page.width() <= NARROW["width"]


@pytest.mark.usefixtures("fresh")
async def test_a_screen_reader_meets_things_in_the_order_in_which_they_are_seen(
    page: PageDriver, customer: Customer
) -> None:
    await page.invite(customer)
    read = await page.page.locator("body").aria_snapshot()
    assert _in_order(read, WORKSPACE)
    card = await page.card(customer).aria_snapshot()
    assert _in_order(card, CARD)


def _in_order(read: str, names: list[str]) -> bool:
    places = [read.index(name) for name in names]
    return places == sorted(places)


async def test_a_telephone_is_wide_enough_for_a_whole_session(sit: Sit, customer: Customer) -> None:
    page = await sit(viewport=NARROW)
    card = await page.invite(customer)
    jumps = page.page.get_by_role("navigation", name="Parts of the page")
    await jumps.get_by_role("link", name="Phone").click()
    await page.touch("Open link", "Accept", "Allow camera", "Take photo", "Hang up")
    await page.switch("Webhooks are late").check()
    await jumps.get_by_role("link", name="Wire").click()
    await expect(page.wire).to_be_in_viewport()
    await jumps.get_by_role("link", name="Slack").click()
    await expect(card).to_contain_text("1 photo")
    thread = await page.open_thread(card)
    await expect(thread.get_by_role("img", name="Photo taken")).to_be_in_viewport()
    await page.button("Close thread").click()
    await page.go_to("Direct message")
    await expect(page.box).to_be_in_viewport()
    assert await page.width() <= NARROW["width"]


@pytest.mark.usefixtures("fresh")  # so that few keys lead from one end of the page to the other
async def test_the_keyboard_alone_is_enough_for_a_session(page: PageDriver, customer: Customer) -> None:
    await _press(page, "Tab", until=page.box)
    await page.page.keyboard.type(customer.command)
    await page.page.keyboard.press("Enter")
    card = page.card(customer)
    await expect(card).to_contain_text("Invited by SMS.")
    for name in ("Open link", "Accept", "Allow camera", "Hang up"):
        button = page.phone.get_by_role("button", name=name)
        await expect(button).to_be_enabled()
        await _press(page, "Tab", until=button)
        await page.page.keyboard.press("Enter")
    await _press(page, "Tab", until=page.switch("Webhooks are late"))
    await page.page.keyboard.press("Space")
    await expect(page.switch("Webhooks are late")).to_be_checked()
    await expect(card).to_contain_text("Done after")
    await _press(page, "Shift+Tab", until=card.get_by_role("button", name="More actions"))
    await page.page.keyboard.press("Enter")
    await expect(page.page.get_by_role("menuitem").first).to_be_focused()
    await page.page.keyboard.press("Escape")
    await expect(card.get_by_role("button", name="More actions")).to_be_focused()


@pytest.mark.usefixtures("fresh")
async def test_where_the_keyboard_is_can_be_seen(page: PageDriver) -> None:
    await _press(page, "Tab", until=page.button("Shortcuts"))
    width = await page.button("Shortcuts").evaluate("element => getComputedStyle(element).outlineWidth")
    assert width == "3px"


@pytest.mark.parametrize(("preference", "moving"), [("reduce", False), ("no-preference", True)])
async def test_nothing_moves_for_those_who_do_not_want_it(sit: Sit, preference: str, *, moving: bool) -> None:
    page = await sit(with_tour=True, reduced_motion=preference)
    await expect(page.tour).to_be_visible()
    assert bool(await page.page.evaluate("document.getAnimations().length")) is moving


async def test_the_first_paint_is_measured(sit: Sit, record_property: Callable[[str, object], None]) -> None:
    page = await sit()
    painted = await page.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    record_property(PAINTED, round(painted))


async def test_other_machines_are_asked_for_nothing(page: PageDriver, customer: Customer) -> None:
    await _shows_a_session(page, customer)
    asked = await page.page.evaluate("performance.getEntriesByType('resource').map(entry => new URL(entry.name).host)")
    assert set(asked) == {page.address.removeprefix("http://")}
    assert page.strangers == []


async def _press(page: PageDriver, key: str, *, until: Locator) -> None:
    """Go on by the keyboard until this has it."""
    goal = await until.element_handle()
    for _ in range(MOST_KEYS):
        if await page.page.evaluate("goal => goal === document.activeElement", goal):
            return
        await page.page.keyboard.press(key)
    await expect(until).to_be_focused()
