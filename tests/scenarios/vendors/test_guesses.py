"""What Apizee's documentation leaves open: the bot is right either way, and says what it cannot have.

The environment's Apizee is as strict as the documentation lets it be; each story here tries one guess both ways.
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

from bot.model.accounts import account_key
from bot.store import keys
from sandbox.apizee.accounts import WITHOUT_ADDRESS
from sandbox.apizee.faults import AnswerLost
from sandbox.apizee.guesses import Envelope, ObjectId, ScopeOfOldTickets, Time
from sandbox.apizee.model import Location, Operation, Ticket, TicketState
from sandbox.apizee.world import API_USER
from sandbox.slack.default_world import SUPPORT, U_ADMIN, U_EN, U_FR, U_NOLOGIN
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.environment import Environment, Vendors, button, new_environment, said
from tests.scenarios.webhooks import HEADER, SECRET, Listening, listening

PHONE = "+33 6 62 68 21 93"
PAGE = "/entrypoint/223/tickets/{}"
LANNION = Location(48.7703337, -3.5149756)


@pytest.fixture
async def listener(around: Vendors) -> AsyncIterator[Listening]:
    async with listening(around) as both:
        yield both


async def tickets(environment: Environment, number: int) -> list[Ticket]:
    """All tickets, once there are so many and their agents have the links."""
    await environment.apizee.wait_for(lambda: len(environment.apizee.tickets) == number)
    await environment.settled()
    return list(environment.apizee.tickets.values())


async def opened(environment: Environment, *, by: str = U_EN) -> tuple[str, str]:
    """Return what somebody reads who presses “Open” on the first card, and where its button leads."""
    await environment.people.click(by, environment.cards()[0], "session_open")
    modal = await environment.modal("plain_link", user=by)
    return said(modal), str(button(modal, "plain_link")["url"])


# ── The way into a ticket ────────────────────────────────────────────────────────────────────────────────


async def test_the_agents_link_comes_with_the_new_ticket_and_its_sign_in_link_goes_nowhere(
    environment: Environment, redis: Redis
) -> None:
    await environment.assist(f"{PHONE} ref:1234")
    ticket = await environment.invited()
    (asked,) = environment.asked("POST", "/api/tickets")
    assert asked == {
        "agent": "agent1@apizee.com",
        "phone": "+33662682193",
        "invite": "1",
        "reference": "1234",
        "scope": "sso",
    }
    await environment.private_message(PAGE.format(ticket.id))
    shown = [said(one) for one in (*environment.cards(), *environment.slack.ephemerals(U_EN))]
    kept = await everything_in(redis)
    assert not [text for text in (*shown, str(kept)) if "access_token" in text or "eyJ" in text]


async def test_where_the_very_first_answer_was_lost_the_link_is_the_portal_and_then_is_learnt(
    environment: Environment,
) -> None:
    environment.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await environment.assist(f"{PHONE} ref:1")
    first = await environment.invited()
    portal = (await environment.private_message("Ticket: ")).text
    assert "/entrypoint/" not in portal
    await environment.assist("jean@client.com ref:2", user=U_FR)
    await tickets(environment, 2)
    text, link = await opened(environment)
    assert link.endswith(PAGE.format(first.id))
    assert "gave no sign-in link" in text


@pytest.mark.parametrize("shows", [False, True], ids=["shows nothing", "shows the agent's side"])
async def test_a_lost_answer_costs_no_agent_the_link_once_the_account_is_known(
    environment: Environment, *, shows: bool
) -> None:
    environment.apizee.guesses.tickets_tell_agents_side = shows
    await environment.assist("jean@client.com ref:2", user=U_FR)
    await tickets(environment, 1)
    environment.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await environment.assist(f"{PHONE} ref:1")
    _, second = await tickets(environment, 2)
    await environment.private_message(PAGE.format(second.id))
    assert environment.asked("GET", f"/api/tickets/{second.id}") == []


async def test_where_a_ticket_tells_its_side_itself_a_lost_answer_costs_nothing(environment: Environment) -> None:
    environment.apizee.guesses.tickets_tell_agents_side = True
    environment.apizee.faults.switch_on(AnswerLost(), Operation.CREATE_TICKET, times=1)
    await environment.assist(f"{PHONE} ref:1")
    ticket = await environment.invited()
    await environment.private_message(PAGE.format(ticket.id))


@pytest.mark.parametrize("scope", ScopeOfOldTickets, ids=lambda scope: scope.name)
async def test_a_sign_in_link_is_given_where_apizee_gives_one_and_else_the_ticket_s_page(
    environment: Environment, scope: ScopeOfOldTickets
) -> None:
    environment.apizee.guesses.scope_of_old_tickets = scope
    await environment.assist(PHONE)
    ticket = await environment.invited()
    text, link = await opened(environment)
    if scope is ScopeOfOldTickets.TAKEN:
        assert "signs you in" in text
        assert "access_token=" in link
    else:
        assert "Apizee gave no sign-in link" in text
        assert link.endswith(PAGE.format(ticket.id))


@pytest.mark.parametrize("same", [True, False], ids=["of the same service", "of another service"])
async def test_a_ticket_that_was_found_leads_to_the_button_of_its_own_service_alone(
    environment: Environment, *, same: bool
) -> None:
    await environment.assist(PHONE)  # of which the button of this service is learnt
    await environment.invited()
    environment.apizee.load_documentation_examples()
    if not same:
        documented = environment.apizee.ticket(663614)
        environment.apizee.tickets[663614] = replace(documented, service_key="of-another-service", button_id=224)
    await environment.assist("find ref12345678")
    await environment.people.click(U_EN, await environment.private_message("663614"), "session_open")
    link = str(button(await environment.modal("gave no sign-in link"), "plain_link")["url"])
    assert link.endswith(PAGE.format(663614)) is same
    assert ("/entrypoint/" in link) is same


async def test_an_agent_s_login_need_not_be_an_address(around: Vendors) -> None:
    async with new_environment(around, apizee_default_agent=WITHOUT_ADDRESS.login) as environment:
        await environment.assist(PHONE, user=U_NOLOGIN)
        await environment.card("Invited")
        await environment.meet('ann@example.com name:"Site visit"', user=U_NOLOGIN)
        await environment.apizee.wait_for(lambda: environment.apizee.conferences)
        assert next(iter(environment.apizee.tickets.values())).agent == WITHOUT_ADDRESS
        assert next(iter(environment.apizee.conferences.values())).moderator == WITHOUT_ADDRESS


@pytest.mark.parametrize("state", [TicketState.NEW, TicketState.OPEN, TicketState.INVITED], ids=str)
async def test_a_link_is_followed_whatever_state_a_ticket_without_an_invitation_has(
    environment: Environment, state: TicketState
) -> None:
    environment.apizee.guesses.not_invited = state
    await environment.assist(f"{PHONE} link")
    (ticket,) = await tickets(environment, 1)
    card = await environment.card("Link passed on by the agent")
    await environment.people.click(U_EN, card, "session_refresh")
    await environment.private_message("Already up to date")
    environment.customer_comes(ticket)
    await environment.people.click(U_EN, card, "session_refresh")
    await environment.card("In progress")


async def test_a_shared_mailbox_is_refused_in_words(environment: Environment) -> None:
    await environment.assist("contact@client.com")
    assert "Nobody was invited" in said(await environment.card("Apizee refused the invitation"))
    assert environment.apizee.outbox == []


# ── Days ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("inclusive", [False, True], ids=["exclusive", "inclusive"])
async def test_the_figures_of_the_documented_day_are_the_same_whatever_until_means(
    environment: Environment, *, inclusive: bool
) -> None:
    environment.apizee.guesses.until_is_inclusive = inclusive
    environment.apizee.load_documentation_examples()
    for number, day in enumerate(("2023-07-12T23:59:59", "2023-07-14T00:00:00", "2023-07-14T09:00:00")):
        of_another_day(environment, 900 + number, datetime.fromisoformat(day).replace(tzinfo=UTC))
    await environment.assist("stats all 2023-07-13", user=U_ADMIN)
    assert "1 session" in (await environment.private_message("video assistance", user=U_ADMIN)).text
    (asked,) = environment.asked("GET", "/api/enterprises/1/tickets-stats")
    assert asked == {"format": "JSON", "since": "2023-07-13", "until": "2023-07-14"}


def of_another_day(environment: Environment, number: int, began: datetime) -> None:
    """Let there be a ticket like the documentation's that began then."""
    documented = environment.apizee.ticket(821793)
    environment.apizee.tickets[number] = replace(documented, id=number, created=began, start_time=began)


