"""What is found or listed can be acted on from there: the ticket opened, the meeting joined, its media shown."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from redis.asyncio import Redis

from bot.model.session import Kind
from sandbox.apizee.accounts import AGENT_1
from sandbox.apizee.meetings import ConferenceOrder
from sandbox.apizee.records import utc_now
from sandbox.apizee.simulation import TicketOrder
from sandbox.apizee.urls import Links
from sandbox.slack.block_kit.limits import check_message, check_view
from sandbox.slack.default_world import PRIVATE_WITH_BOT, SUPPORT, U_EN, U_FR
from sandbox.slack.model import Message, View
from tests.scenarios.environment import Environment, Vendors, button, said

LINKS = Links("https://cloud.apizee.invalid", "https://diag.apizee.invalid")


def tickets(environment: Environment, count: int, *, reference: str = "CASE-1") -> list[int]:
    """Tickets that somebody made in Apizee's own console: the bot has no session of them."""
    order = TicketOrder(AGENT_1, ("+33612345678",), reference, invite=True)
    return [environment.apizee.open_ticket(order, LINKS).id for _ in range(count)]


def conferences(environment: Environment, count: int) -> list[int]:
    """Meetings that somebody made there, of whom Apizee tells the name alone: administrators find them."""
    environment.promote(U_EN)
    orders = [ConferenceOrder((), f"Visit {number}", None, moderated=False, invite=False) for number in range(count)]
    return [environment.apizee.schedule_conference(order, LINKS).id for order in orders]


def actions(shown: Message | View) -> list[str]:
    """Return the ids of the buttons, row by row."""
    blocks = shown.blocks if isinstance(shown, Message) else shown.body["blocks"]
    rows = [block for block in blocks if block["type"] == "actions"]
    return [" ".join(element["action_id"] for element in row["elements"]) for row in rows]


def row_of(shown: Message | View, text: str) -> str:
    """Return the id of the block with the buttons below the line that says this."""
    blocks = list(shown.blocks if isinstance(shown, Message) else shown.body["blocks"])
    line = next(place for place, block in enumerate(blocks) if text in str(block) and block["type"] == "section")
    return str(blocks[line + 1]["block_id"])


# ── What was found, and has no session of ours ───────────────────────────────────────────────────────────


async def test_a_ticket_that_was_found_is_opened_and_its_media_are_shown(environment: Environment) -> None:
    environment.apizee.load_documentation_examples()
    await environment.assist("find ref12345678")
    found = await environment.private_message("663614")
    assert actions(found) == ["session_open session_media"]
    await environment.people.click(U_EN, found, "session_media")
    await environment.modal("2 photos and recordings")
    await environment.people.click(U_EN, found, "session_open")
    opened = await environment.modal("plain_link")
    assert urlsplit(button(opened, "plain_link")["url"]).netloc
    await environment.people.click(U_FR, found, "session_open")
    assert "access_token" not in button(await environment.modal("plain_link", user=U_FR), "plain_link")["url"]


async def test_a_meeting_that_was_found_is_joined(environment: Environment) -> None:
    environment.promote(U_EN)
    environment.apizee.load_documentation_examples()
    await environment.meet("find TEST")
    found = await environment.private_message("842341")
    assert actions(found) == ["session_join session_join_as_me session_media"]
    assert button(found, "session_join")["url"].startswith("http")
    await environment.people.click(U_EN, found, "session_join_as_me")
    target = button(await environment.modal("You join under your own name"), "plain_link")["url"]
    assert parse_qs(urlsplit(target).query) == {"name": ["Alice"]}
    await environment.people.click(U_EN, found, "session_media")
    await environment.modal("photo or recording")


async def test_the_second_of_several_is_the_one_that_is_acted_on(environment: Environment) -> None:
    conferences(environment, 2)
    await environment.meet("find Visit")
    found = await environment.private_message("Visit 0")
    addresses = set()
    for number in (0, 1):
        row = row_of(found, f"Visit {number}")
        await environment.people.click(U_EN, found, "session_join_as_me", block=row)
        addresses.add(urlsplit(button(await environment.modal("plain_link"), "plain_link")["url"]).path)
        await environment.people.close(U_EN)
    assert len(addresses) == 2


