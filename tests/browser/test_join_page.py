"""The page of a meeting in a real browser: the frame, the way out of it, and what its policy lets through."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

import pytest
import pytest_asyncio
import time_machine
from cryptography.fernet import Fernet
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.deferred.join_links import JoinLinks
from bot.store.sealing.keyring import KeyRing
from bot.ui.pages import Pages
from bot.web import app as web
from bot.web.join import JoinPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser 1")]

Serve: TypeAlias = Callable[[ASGIApp], Awaitable[str]]

PUBLIC = "https://bot.example.com"

links = JoinLinks(PUBLIC, KeyRing([Fernet.generate_key().decode()]))


@dataclass
class Guest:
    """Somebody with a browser, and all that the browser complained about."""

    page: Page
    bot: str
    meeting: str
    errors: list[str]

    async def follow(self, link: str) -> int:
        """Open one of the bot's links, and return the status of the page."""
        response = await self.page.goto(self.bot + link.removeprefix(PUBLIC))
        assert response is not None
        return response.status

    async def join(self, name: str) -> None:
        """Open a fresh link to the meeting."""
        assert await self.follow(links.link(self.meeting, name)) == 200


async def room(request: Request) -> HTMLResponse:
    """Return a meeting that greets people by the name they come with, and shows what it may use."""
    script = "document.querySelector('p').textContent = document.featurePolicy.allowedFeatures().sort().join(' ')"
    greeting = f"<h2>Welcome, {request.query_params['name']}</h2><p></p><script>{script}</script>"
    return HTMLResponse(f"<!doctype html><html lang={request.query_params['lang']}>{greeting}")


@pytest_asyncio.fixture(loop_scope="session")
async def guest(request: pytest.FixtureRequest, browser: Browser, serve: Serve) -> AsyncIterator[Guest]:
    """Yield a guest whose browser prefers the language that the test asks for, else English."""
    language = getattr(request, "param", "en-US")
    meeting = await serve(Starlette(routes=[Route("/room", room)]))
    join = JoinPage(links, Pages()).route()
    bot = await serve(web.build(slack_endpoint=None, probes={}, metrics=no_numbers, more_routes=[join]))
    page = await browser.new_page(locale=language)
    guest = Guest(page, bot, f"{meeting}/room?lang=en", errors=[])
    page.on("console", lambda message: guest.errors.append(message.text))
    page.on("pageerror", lambda error: guest.errors.append(str(error)))
    yield guest
    await page.close()


async def no_numbers() -> str:
    raise AssertionError


async def test_the_guest_is_in_the_meeting_under_the_right_name(guest: Guest) -> None:
    await guest.join("Zoé & Cie")
    frame = guest.page.frame_locator("iframe[title='Video meeting']")
    await expect(frame.get_by_role("heading", name="Welcome, Zoé & Cie")).to_be_visible()
    assert guest.errors == []


async def test_the_meeting_may_use_camera_microphone_place_and_screen(guest: Guest) -> None:
    await guest.join("Zoé")
    allowed = await guest.page.frame_locator("iframe").get_by_role("paragraph").inner_text()
    assert {"camera", "microphone", "geolocation", "display-capture"} <= set(allowed.split())


async def test_the_same_meeting_opens_in_a_tab_of_its_own(guest: Guest) -> None:
    await guest.join("Zoé")
    async with guest.page.expect_popup() as opening:
        await guest.page.get_by_role("link", name="Open the meeting in its own tab").click()
    tab = await opening.value
    await expect(tab.get_by_role("heading", name="Welcome, Zoé")).to_be_visible()
    assert await tab.evaluate("document.referrer") == ""
    assert await tab.evaluate("window.opener") is None


async def test_the_page_is_read_out_and_used_without_a_mouse(guest: Guest) -> None:
    await guest.join("Zoé")
    await expect(guest.page.get_by_role("heading", level=1)).to_have_text("Video meeting")
    await expect(guest.page.get_by_role("main")).to_be_visible()
    link = guest.page.get_by_role("link")
    await link.focus()
    await expect(link).to_be_focused()
    assert await guest.page.evaluate("document.documentElement.lang") == "en"


async def test_the_page_fits_a_telephone(guest: Guest) -> None:
    await guest.page.set_viewport_size({"width": 400, "height": 800})
    await guest.join("Maximiliana-Theodora-Wilhelmina-Alexandrina-von-und-zu-Hohenstaufen-Rosenheim")
    assert await guest.page.evaluate("document.documentElement.scrollWidth") <= 400
    frame = await guest.page.locator("iframe").bounding_box()
    assert frame is not None
    assert frame["width"] > 350
    assert frame["height"] > 500


@pytest.mark.parametrize("guest", ["fr-FR"], indirect=True)
async def test_a_french_browser_gets_a_french_page(guest: Guest) -> None:
    await guest.join("Zoé")
    assert await guest.page.evaluate("document.documentElement.lang") == "fr"
    await expect(guest.page.get_by_role("heading", level=1)).to_have_text("Réunion vidéo")


async def test_yesterdays_link_gets_a_clear_page_without_any_meeting(guest: Guest) -> None:
    with time_machine.travel(time.time() - timedelta(hours=25).total_seconds()):
        expired = links.link(guest.meeting, "Zoé")
    assert await guest.follow(expired) == 404
    heading = guest.page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("This link does not lead to a meeting")
    assert await guest.page.locator("iframe").count() == 0
    assert "Zoé" not in await guest.page.content()