@pytest.mark.parametrize("inclusive", [False, True], ids=["exclusive", "inclusive"])
async def test_a_meeting_counts_once_whatever_until_means(environment: Environment, *, inclusive: bool) -> None:
    environment.apizee.guesses.until_is_inclusive = inclusive
    environment.apizee.load_documentation_examples()
    (documented,) = environment.apizee.meetings
    midnight = datetime(2023, 7, 14, tzinfo=UTC)
    environment.apizee.meetings.append(replace(documented, id="at midnight", began_at=midnight, ended_at=midnight))
    for day in ("2023-07-13", "2023-07-14"):
        await environment.meet(f"stats all {day}", user=U_ADMIN)
        assert "1 meeting" in (await environment.private_message("Video meetings", user=U_ADMIN)).text


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
    listener: Listening, envelope: Envelope, object_id: ObjectId, time: Time
) -> None:
    environment, guesses = listener.environment, listener.environment.apizee.guesses
    guesses.envelope, guesses.object_id, guesses.time = envelope, object_id, time
    await environment.assist(PHONE)
    ticket = await environment.invited()
    await asyncio.sleep(0.1)  # the starter's last line
    environment.apizee.customer_opens(ticket.id)
    await environment.slack.wait_for(lambda: "link opened" in said(environment.cards()[0]), 3.0)
    environment.apizee.accepts(ticket.id)
    await environment.slack.wait_for(lambda: "In progress" in environment.cards()[0].text, 3.0)