async def test_a_meeting_that_is_over_can_no_longer_be_joined(environment: Environment) -> None:
    (conference,) = conferences(environment, 1)
    environment.apizee.guest_joins(conference, "Ann")
    environment.apizee.ends(conference)
    await environment.meet("find Visit")
    assert actions(await environment.private_message("Visit 0")) == ["session_media"]


async def test_where_photos_of_a_ticket_have_no_thread_the_list_says_why(environment: Environment) -> None:
    environment.apizee.load_documentation_examples()
    await environment.assist("media ref12345678")
    shown = await environment.private_message("2 photos and recordings")
    assert "They have no thread here" in said(shown)
    assert actions(shown) == []


# ── What was found, and is ours ──────────────────────────────────────────────────────────────────────────


async def test_what_was_found_of_a_session_of_ours_leads_to_it(environment: Environment) -> None:
    await environment.assist("jean@client.com ref:CASE-1")
    ticket = await environment.invited()
    environment.customer_comes(ticket, photos=1)
    await environment.assist("find CASE-1", user=U_FR, channel=PRIVATE_WITH_BOT)
    found = await environment.private_message(str(ticket.id), user=U_FR)
    await environment.people.click(U_FR, found, "session_media")
    media = await environment.modal("Afficher dans le fil", user=U_FR)
    await environment.people.click_in_view(media, "session_media_to_thread")
    await environment.slack.wait_for(lambda: any(one.files for one in environment.cards()))
    assert not [one for one in environment.cards(PRIVATE_WITH_BOT) if one.files]


async def test_what_is_over_says_all_that_is_known_and_goes_on(environment: Environment) -> None:
    await environment.assist("jean@client.com ref:CASE-1")
    ticket = await environment.invited()
    environment.customer_comes(ticket)
    environment.apizee.clock = lambda: utc_now() + timedelta(minutes=5)
    environment.apizee.hangs_up(ticket.id)
    (card,) = environment.cards()
    await environment.people.click(U_EN, card, "session_refresh")
    await environment.card("Done after")
    for sought in ("CASE-1", "jean@client.com"):
        await environment.assist(f"find {sought}")
        found = await environment.private_message("session_invite_again")
        assert actions(found) == ["session_open session_media session_invite_again"]
        (line,) = found.text.splitlines()
        address = f"/archives/{SUPPORT}/p{card.ts.replace('.', '')}|card>"
        for known in (str(ticket.id), "done", "5 min", "<!date^", f"<#{SUPPORT}>", address):
            assert known in line, known
        assert "agent1@apizee.com" in line or f"<@{U_EN}>" in line
        environment.slack.ephemeral_messages.clear()


async def test_a_list_can_be_acted_on_also_when_redis_was_emptied_meanwhile(
    environment: Environment, around: Vendors, redis: Redis
) -> None:
    await environment.assist("jean@client.com")
    ticket = await environment.invited()
    await environment.assist("list")
    listed = await environment.private_message(f"*{ticket.id}*")
    assert actions(listed) == ["session_open session_media"]
    await environment.settled()
    await redis.flushdb()
    await environment.people.click(U_EN, listed, "session_open")
    opened = button(await environment.modal("plain_link"), "plain_link")["url"]
    assert urlsplit(opened).netloc == urlsplit(around.environment["APIZEE_API_URL"]).netloc


async def test_a_listed_meeting_is_joined_from_the_list(environment: Environment) -> None:
    await environment.meet('ann@example.com name:"Site visit"')
    await environment.card("The guests are invited")
    await environment.meet("list")
    listed = await environment.private_message("• ")
    assert actions(listed) == ["session_join session_join_as_me session_media"]
    await environment.people.click(U_EN, listed, "session_join_as_me")
    await environment.modal("You join under your own name")


# ── Page by page ─────────────────────────────────────────────────────────────────────────────────────────


async def turned(environment: Environment, shown: Message, button_id: str, page: str) -> None:
    """Press “Next” or “Previous”, and see that the same message shows the page then."""
    await environment.people.click(U_EN, shown, button_id)
    await environment.slack.wait_for(lambda: page in said(shown))
    assert check_message({"text": shown.text, "blocks": list(shown.blocks)}) == []


