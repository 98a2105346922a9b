"""One click into the ticket: the agent's link leads straight there, and tells nothing to what only looks at it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import time_machine

from bot.model.timing import AgentsTiming
from sandbox.apizee.faults import Down
from sandbox.apizee.guesses import ScopeOfOldTickets
from sandbox.apizee.model import Ticket
from sandbox.apizee.records import utc_now
from sandbox.apizee.signin import signed_in_login
from sandbox.slack.default_world import U_EN
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
