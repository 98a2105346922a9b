"""One click into the ticket: the agent's link leads straight there, and tells nothing to what only looks at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import time_machine

from bot.model.timing import AgentsTiming
from sandbox.apizee.accounts import AGENT_1
from sandbox.apizee.faults import Down
from sandbox.apizee.guesses import ScopeOfOldTickets
from sandbox.apizee.model import Ticket
from sandbox.apizee.records import utc_now
from sandbox.apizee.signin import signed_in_login
from sandbox.apizee.simulation import TicketOrder
from sandbox.apizee.urls import Links
from sandbox.slack.default_world import PRIVATE_WITH_BOT, U_EN, U_FR
from sandbox.slack.model import Message, View
from tests.scenarios.environment import Environment, Vendors, button, new_environment

ADDRESS = "https://bot.example.com"


@pytest.fixture
async def public(around: Vendors) -> AsyncIterator[Environment]:
    """Yield a bot with a public address."""
    around.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    forgetful = replace(around.timing, agents=AgentsTiming(kept_for=0.0))
    async with new_environment(around, timing=forgetful, public_url=ADDRESS) as environment:
        yield environment


async def invited(environment: Environment) -> tuple[Ticket, str]:
    """Return a ticket, and the link of its agent's message to the bot of this test."""
    await environment.assist("jean@client.com")
    private = await environment.private_message("Your video assistance is ready")
    url = str(button(private, "plain_link")["url"])
    assert url.startswith(f"{ADDRESS}/open/")
    await environment.settled()
    return next(iter(environment.apizee.tickets.values())), environment.bot_url + url.removeprefix(ADDRESS)


async def visit(url: str, method: str = "GET", **headers: str) -> httpx.Response:
    async with httpx.AsyncClient() as browser:
        return await browser.request(method, url, headers=headers)


async def test_the_agents_link_signs_them_in(public: Environment) -> None:
    ticket, url = await invited(public)
    assert public.asked("GET", f"/api/tickets/{ticket.id}") == []
    cookies: dict[str, str] = {}
    for _ in range(2):
        answer = await visit(url, **cookies)
        cookies = {"cookie": answer.headers["set-cookie"].partition(";")[0]}
        assert answer.status_code == 302
        (token,) = parse_qs(urlsplit(answer.headers["location"]).query)["access_token"]
        assert signed_in_login(token, utc_now()) == "agent1@apizee.com"
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert public.asked("GET", f"/api/tickets/{ticket.id}") == [{"scope": "sso"}] * 2


async def test_a_link_that_is_forwarded_is_useless_to_others(public: Environment) -> None:
    ticket, url = await invited(public)
    assert (await visit(url)).status_code == 302
    for headers in ({}, {"cookie": "apizee_browser=another"}):
        answer = await visit(url, **headers)
        assert (answer.status_code, answer.headers.get("location")) == (403, None)
        assert "opened in another browser" in answer.text
    assert public.asked("GET", f"/api/tickets/{ticket.id}") == [{"scope": "sso"}]


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"user-agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"}),
        ("GET", {"user-agent": "facebookexternalhit/1.1"}),
        ("GET", {"sec-purpose": "prefetch;prerender"}),
    ],
    ids=["HEAD", "Slack", "Facebook", "prefetch"],
)
async def test_what_only_looks_at_the_link_gets_a_page_and_asks_apizee_nothing(
    public: Environment, method: str, headers: dict[str, str]
) -> None:
    ticket, url = await invited(public)
    answer = await visit(url, method, **headers)
    assert (answer.status_code, answer.headers.get("location")) == (200, None)
    assert public.asked("GET", f"/api/tickets/{ticket.id}") == []


async def test_an_altered_or_old_link_says_so(public: Environment) -> None:
    ticket, url = await invited(public)
    with time_machine.travel(utc_now() + timedelta(hours=25)):
        old = await visit(url)
    for answer in (old, await visit(url[:-8] + "AAAAAAA=")):
        assert answer.status_code == 404
        assert "older than 24 hours" in answer.text
    assert public.asked("GET", f"/api/tickets/{ticket.id}") == []


async def test_who_may_no_longer_open_it_reads_why(public: Environment) -> None:
    _, url = await invited(public)
    public.slack.users[U_EN] = replace(public.slack.users[U_EN], is_restricted=True)
    answer = await visit(url)
    assert (answer.status_code, answer.headers.get("location")) == (403, None)


