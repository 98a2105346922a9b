"""What customers, agents and operators entrust to the bot is found in no log, no number and no plain value in Redis.

A bot as operators run it, with its most talkative log, goes through everything once: good days and bad ones.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote

import httpx
import pytest
from redis.asyncio import Redis
from starlette.responses import JSONResponse

from sandbox.apizee.accounts import AGENT_1, Accounts
from sandbox.apizee.faults import AnswerLost, Fault, FeatureMissing, Html, Limited, Malformed, Outcome, TokensRevoked
from sandbox.apizee.guesses import ScopeOfOldTickets
from sandbox.apizee.model import Operation
from sandbox.apizee.signin import sign_in_token
from sandbox.apizee.world import API_PASSWORD, API_USER
from sandbox.slack import SlackClientSide
from sandbox.slack.default_world import GENERAL, SUPPORT, U_EN, U_FR, U_NOLOGIN
from sandbox.slack.faults import Broken, Refuses
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.environment import BOT_TOKEN, ENCRYPTION_KEY, SIGNING_SECRET, Environment, Vendors, button
from tests.scenarios.process import Running, serving

NUMBERS = ("662682193", "612345678", "687654321", "655443322")
CUSTOMERS = tuple(f"{name}@client.com" for name in ("jean", "paul", "luc", "zoe", "eve", "max"))
ADDRESSES = (
    *CUSTOMERS,
    "ann@example.com",
    "marie.curie@example.org",
    "agent1@apizee.com",
    "agent2@apizee.com",
    API_USER,
)
BEGINNING_OF_SIGN_INS = sign_in_token(AGENT_1, datetime.now(UTC))[:20]
_PUBLIC = ("chat.postMessage", "chat.update", "calls.add")
_BETWEEN_DIGITS = re.compile(r"(?<=[\d+])[ .()\u00a0\u202f-]{1,2}(?=\d)")


@dataclass(frozen=True)
class Refusing(Fault):
    """Apizee repeats in its refusal what it was sent."""

    def instead(self, accounts: Accounts) -> Outcome:  # noqa: ARG002  # for everybody
        said = "+33655443322 of marie.curie@example.org is no phone"
        return JSONResponse({"code": 10, "message": said, "details": said}, 400)


@dataclass
class Life:
    """One bot's life in its environment; afterwards it is known what nobody may have written down."""

    environment: Environment
    bot: Running
    join_links: list[str] = field(default_factory=list)
    open_links: list[str] = field(default_factory=list)
    sign_ins: set[str] = field(default_factory=set)
    customers: Iterator[str] = field(default_factory=lambda: iter(CUSTOMERS))

    async def good_days(self) -> None:
        """Go through an assistance and a meeting from beginning to media, by all ways in."""
        await self._an_assistance()
        await self._a_meeting()
        await self._forms()
        await self._questions()
        await self._a_customer_twice()

    async def bad_days(self) -> None:
        """Let Apizee, Slack, people and strangers do what they should not."""
        faults = self.environment.apizee.faults
        await self._assist_with(AnswerLost(), "Invitation envoyée")
        await self._assist_with(Limited(reset=1), "Invitation envoyée")
        await self._assist_with(TokensRevoked(), "Invitation envoyée")
        await self._assist_with(Malformed(), "Invitation envoyée")
        await self._assist_with(Refusing(), "Apizee a refusé")
        faults.switch_on(FeatureMissing(), Operation.LIST_TICKETS)
        await self._assist_with(AnswerLost(), "de notre côté")
        faults.switch_off()
        faults.switch_on(Html(), Operation.LIST_TICKETS)
        await self.environment.assist("find 06 12 34 56 78")  # a guest of a meeting: Apizee is asked for a reference
        await self.environment.private_message("does not answer right now")
        faults.switch_off()
        await self._slack_in_trouble()
        await self._strangers()

    async def _an_assistance(self) -> None:
        environment = self.environment
        environment.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
        await environment.assist("+33 6 62 68 21 93")
        ticket = await environment.invited()
        environment.customer_comes(ticket, photos=1)
        card = await environment.card("Invited")
        await environment.people.click(U_EN, card, "session_media")
        await environment.modal("1 photo or recording")
        await environment.people.click(U_EN, card, "session_open")
        self.open_links.append(button(await environment.modal("plain_link"), "plain_link")["url"].rpartition("/")[2])
        async with httpx.AsyncClient(base_url=f"{environment.bot_url}/open/") as browser:
            led_to = (await browser.get(self.open_links[0])).headers["location"]
            self.sign_ins.add(led_to.partition("access_token=")[2])
        environment.apizee.hangs_up(ticket.id)
        await environment.people.click(U_FR, card, "session_open")
        await environment.modal("autre agent", user=U_FR)
        await environment.people.click(U_EN, card, "session_refresh")
        await environment.card("Done")

    async def _a_meeting(self) -> None:
        environment = self.environment
        guests = "ann@example.com, 06 12 34 56 78, @agent2"
        await environment.meet(f'{guests} name:"Visit of marie.curie@example.org"', channel=GENERAL)
        card = await environment.card("The guests are invited", channel=GENERAL)
        await environment.people.click(U_EN, card, "session_join_as_me")
        target = button(await environment.modal("under your own name"), "plain_link")["url"].rpartition("/")[2]
        self.join_links.append(target)
        async with httpx.AsyncClient(base_url=f"{environment.bot_url}/join/") as browser:
            assert (await browser.get(target)).status_code == 200
            assert (await browser.get(target[1:])).status_code == 404

    async def _forms(self) -> None:
        environment = self.environment
        message = environment.slack.say(U_FR, GENERAL, "Rappeler marie.curie@example.org au 06 87 65 43 21")
        await environment.people.message_shortcut(U_FR, "assist_from_message", message)
        await environment.form(U_FR)
        await environment.people.submit(U_FR, {"contact": "+33 6 87 65 43"})
        async with self._leads_to("Invitation envoyée", GENERAL):
            await environment.people.submit(U_FR, {"contact": "+33 6 87 65 43 21", "reference": "jean@client.com"})

    async def _questions(self) -> None:
        for text in ("find 06 62 68 21 93", "media jean@client.com", "list", "help", "jean@client", "+33 6 62 68 21"):
            await self.environment.assist(text)
        await self.environment.meet("find marie.curie@example.org")
        await self.environment.assist("jean@client.com", user=U_NOLOGIN)
        await self.environment.private_message("no agent's login", user=U_NOLOGIN)
        await self.environment.people.mention(U_EN, SUPPORT, "jean@client.com media")

    async def _a_customer_twice(self) -> None:
        for _ in range(2):
            await self.environment.assist("marie.curie@example.org", channel=GENERAL)
        await self.environment.private_message("Nobody was invited now")

    async def _assist_with(self, fault: Fault, outcome: str) -> None:
        self.environment.apizee.faults.switch_on(fault, Operation.CREATE_TICKET, times=1)
        async with self._leads_to(outcome):
            await self.environment.assist(f'{next(self.customers)} ref:"06 87 65 43 21"', user=U_FR)

    @asynccontextmanager
    async def _leads_to(self, outcome: str, channel: str = SUPPORT) -> AsyncIterator[None]:
        """Wait for the card that the block leads to, until it says how it ended."""
        before = len(self.environment.cards(channel))
        yield
        await self.environment.slack.wait_for(
            lambda: any(outcome in card.text for card in self.environment.cards(channel)[before:]), 20
        )

    async def _slack_in_trouble(self) -> None:
        faults = self.environment.slack.faults
        faults.switch_on(Broken(), "chat.postMessage", times=1)
        faults.switch_on(Refuses("invalid_blocks"), "calls.add", times=1)
        async with self._leads_to("The guests are invited", GENERAL):
            await self.environment.meet("jean@client.com name:jean@client.com", channel=GENERAL)
        faults.switch_off()

    async def _strangers(self) -> None:
        body = b"command=%2Fassist&text=%2B33662682193+jean%40client.com&token=" + SIGNING_SECRET.encode()
        async with httpx.AsyncClient() as stranger:
            forged = await stranger.post(
                f"{self.environment.bot_url}/slack/events",
                content=body,
                headers={"content-type": "application/x-www-form-urlencoded", "x-slack-request-timestamp": "1"},
            )
            await stranger.get(f"{self.environment.bot_url}/slack/events?phone=%2B33662682193")
        assert forged.status_code == 401

    def secrets(self) -> dict[str, set[str]]:
        """All that was entrusted to the bot, by what it is."""
        apizee, slack = self.environment.apizee, self.environment.slack
        urls = {str(one.delivery.payload.get("response_url") or "") for one in slack.deliveries}
        providers = {part for one in apizee.conferences.values() for part in (*one.room.split(":"), one.short_code)}
        customers = {part for one in apizee.tickets.values() for part in (one.conversation_id, f"pwd={one.password}")}
        return {
            "any sign-in at all": {BEGINNING_OF_SIGN_INS},
            "phone numbers": set(NUMBERS),
            "addresses": set(ADDRESSES),
            "bearers": set(apizee.accounts.tokens),
            "ways back to a person": {url.rpartition("/")[2] for url in urls if url},
            "customers' links": customers,
            "sign-in links": self.sign_ins,
            "links into meetings": set(self.join_links),
            "links into tickets": set(self.open_links),
            "meetings": providers,
            "the operator's secrets": {SIGNING_SECRET, BOT_TOKEN, API_PASSWORD, ENCRYPTION_KEY},
        }


