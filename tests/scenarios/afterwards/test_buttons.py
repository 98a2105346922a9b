"""The buttons of cards and private messages: ways in for those who may, the card as it is, media page by page."""

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
from tests.scenarios.environment import Environment, Vendors, button, new_environment, said

# ── Sign-in links: only for those they sign in ────────────────────────────────────────────────────────────


async def invited(environment: Environment, *, by: str = U_EN) -> Ticket:
    """Return a ticket whose card is there."""
    await environment.assist("jean@client.com", user=by)
    ticket = await environment.slack.wait_for(lambda: next(iter(environment.apizee.tickets.values()), None))
    assert ticket is not None
    await environment.settled()
    return ticket


async def opened(environment: Environment, *, by: str) -> str:
    """Return the address behind the button that somebody gets who presses “Open” on the card."""
    (card,) = environment.cards()
    await environment.people.click(by, card, "session_open")
    return str(button(await environment.modal("plain_link", user=by), "plain_link")["url"])


async def test_the_agent_is_signed_in(environment: Environment) -> None:
    environment.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    await invited(environment)
    (token,) = parse_qs(urlsplit(await opened(environment, by=U_EN)).query)["access_token"]
    assert signed_in_login(token, utc_now()) == "agent1@apizee.com"


async def test_the_button_below_the_agents_links_signs_in_as_well(environment: Environment) -> None:
    environment.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    await invited(environment)
    await environment.people.click(
        U_EN, await environment.private_message("Your video assistance is ready"), "session_open"
    )
    await environment.modal("signs you in")


async def test_the_customers_link_is_passed_on_again_from_there_by_the_agent_alone(environment: Environment) -> None:
    ticket = await invited(environment)
    (card,) = environment.cards()
    await environment.people.click(U_EN, card, "session_open")
    assert f"convId={ticket.conversation_id}" in said(await environment.modal("Customer's link, to copy"))
    await environment.people.click(U_FR, card, "session_open")
    assert "convId=" not in said(await environment.modal("plain_link", user=U_FR))


async def test_every_press_fetches_a_fresh_link(environment: Environment) -> None:
    environment.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    ticket = await invited(environment)
    card = await environment.card("Invited")
    for _ in range(2):
        await environment.people.click(U_EN, card, "session_open")
        await environment.modal("signs you in")
        await environment.people.close(U_EN)
    assert environment.asked("GET", f"/api/tickets/{ticket.id}") == [{"scope": "sso"}] * 2


async def test_another_agent_gets_the_tickets_address_and_no_sign_in_is_asked_for(environment: Environment) -> None:
    environment.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    ticket = await invited(environment)
    assert (await opened(environment, by=U_FR)).endswith(f"/entrypoint/223/tickets/{ticket.id}")
    assert environment.asked("GET", f"/api/tickets/{ticket.id}") == []


async def test_an_address_that_is_not_proven_signs_nobody_in(environment: Environment) -> None:
    environment.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    ticket = await invited(environment)
    environment.slack.users[U_NOLOGIN] = replace(
        environment.slack.users[U_NOLOGIN],
        email="agent1@apizee.com",
        is_email_confirmed=False,
    )
    assert "access_token" not in await opened(environment, by=U_NOLOGIN)
    assert environment.asked("GET", f"/api/tickets/{ticket.id}") == []


async def test_the_common_login_signs_nobody_in(around: Vendors) -> None:
    async with new_environment(around, apizee_default_agent="default.agent@apizee.com") as environment:
        await invited(environment, by=U_NOLOGIN)
        assert "access_token" not in await opened(environment, by=U_NOLOGIN)


# ── Join as me ───────────────────────────────────────────────────────────────────────────────────────────


async def target(environment: Environment) -> str:
    """Return the address that somebody gets who presses “Join as me”."""
    await environment.meet('ann@example.com name:"Site visit"')
    card = await environment.card("The guests are invited")
    await environment.people.click(U_FR, card, "session_join_as_me")
    return str(button(await environment.modal("plain_link", user=U_FR), "plain_link")["url"])


async def test_without_a_public_address_the_link_leads_to_apizee_under_ones_name(environment: Environment) -> None:
    url = urlsplit(await target(environment))
    assert url.path.startswith("/meet/private/")
    assert parse_qs(url.query) == {"name": ["Bruno"]}


async def test_with_a_public_address_the_link_leads_to_a_page_with_the_meeting(around: Vendors) -> None:
    async with (
        new_environment(around, public_url="https://bot.example.com") as environment,
        httpx.AsyncClient() as browser,
    ):
        url = await target(environment)
        assert url.startswith("https://bot.example.com/join/")
        page = await browser.get(url.replace("https://bot.example.com", environment.bot_url))
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
    ("happens", "shown", "can_be_opened"),
    [
        (comes, "In progress", True),
        (talks, "Done after 5 min 3", True),
        (World.expires, "The invitation has expired", False),
        (World.declines, "The invitation was declined", False),
        (World.cancels, "Cancelled", False),
    ],
)
async def test_refresh_shows_the_assistance_as_apizee_says(
    environment: Environment, happens: Callable[[World, int], None], shown: str, *, can_be_opened: bool
) -> None:
    ticket = await invited(environment)
    happens(environment.apizee, ticket.id)
    await environment.people.click(U_FR, await environment.card("Invited"), "session_refresh")
    card = await environment.card(shown)
    assert ("session_open" in said(card)) is can_be_opened
    assert "session_media" in said(card)


