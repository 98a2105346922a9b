"""What Apizee's documentation leaves open: the bot is right either way, and says what it cannot have.

The stage's Apizee is as strict as the documentation lets it be; each story here plays one guess, also the other way.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import httpx
import pytest
from redis.asyncio import Redis

from bot.apizee.budget import account_key
from bot.store import keys
from sandbox.apizee.accounts import WITHOUT_ADDRESS
from sandbox.apizee.faults import AnswerLost
from sandbox.apizee.guesses import Envelope, ObjectId, ScopeOfOldTickets, Time
from sandbox.apizee.model import Location, Operation, Ticket
from sandbox.apizee.world import API_USER
from sandbox.slack.default_world import SUPPORT, U_ADMIN, U_EN, U_FR, U_NOLOGIN
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.environment import Stage, Vendors, button, said, staged
from tests.scenarios.webhooks import HEADER, SECRET, Listening, listening

PHONE = "+33 6 62 68 21 93"
PAGE = "/entrypoint/223/tickets/{}"
LANNION = Location(48.7703337, -3.5149756)


@pytest.fixture
async def heard(around: Vendors) -> AsyncIterator[Listening]:
    async with listening(around) as both:
        yield both


async def tickets(stage: Stage, number: int) -> list[Ticket]:
    """All tickets, once there are so many and their agents have the links."""
    await stage.apizee.wait_for(lambda: len(stage.apizee.tickets) == number)
    await stage.settled()
    return list(stage.apizee.tickets.values())


async def opened(stage: Stage, *, by: str = U_EN) -> tuple[str, str]:
    """What somebody reads who presses “Open” on the first card, and where its button leads."""
    await stage.people.click(by, stage.cards()[0], "session_open")
    whisper = await stage.whisper("plain_link", user=by)
    return whisper.text, str(button(whisper, "plain_link")["url"])


# ── The way into a ticket ────────────────────────────────────────────────────────────────────────────────


async def test_the_agents_link_comes_with_the_new_ticket_and_its_sign_in_link_goes_nowhere(
    stage: Stage, redis: Redis
) -> None:
    await stage.assist(f"{PHONE} ref:1234")
    ticket = await stage.invited()
    (asked,) = stage.asked("POST", "/api/tickets")
    assert asked == {
        "agent": "agent1@apizee.com",
        "phone": "+33662682193",
        "invite": "1",
        "reference": "1234",
        "scope": "sso",
    }
    await stage.whisper(PAGE.format(ticket.id))
    shown = [said(one) for one in (*stage.cards(), *stage.slack.ephemerals(U_EN))]
    kept = await everything_in(redis)
    assert not [text for text in (*shown, str(kept)) if "access_token" in text or "eyJ" in text]


async def test_where_the_very_first_answer_was_lost_the_link_is_the_portal_and_then_is_learnt(stage: Stage) -> None:
    stage.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await stage.assist(f"{PHONE} ref:1")
    first = await stage.invited()
    portal = (await stage.whisper("Ticket: ")).text
    assert "/entrypoint/" not in portal
    await stage.assist("jean@client.com ref:2", user=U_FR)
    await tickets(stage, 2)
    text, link = await opened(stage)
    assert link.endswith(PAGE.format(first.id))
    assert "gave no sign-in link" in text


@pytest.mark.parametrize("tells", [False, True], ids=["tells nothing", "tells the agent's side"])
async def test_a_lost_answer_costs_no_agent_the_link_once_the_account_is_known(stage: Stage, *, tells: bool) -> None:
    stage.apizee.guesses.tickets_tell_agents_side = tells
    await stage.assist("jean@client.com ref:2", user=U_FR)
    await tickets(stage, 1)
    stage.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await stage.assist(f"{PHONE} ref:1")
    _, second = await tickets(stage, 2)
    await stage.whisper(PAGE.format(second.id))
    assert stage.asked("GET", f"/api/tickets/{second.id}") == []


async def test_where_a_ticket_tells_its_side_itself_a_lost_answer_costs_nothing(stage: Stage) -> None:
    stage.apizee.guesses.tickets_tell_agents_side = True
    stage.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await stage.assist(f"{PHONE} ref:1")
    ticket = await stage.invited()
    await stage.whisper(PAGE.format(ticket.id))


@pytest.mark.parametrize("scope", ScopeOfOldTickets, ids=lambda scope: scope.name)
async def test_a_sign_in_link_is_given_where_apizee_gives_one_and_else_the_ticket_s_page(
    stage: Stage, scope: ScopeOfOldTickets
) -> None:
    stage.apizee.guesses.scope_of_old_tickets = scope
    await stage.assist(PHONE)
    ticket = await stage.invited()
    text, link = await opened(stage)
    if scope is ScopeOfOldTickets.TAKEN:
        assert "signs you in" in text
        assert "access_token=" in link
    else:
        assert "Apizee gave no sign-in link" in text
        assert link.endswith(PAGE.format(ticket.id))


@pytest.mark.parametrize("same", [True, False], ids=["of the same service", "of another service"])
async def test_a_ticket_that_was_found_leads_to_the_button_of_its_own_service_alone(
    stage: Stage, *, same: bool
) -> None:
    await stage.assist(PHONE)  # of which the button of this service is learnt
    await stage.invited()
    stage.apizee.load_documentation_examples()
    if not same:
        documented = stage.apizee.ticket(663614)
        stage.apizee.tickets[663614] = replace(documented, service_key="of-another-service", button_id=224)
    await stage.assist("find ref12345678")
    await stage.people.click(U_EN, await stage.whisper("663614"), "session_open")
    link = str(button(await stage.whisper("gave no sign-in link"), "plain_link")["url"])
    assert link.endswith(PAGE.format(663614)) is same
    assert ("/entrypoint/" in link) is same


async def test_an_agent_s_login_need_not_be_an_address(around: Vendors) -> None:
    async with staged(around, apizee_default_agent=WITHOUT_ADDRESS.login) as stage:
        await stage.assist(PHONE, user=U_NOLOGIN)
        await stage.card("Invited")
        await stage.meet('ann@example.com name:"Site visit"', user=U_NOLOGIN)
        await stage.apizee.wait_for(lambda: stage.apizee.conferences)
        assert next(iter(stage.apizee.tickets.values())).agent == WITHOUT_ADDRESS
        assert next(iter(stage.apizee.conferences.values())).moderator == WITHOUT_ADDRESS


# ── Days ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("inclusive", [False, True], ids=["exclusive", "inclusive"])
async def test_the_figures_of_the_documented_day_are_the_same_whatever_until_means(
    stage: Stage, *, inclusive: bool
) -> None:
    stage.apizee.guesses.until_is_inclusive = inclusive
    stage.apizee.load_documentation_examples()
    for number, day in enumerate(("2023-07-12T23:59:59", "2023-07-14T00:00:00", "2023-07-14T09:00:00")):
        of_another_day(stage, 900 + number, datetime.fromisoformat(day).replace(tzinfo=UTC))
    await stage.assist("stats all 2023-07-13", user=U_ADMIN)
    assert "1 session" in (await stage.whisper("video assistance", user=U_ADMIN)).text
    (asked,) = stage.asked("GET", "/api/enterprises/1/tickets-stats")
    assert asked == {"format": "JSON", "since": "2023-07-13", "until": "2023-07-14"}


def of_another_day(stage: Stage, number: int, began: datetime) -> None:
    """Let there be a ticket like the documentation's that began then."""
    documented = stage.apizee.ticket(821793)
    stage.apizee.tickets[number] = replace(documented, id=number, created=began, start_time=began)