def leaks(text: str, secrets: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Return what a text shows of these secrets, however it is written."""
    plain = unquote(text)
    closed_up = _BETWEEN_DIGITS.sub("", plain)
    return [
        (kind, secret)
        for kind, of_kind in secrets.items()
        for secret in of_kind
        if secret in text or secret in plain or secret in closed_up or quote(secret) in text
    ]


@pytest.fixture
async def life(around: Vendors, tmp_path: Path) -> AsyncIterator[Life]:
    """Yield a bot in a process of its own, writing down all it can."""
    settings = around.environment | {"LOG_LEVEL": "DEBUG", "PUBLIC_URL": "https://bot.example.com"}
    async with (
        serving(settings, tmp_path) as bot,
        SlackClientSide.over_http(around.slack, bot.url) as people,
    ):
        yield Life(Environment(around.slack, around.apizee, people, bot.url), bot)


def said_in_public(environment: Environment) -> Iterable[str]:
    """All that everybody in a channel has ever seen of the bot."""
    return (str(call.args) for call in environment.slack.calls if call.method in _PUBLIC)


@pytest.mark.slow
async def test_whatever_happens_nothing_entrusted_to_the_bot_is_written_down(life: Life, redis: Redis) -> None:
    await life.good_days()
    kept_on_the_way = await everything_in(redis)
    await life.bad_days()
    async with httpx.AsyncClient() as operator:
        numbers = (await operator.get(f"{life.environment.bot_url}/metrics")).text
    kept = kept_on_the_way | await everything_in(redis)
    assert await life.bot.end() == 0
    secrets = life.secrets()
    assert all(secrets.values())

    assert leaks("".join(life.bot.lines), secrets) == []
    assert leaks(numbers, secrets) == []
    assert leaks(b"\n".join([*kept, *kept.values()]).decode(errors="replace"), secrets) == []
    of_all = {kind: of_kind for kind, of_kind in secrets.items() if kind != "meetings"}
    assert [found for said in said_in_public(life.environment) for found in leaks(said, of_all)] == []
    assert '"where": [' in "".join(life.bot.lines)  # what nobody foresaw is in the log, without the people it concerned