async def test_an_address_that_is_no_longer_proven_leads_to_the_ticket_and_signs_nobody_in(
    public: Environment,
) -> None:
    ticket, url = await invited(public)
    public.slack.users[U_EN] = replace(public.slack.users[U_EN], is_email_confirmed=False)
    answer = await visit(url)
    assert answer.headers["location"].endswith(f"/tickets/{ticket.id}")


async def test_when_apizee_is_down_the_page_says_so(public: Environment) -> None:
    _, url = await invited(public)
    public.apizee.faults.switch_on(Down())
    answer = await visit(url, **{"accept-language": "fr"})
    assert answer.status_code == 503
    assert "Apizee ne répond pas" in answer.text


# ── Wherever a ticket is shown to a person who may open it ───────────────────────────────────────────────


def straight_in(environment: Environment, shown: Message | View) -> str:
    """Return where “Open” leads in what one person alone sees, at the bot of this test."""
    opening = button(shown, "plain_link")
    assert opening["text"]["text"] in {"Open", "Open the ticket", "Ouvrir", "Ouvrir le ticket"}
    assert opening["url"].startswith(f"{ADDRESS}/open/")
    return environment.bot_url + str(opening["url"]).removeprefix(ADDRESS)


async def in_a_list(environment: Environment, user: str) -> Message:
    await environment.assist("list here", user=user)
    return await environment.private_message("• ", user=user)


async def in_what_was_found(environment: Environment, user: str) -> Message:
    await environment.assist("find CASE-1", user=user)
    return await environment.private_message("• ", user=user)


async def in_what_was_found_by_its_customer(environment: Environment, user: str) -> Message:
    await environment.assist("find jean@client.com", user=user)
    return await environment.private_message("• ", user=user)


async def over_the_card(environment: Environment, user: str) -> View:
    await environment.people.click(user, environment.cards()[0], "session_open")
    return await environment.modal("plain_link", user=user)


async def on_the_home(environment: Environment, user: str) -> View:
    await environment.people.open_home(user)
    view = await environment.slack.wait_for(lambda: environment.slack.home(user))
    assert view is not None
    return view


PLACES = [in_a_list, in_what_was_found, in_what_was_found_by_its_customer, over_the_card, on_the_home]
Shows = Callable[[Environment, str], Awaitable[Message | View]]


@pytest.mark.parametrize("shows", PLACES)
async def test_one_click_leads_the_agent_into_the_ticket(public: Environment, shows: Shows) -> None:
    await public.assist("jean@client.com ref:CASE-1")
    ticket = await public.invited()
    await public.settled()
    url = straight_in(public, await shows(public, U_EN))
    assert public.asked("GET", f"/api/tickets/{ticket.id}") == []
    (token,) = parse_qs(urlsplit((await visit(url)).headers["location"]).query)["access_token"]
    assert signed_in_login(token, utc_now()) == "agent1@apizee.com"


@pytest.mark.parametrize("shows", PLACES[:-1])
async def test_a_colleague_is_led_to_the_ticket_and_signed_in_as_nobody(public: Environment, shows: Shows) -> None:
    await public.assist("jean@client.com ref:CASE-1")
    ticket = await public.invited()
    await public.settled()
    answer = await visit(straight_in(public, await shows(public, U_FR)))
    assert answer.headers["location"].endswith(f"/tickets/{ticket.id}")


async def test_an_agent_is_led_into_a_ticket_that_was_made_elsewhere(public: Environment) -> None:
    order = TicketOrder(AGENT_1, ("+33612345678",), "CASE-1", invite=True)
    ticket = public.apizee.open_ticket(order, Links("https://cloud.apizee.invalid", "https://diag.apizee.invalid"))
    url = straight_in(public, await in_what_was_found(public, U_EN))
    assert "access_token" in (await visit(url)).headers["location"]
    assert public.asked("GET", f"/api/tickets/{ticket.id}") == [{"scope": "sso"}]


async def test_who_has_left_the_channel_is_led_nowhere(public: Environment) -> None:
    await public.assist("jean@client.com", channel=PRIVATE_WITH_BOT)
    await public.card("Invited", channel=PRIVATE_WITH_BOT)
    await public.settled()
    await public.people.click(U_FR, public.cards(PRIVATE_WITH_BOT)[0], "session_open")
    url = straight_in(public, await public.modal("plain_link", user=U_FR))
    public.slack.channels[PRIVATE_WITH_BOT].members.discard(U_FR)
    assert (await visit(url)).status_code == 403