async def test_what_webhooks_tell_and_nobody_understands_is_counted_by_its_object(
    listener: Listening, redis: Redis
) -> None:
    odd: list[dict[str, object]] = [
        {"object": "hologram", "objectId": 7},
        {"object": "+33612345678", "objectId": 7},
        {"object": "ticket", "objectId": "somebody-elses-uid"},
        {"object": "conversationevent", "objectId": 7, "props": {"eventType": "lunch.served"}},
    ]
    async with httpx.AsyncClient() as http:
        for about in odd:
            assert (await http.post(listener.url, json=about, headers={HEADER: SECRET})).status_code == 200
        counted = 'apizee_slack_apizee_webhooks_not_understood_total{object="other"} 2'
        async with asyncio.timeout(30):
            url = f"{listener.environment.bot_url}/metrics"
            while counted not in (numbers := (await http.get(url)).text):  # noqa: ASYNC110  # it gives no notice
                await asyncio.sleep(0.05)
    assert 'not_understood_total{object="conversationevent"} 1' in numbers
    # What says nothing is no reason to look less often.
    assert not await redis.exists(keys.webhooks_received(account_key(API_USER)))
    assert listener.environment.apizee.requests == []


# ── Where the customer is ────────────────────────────────────────────────────────────────────────────────


async def test_where_the_customer_is_is_shown_to_the_agent_alone_and_once(around: Vendors) -> None:
    async with new_environment(around, apizee_poll_seconds=1) as environment:
        await environment.assist(PHONE)
        ticket = await environment.invited()
        environment.customer_comes(ticket)
        environment.apizee.takes_photo(ticket.id, LANNION)
        private_message = await environment.private_message("Where your customer is")
        assert "mlat=48.7703337&mlon=-3.5149756" in said(private_message)
        assert private_message.visible_to == U_EN
        environment.apizee.hangs_up(ticket.id)
        await environment.card("Done")
        await environment.settled()
        assert len([one for one in environment.ephemeral_messages() if "Where your customer is" in one]) == 1
        assert not any("openstreetmap" in said(one) for one in environment.slack.channels[SUPPORT].messages)
        assert not environment.ephemeral_messages(U_FR)