@pytest.mark.parametrize("inclusive", [False, True], ids=["exclusive", "inclusive"])
async def test_a_meeting_counts_once_whatever_until_means(stage: Stage, *, inclusive: bool) -> None:
    stage.apizee.guesses.until_is_inclusive = inclusive
    stage.apizee.load_documentation_examples()
    (documented,) = stage.apizee.meetings
    midnight = datetime(2023, 7, 14, tzinfo=UTC)
    stage.apizee.meetings.append(replace(documented, id="at midnight", began_at=midnight, ended_at=midnight))
    for day in ("2023-07-13", "2023-07-14"):
        await stage.meet(f"stats all {day}", user=U_ADMIN)
        assert "1 meeting" in (await stage.whisper("Video meetings", user=U_ADMIN)).text


# ── Webhooks ─────────────────────────────────────────────────────────────────────────────────────────────

WAYS = [
    *product(Envelope, ObjectId, [Time.SECONDS]),
    *product([Envelope.OBJECT], [ObjectId.NUMBER], Time),
    (Envelope.EVENT_NAME, ObjectId.UID, Time.MILLISECONDS),
]


@pytest.mark.parametrize(
    ("envelope", "object_id", "time"), dict.fromkeys(WAYS), ids=lambda way: way.name.lower().replace("_", " ")
)
async def test_the_card_follows_whatever_shape_webhooks_have(
    heard: Listening, envelope: Envelope, object_id: ObjectId, time: Time
) -> None:
    stage, guesses = heard.stage, heard.stage.apizee.guesses
    guesses.envelope, guesses.object_id, guesses.time = envelope, object_id, time
    await stage.assist(PHONE)
    ticket = await stage.invited()
    await asyncio.sleep(0.1)  # the starter's last line
    stage.apizee.customer_opens(ticket.id)
    await stage.slack.wait_for(lambda: "link opened" in said(stage.cards()[0]), 3.0)
    stage.apizee.accepts(ticket.id)
    await stage.slack.wait_for(lambda: "In progress" in stage.cards()[0].text, 3.0)