async def test_refresh_shows_the_meeting_as_apizee_says(environment: Environment) -> None:
    await environment.meet('ann@example.com name:"Site visit"')
    card = await environment.card("The guests are invited")
    (conference,) = environment.apizee.conferences
    environment.apizee.guest_joins(conference, "Ann")
    await environment.people.click(U_EN, card, "session_refresh")
    assert "session_join" in said(await environment.card("In progress"))
    environment.apizee.clock = lambda: utc_now() + timedelta(hours=1, minutes=4)
    environment.apizee.ends(conference)
    await environment.people.click(U_EN, card, "session_refresh")
    card = await environment.card("Done after 1 h 4 min")
    assert not [block for block in card.blocks if block["type"] == "call"]


async def test_refresh_without_news_says_so_to_who_pressed(environment: Environment) -> None:
    await invited(environment)
    await environment.people.click(U_FR, await environment.card("Invited"), "session_refresh")
    await environment.private_message("invitation envoyée", user=U_FR)
    await environment.card("Invited")


async def test_a_card_that_somebody_deleted_is_left_alone(environment: Environment) -> None:
    await invited(environment)
    card = await environment.card("Invited")
    environment.slack.remove(card)
    await environment.people.click(U_EN, card, "session_refresh")
    await environment.settled()
    assert not environment.cards()


# ── Media ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_media_are_listed_with_name_and_link(environment: Environment) -> None:
    ticket = await invited(environment)
    environment.customer_comes(ticket, photos=1)
    environment.apizee.hangs_up(ticket.id)
    environment.apizee.recording_appears(ticket.id)
    photo, recording = environment.apizee.tickets[ticket.id].media
    await environment.people.click(U_FR, await environment.card("Invited"), "session_media")
    shown = said(await environment.modal("2 photos", user=U_FR))
    assert "2 photos et enregistrements" in shown
    assert f"/{photo.hash}|Photo 1>" in shown
    assert f"/{recording.hash}|Enregistrement>" in shown


async def test_more_than_ten_media_are_turned_page_by_page(environment: Environment) -> None:
    ticket = await invited(environment)
    environment.customer_comes(ticket, photos=23)
    await environment.people.click(U_EN, await environment.card("Invited"), "session_media")
    modal = await environment.modal("Page 1 of 3")
    assert said(modal).count("|Photo ") == 10
    with pytest.raises(LookupError):
        button(modal, "media_previous")
    for button_id, page in (("media_next", 2), ("media_next", 3), ("media_previous", 2)):
        await environment.people.click_in_view(modal, button_id)
        assert await environment.modal(f"Page {page} of 3") is modal
    await environment.people.click_in_view(modal, "media_next")
    await environment.modal("Page 3 of 3")
    assert said(modal).count("|Photo ") == 3
    with pytest.raises(LookupError):
        button(modal, "media_next")


async def test_media_that_were_asked_for_by_name_are_turned_in_their_message(environment: Environment) -> None:
    ticket = await invited(environment)
    environment.customer_comes(ticket, photos=13)
    await environment.assist(f"media {ticket.id}")
    private_message = await environment.private_message("Page 1 of 2")
    await environment.people.click(U_EN, private_message, "media_next")
    assert await environment.private_message("Page 2 of 2") is private_message


async def test_a_title_pages_nobody(environment: Environment) -> None:
    ticket = await invited(environment)
    environment.customer_comes(ticket, photos=1)
    (photo,) = environment.apizee.tickets[ticket.id].media
    environment.apizee.update_ticket(
        ticket.id, media=(replace(photo, title="<!channel> look", mime="application/pdf"),)
    )
    await environment.people.click(U_EN, await environment.card("Invited"), "session_media")
    assert "&lt;!channel&gt; look" in said(await environment.modal("• "))


async def test_the_link_buttons_are_acknowledged(environment: Environment) -> None:
    await environment.meet('ann@example.com name:"Site visit"')
    card = await environment.card("The guests are invited")
    assert (await environment.people.click(U_EN, card, "session_join")).outcome == "ok"
    assert button(card, "session_join")["url"].startswith("http")


async def test_a_press_while_redis_is_away_is_explained(around: Vendors, tmp_path: Path) -> None:
    async with AsyncExitStack() as its_life:
        redis = await its_life.enter_async_context(EmbeddedRedis(tmp_path))
        around.environment["REDIS_URL"] = redis.url
        async with new_environment(around) as environment:
            await invited(environment)
            card = await environment.card("Invited")
            await its_life.aclose()
            assert (await environment.people.click(U_EN, card, "session_refresh")).outcome == "ok"
            assert (await environment.people.message_shortcut(U_EN, "session_media", card)).outcome == "ok"
            await environment.slack.wait_for(
                lambda: len([one for one in environment.ephemeral_messages() if "storage is away" in one]) == 2
            )