@pytest.mark.parametrize("kind", Kind)
async def test_what_was_found_is_shown_a_screenful_at_a_time(environment: Environment, kind: Kind) -> None:
    if kind is Kind.ASSISTANCE:
        tickets(environment, 12)
        await environment.assist("find CASE-1")
    else:
        conferences(environment, 12)
        await environment.meet("find Visit")
    shown = await environment.private_message("Page 1 of 3")
    seen = shown.text.splitlines()
    assert actions(shown)[-1] == "results_next"
    await turned(environment, shown, "results_next", "Page 2 of 3")
    seen += shown.text.splitlines()
    assert actions(shown)[-1] == "results_previous results_next"
    await turned(environment, shown, "results_next", "Page 3 of 3")
    seen += shown.text.splitlines()
    assert actions(shown)[-1] == "results_previous"
    assert len(set(seen)) == len(seen) == 12
    await turned(environment, shown, "results_previous", "Page 2 of 3")


async def test_more_than_twenty_are_said_to_be_the_latest(environment: Environment) -> None:
    tickets(environment, 23)
    await environment.assist("find CASE-1")
    await environment.private_message("Page 1 of 4 · Only the latest 20.")


async def open_sessions(environment: Environment, count: int) -> None:
    """Sessions that somebody has started, each in a thread of its own."""
    for number in range(count):
        await environment.assist(f"customer{number}@client.com ref:CASE-{number}")
    await environment.slack.wait_for(
        lambda: [one.text for one in environment.cards() if "Invited" in one.text][count - 1 :]
    )
    await environment.settled()


async def test_open_sessions_are_listed_a_screenful_at_a_time(environment: Environment) -> None:
    await open_sessions(environment, 7)
    await environment.assist("list")
    shown = await environment.private_message("Page 1 of 2")
    assert len(shown.text.splitlines()) == 5
    await turned(environment, shown, "results_next", "Page 2 of 2")
    assert len(shown.text.splitlines()) == 2
    assert actions(shown) == ["session_open session_media"] * 2 + ["results_previous"]


# ── The Home ─────────────────────────────────────────────────────────────────────────────────────────────


async def home(environment: Environment, word: str = "") -> View:
    """Return the Home that is there, once it says a word."""
    view = await environment.slack.wait_for(
        lambda: next((one for one in [environment.slack.home(U_EN)] if one and word in str(one.body)), None)
    )
    assert view is not None
    assert check_view(view.body) == []
    return view


async def test_the_home_shows_sessions_with_their_buttons_page_by_page(environment: Environment) -> None:
    await open_sessions(environment, 7)
    await environment.people.open_home(U_EN)
    first = await home(environment, "Page 1 of 2")
    assert actions(first)[1:] == ["session_open session_media"] * 5 + ["home_next"]
    await environment.people.click_in_view(first, "home_next")
    second = await home(environment, "Page 2 of 2")
    assert actions(second)[1:] == ["session_open session_media"] * 2 + ["home_previous"]
    await environment.people.click_in_view(second, "home_previous")
    await home(environment, "Page 1 of 2")


async def test_media_are_shown_over_the_home(environment: Environment) -> None:
    await environment.assist("jean@client.com")
    ticket = await environment.invited()
    environment.customer_comes(ticket, photos=1)
    await environment.people.open_home(U_EN)
    await environment.people.click_in_view(await home(environment, str(ticket.id)), "session_media")
    shown = await environment.modal("1 photo or recording")
    assert not environment.cards(environment.slack.direct_messages(U_EN).id)
    await environment.people.click_in_view(shown, "session_media_to_thread")
    await environment.slack.wait_for(lambda: any(one.files for one in environment.cards(SUPPORT)))


async def test_a_meeting_is_joined_and_an_ended_ticket_opened_from_the_home(environment: Environment) -> None:
    await environment.assist("jean@client.com")
    ticket = await environment.invited()
    environment.apizee.declines(ticket.id)
    await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
    await environment.card("declined")
    await environment.meet('ann@example.com name:"Site visit"')
    await environment.slack.wait_for(lambda: "guests are invited" in environment.cards()[-1].text)
    await environment.settled()
    await environment.people.open_home(U_EN)
    assert actions(await home(environment, "Site visit"))[1:] == [
        "session_join session_join_as_me session_media",
        "session_open session_media session_invite_again",
    ]