async def test_what_webhooks_tell_and_nobody_understands_is_counted_by_its_object(
    heard: Listening, redis: Redis
) -> None:
    odd: list[dict[str, object]] = [
        {"object": "hologram", "objectId": 7},
        {"object": "+33612345678", "objectId": 7},
        {"object": "ticket", "objectId": "somebody-elses-uid"},
        {"object": "conversationevent", "objectId": 7, "props": {"eventType": "lunch.served"}},
    ]
    async with httpx.AsyncClient() as http:
        for about in odd:
            assert (await http.post(heard.url, json=about, headers={HEADER: SECRET})).status_code == 200
        counted = 'apizee_slack_apizee_webhooks_not_understood_total{object="other"} 2'
        async with asyncio.timeout(30):
            url = f"{heard.stage.bot_url}/metrics"
            while counted not in (numbers := (await http.get(url)).text):  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.05)
    assert 'not_understood_total{object="conversationevent"} 1' in numbers
    # What tells nothing is no reason to look less often.
    assert not await redis.exists(keys.webhooks_heard(account_key(API_USER)))
    assert heard.stage.apizee.requests == []


# ── Where the customer is ────────────────────────────────────────────────────────────────────────────────


async def test_where_the_customer_is_is_told_to_the_agent_alone_and_once(around: Vendors) -> None:
    async with staged(around, apizee_poll_seconds=1) as stage:
        await stage.assist(PHONE)
        ticket = await stage.invited()
        stage.customer_comes(ticket)
        stage.apizee.takes_photo(ticket.id, LANNION)
        whisper = await stage.whisper("Where your customer is")
        assert "mlat=48.7703337&mlon=-3.5149756" in said(whisper)
        assert whisper.visible_to == U_EN
        stage.apizee.hangs_up(ticket.id)
        await stage.card("Done")
        await stage.settled()
        assert len([one for one in stage.whispers() if "Where your customer is" in one]) == 1
        assert not any("openstreetmap" in said(one) for one in stage.slack.channels[SUPPORT].messages)
        assert not stage.whispers(U_FR)
