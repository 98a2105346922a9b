"""The buttons of cards and whispers: ways in for those who may, the card as Apizee says, the media page by page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bot.store.server.embedded import EmbeddedRedis
from sandbox.apizee import World
from sandbox.apizee.guesses import ScopeOfOldTickets
from sandbox.apizee.model import Ticket
from sandbox.apizee.records import utc_now
from sandbox.apizee.signin import signed_in_login
from sandbox.slack.default_world import U_EN, U_FR, U_NOLOGIN
from tests.scenarios.environment import Stage, Vendors, button, said, staged

# ── Sign-in links: only for whom they sign in ────────────────────────────────────────────────────────────


async def invited(stage: Stage, *, by: str = U_EN) -> Ticket:
    """A ticket whose card is there."""
    await stage.assist("jean@client.com", user=by)
    ticket = await stage.slack.wait_for(lambda: next(iter(stage.apizee.tickets.values()), None))
    assert ticket is not None
    await stage.settled()
    return ticket


async def opened(stage: Stage, *, by: str) -> str:
    """The address behind the button that somebody gets who presses “Open” on the card."""
    (card,) = stage.cards()
    await stage.people.click(by, card, "session_open")
    whisper = await stage.whisper("plain_link", user=by)
    return str(button(whisper, "plain_link")["url"])


async def test_the_agent_is_signed_in(stage: Stage) -> None:
    stage.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    await invited(stage)
    (token,) = parse_qs(urlsplit(await opened(stage, by=U_EN)).query)["access_token"]
    assert signed_in_login(token, utc_now()) == "agent1@apizee.com"


async def test_the_button_below_the_agents_links_signs_in_as_well(stage: Stage) -> None:
    stage.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    await invited(stage)
    await stage.people.click(U_EN, await stage.whisper("Your video assistance is ready"), "session_open")
    await stage.whisper("signs you in")


async def test_every_press_fetches_a_fresh_link(stage: Stage) -> None:
    stage.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    ticket = await invited(stage)
    card = await stage.card("Invited")
    for _ in range(2):
        await stage.people.click(U_EN, card, "session_open")
    await stage.slack.wait_for(lambda: len([one for one in stage.whispers() if "signs you in" in one]) == 2)
    assert stage.asked("GET", f"/api/tickets/{ticket.id}") == [{"scope": "sso"}] * 2


async def test_another_agent_gets_the_tickets_address_and_no_sign_in_is_asked_for(stage: Stage) -> None:
    stage.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    ticket = await invited(stage)
    assert (await opened(stage, by=U_FR)).endswith(f"/entrypoint/223/tickets/{ticket.id}")
    assert stage.asked("GET", f"/api/tickets/{ticket.id}") == []


@pytest.mark.parametrize(("confirmed", "stranger"), [(False, False), (True, True)])
async def test_an_address_that_is_not_proven_signs_nobody_in(stage: Stage, *, confirmed: bool, stranger: bool) -> None:
    stage.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    ticket = await invited(stage)
    stage.slack.users[U_NOLOGIN] = replace(
        stage.slack.users[U_NOLOGIN],
        email="agent1@apizee.com",
        is_email_confirmed=confirmed,
        is_stranger=stranger,
    )
    assert "access_token" not in await opened(stage, by=U_NOLOGIN)
    assert stage.asked("GET", f"/api/tickets/{ticket.id}") == []


async def test_the_common_login_signs_nobody_in(around: Vendors) -> None:
    async with staged(around, apizee_default_agent="default.agent@apizee.com") as stage:
        await invited(stage, by=U_NOLOGIN)
        assert "access_token" not in await opened(stage, by=U_NOLOGIN)


# ── Join as me ───────────────────────────────────────────────────────────────────────────────────────────


async def seat(stage: Stage) -> str:
    """The address that somebody gets who presses “Join as me”."""
    await stage.meet('ann@example.com name:"Site visit"')
    card = await stage.card("The guests are invited")
    await stage.people.click(U_FR, card, "session_join_as_me")
    whisper = await stage.whisper("plain_link", user=U_FR)
    return str(button(whisper, "plain_link")["url"])


async def test_without_a_public_address_the_link_leads_to_apizee_under_ones_name(stage: Stage) -> None:
    url = urlsplit(await seat(stage))
    assert url.path.startswith("/meet/private/")
    assert parse_qs(url.query) == {"name": ["Bruno"]}


async def test_with_a_public_address_the_link_leads_to_a_page_with_the_meeting(around: Vendors) -> None:
    async with staged(around, public_url="https://bot.example.com") as stage, httpx.AsyncClient() as browser:
        url = await seat(stage)
        assert url.startswith("https://bot.example.com/join/")
        page = await browser.get(url.replace("https://bot.example.com", stage.bot_url))
    assert "You join as Bruno." in page.text
    assert "/meet/private/" in page.text


# ── Refresh ──────────────────────────────────────────────────────────────────────────────────────────────


def comes(world: World, ticket_id: int) -> None:
    world.customer_opens(ticket_id)
    world.accepts(ticket_id)


def talks(world: World, ticket_id: int) -> None:
    comes(world, ticket_id)
    world.allows_camera(ticket_id)
    world.clock = lambda: utc_now() + timedelta(minutes=5, seconds=35)
    world.hangs_up(ticket_id)


@pytest.mark.parametrize(
    ("happens", "shown", "stays_open"),
    [
        (comes, "In progress", True),
        (talks, "Done after 5 min 3", False),
        (World.expires, "The invitation has expired", False),
        (World.declines, "The invitation was declined", False),
        (World.cancels, "Cancelled", False),
    ],
)
async def test_refresh_shows_the_assistance_as_apizee_says(
    stage: Stage, happens: Callable[[World, int], None], shown: str, *, stays_open: bool
) -> None:
    ticket = await invited(stage)
    happens(stage.apizee, ticket.id)
    await stage.people.click(U_FR, await stage.card("Invited"), "session_refresh")
    card = await stage.card(shown)
    assert ("session_open" in said(card)) is stays_open
    assert "session_media" in said(card)


async def test_refresh_shows_the_meeting_as_apizee_says(stage: Stage) -> None:
    await stage.meet('ann@example.com name:"Site visit"')
    card = await stage.card("The guests are invited")
    (conference,) = stage.apizee.conferences
    stage.apizee.guest_joins(conference, "Ann")
    await stage.people.click(U_EN, card, "session_refresh")
    assert "session_join" in said(await stage.card("In progress"))
    stage.apizee.clock = lambda: utc_now() + timedelta(hours=1, minutes=4)
    stage.apizee.ends(conference)
    await stage.people.click(U_EN, card, "session_refresh")
    card = await stage.card("Done after 1 h 4 min")
    assert not [block for block in card.blocks if block["type"] == "call"]


async def test_refresh_without_news_says_so_to_whoever_pressed(stage: Stage) -> None:
    await invited(stage)
    await stage.people.click(U_FR, await stage.card("Invited"), "session_refresh")
    await stage.whisper("invitation envoyée", user=U_FR)
    await stage.card("Invited")


async def test_a_card_that_somebody_deleted_is_left_alone(stage: Stage) -> None:
    await invited(stage)
    card = await stage.card("Invited")
    stage.slack.remove(card)
    await stage.people.click(U_EN, card, "session_refresh")
    await stage.settled()
    assert not stage.cards()


# ── Media ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_media_are_listed_with_type_title_and_link(stage: Stage) -> None:
    ticket = await invited(stage)
    stage.customer_comes(ticket, photos=1)
    stage.apizee.hangs_up(ticket.id)
    stage.apizee.recording_appears(ticket.id)
    photo, recording = stage.apizee.tickets[ticket.id].media
    await stage.people.click(U_FR, await stage.card("Invited"), "session_media")
    shown = said(await stage.whisper("Enregistrement", user=U_FR))
    assert "2 photos et enregistrements" in shown
    assert f"/{photo.hash}|{photo.title}>" in shown
    assert f"/{recording.hash}|{recording.title}>" in shown


async def test_more_than_ten_media_are_turned_page_by_page(stage: Stage) -> None:
    ticket = await invited(stage)
    stage.customer_comes(ticket, photos=23)
    await stage.people.click(U_EN, await stage.card("Invited"), "session_media")
    whisper = await stage.whisper("Page 1 of 3")
    assert said(whisper).count("• Photo") == 10 * 2  # in the text and in the blocks
    with pytest.raises(LookupError):
        button(whisper, "media_previous")
    for turn, page in (("media_next", 2), ("media_next", 3), ("media_previous", 2)):
        await stage.people.click(U_EN, whisper, turn)
        assert await stage.whisper(f"Page {page} of 3") is whisper
    await stage.people.click(U_EN, whisper, "media_next")
    await stage.whisper("Page 3 of 3")
    assert said(whisper).count("• Photo") == 3 * 2
    with pytest.raises(LookupError):
        button(whisper, "media_next")


async def test_a_title_pages_nobody(stage: Stage) -> None:
    ticket = await invited(stage)
    stage.customer_comes(ticket, photos=1)
    (photo,) = stage.apizee.tickets[ticket.id].media
    stage.apizee.update_ticket(ticket.id, media=(replace(photo, title="<!channel> look"),))
    await stage.people.click(U_EN, await stage.card("Invited"), "session_media")
    assert "&lt;!channel&gt; look" in said(await stage.whisper("1 photo"))


async def test_the_link_buttons_are_acknowledged(stage: Stage) -> None:
    await stage.meet('ann@example.com name:"Site visit"')
    card = await stage.card("The guests are invited")
    assert (await stage.people.click(U_EN, card, "session_join")).outcome == "ok"
    assert button(card, "session_join")["url"].startswith("http")


async def test_a_press_while_redis_is_away_is_explained(around: Vendors, tmp_path: Path) -> None:
    async with AsyncExitStack() as its_life:
        redis = await its_life.enter_async_context(EmbeddedRedis(tmp_path))
        around.environment["REDIS_URL"] = redis.url
        async with staged(around) as stage:
            await invited(stage)
            card = await stage.card("Invited")
            await its_life.aclose()
            assert (await stage.people.click(U_EN, card, "session_refresh")).outcome == "ok"
            assert (await stage.people.message_shortcut(U_EN, "session_media", card)).outcome == "ok"
            await stage.slack.wait_for(lambda: len([one for one in stage.whispers() if "storage is away" in one]) == 2)
