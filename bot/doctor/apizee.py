"""The checks of Apizee, on the bot's own connections to it and within its budget, which lies in Redis."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
from pydantic_core import from_json

from bot.apizee.answers.schemas import Page, Ticket
from bot.apizee.budget import Budget
from bot.apizee.timing import ApizeeTiming
from bot.apizee.transport import Answer, authorization, request_for
from bot.doctor.findings import Finding, failed, ok, warning
from bot.model.accounts import ApizeeAccount
from bot.model.errors import StoreUnavailable
from bot.store.accounts.events import AccountEvents

FIX: Final = "Check APIZEE_API_URL."
WEBHOOKS_ARE_OLD_AFTER: Final = timedelta(days=3)

_LATEST: Final = 100
_LIMIT_USED_UP: Final = "Apizee says its limit of requests is used up. Try again in a minute."


@dataclass(frozen=True, slots=True)
class Fixes:
    """What to do about an account: where it is set."""

    login: str = "Check APIZEE_USERNAME and APIZEE_PASSWORD."
    enterprise: str = "Set APIZEE_ENTERPRISE_ID to the number of your enterprise"
    agent: str = "Check APIZEE_DEFAULT_AGENT"
    webhooks: str = "Set APIZEE_WEBHOOK_SECRET"


class _NoTurn(Exception):
    """The budget has no request left; `wait` is the seconds until the next."""

    def __init__(self, wait: float) -> None:
        super().__init__()
        self.wait = wait


@dataclass(slots=True)
class Examination:
    """Asks Apizee as one account, without a cache, and never at the cost of somebody else's request.

    `budget` is `None` without Redis: then nobody else asks.
    """

    api_url: str
    account: ApizeeAccount
    http: httpx.AsyncBaseTransport
    budget: Budget | None
    fixes: Fixes = field(default_factory=Fixes)
    _bearer: str = field(default="", init=False, repr=False)

    @property
    def is_signed_in(self) -> bool:
        """Whether Apizee has given a token, without which nothing else can be asked."""
        return bool(self._bearer)

    async def login(self) -> list[Finding]:
        """Sign in to Apizee."""
        form = {"grant_type": "password", "username": self.account.username, "password": self.account.password}
        try:
            answer = await self._ask("POST", "/token", data=form)
        except _NoTurn as none:
            return [_not_tried("Apizee login", none)]
        return [self._login(answer)]

    def _login(self, answer: Answer) -> Finding:
        if answer.status == httpx.codes.TOO_MANY_REQUESTS:
            return warning("Apizee login", _LIMIT_USED_UP)
        if httpx.codes.is_client_error(answer.status):
            return failed("Apizee login", f"refused with status {answer.status}. {self.fixes.login}")
        said = from_json(answer.body) if httpx.codes.is_success(answer.status) else None
        self._bearer = str(said.get("access_token") or "") if isinstance(said, dict) else ""
        if not self._bearer:
            return failed("Apizee login", f"no token in an answer of status {answer.status}. {FIX}")
        return ok("Apizee login", "accepted.")

    async def enterprise(self) -> list[Finding]:
        """Ask for media under the enterprise's number, and look for the default agent among the latest tickets."""
        subject, number = "Apizee enterprise", self.account.enterprise_id
        latest = {"orderby": "date", "order": "desc", "limit": str(_LATEST)}
        try:
            listed = await self._ask("GET", "/tickets", params=latest)
            if not httpx.codes.is_success(listed.status):
                return [_unusable(subject, "tickets are", listed.status, "Ask Apizee for the rights of the API user.")]
            tickets = Page[Ticket].model_validate_json(listed.body, context=self.api_url).items
            media = f"/enterprises/{number}/tickets/{tickets[0].id}/medias" if tickets else ""
            answer = await self._ask("GET", media or self._figures())
        except _NoTurn as none:
            return [_not_tried(subject, none)]
        what = "media" if tickets else "figures"
        if not httpx.codes.is_success(answer.status):
            fix = f"{self.fixes.enterprise}, or ask Apizee for the rights of the API user."
            return [_unusable(subject, f"{what} of number {number} are", answer.status, fix)]
        return [ok(subject, f"{what} of number {number} can be asked for."), *self._default_agent(tickets)]

    def _figures(self) -> str:
        """Return the path of today's figures, for an account that has no ticket yet."""
        today = datetime.now(UTC).date()
        days = f"since={today}&until={today + timedelta(days=1)}"
        return f"/enterprises/{self.account.enterprise_id}/tickets-stats?format=JSON&{days}"

    def _default_agent(self, tickets: tuple[Ticket, ...]) -> list[Finding]:
        """Return whether the default agent is somebody at Apizee, as far as tickets show: it lists no agents."""
        login = self.account.default_agent
        if not login:
            return []
        if login in {ticket.agent for ticket in tickets}:
            return [ok("Default agent", "has tickets at Apizee.")]
        unknown = f"none of the latest {len(tickets)} tickets is this login's, so nobody knows whether Apizee has it."
        return [warning("Default agent", f"{unknown} {self.fixes.agent}, then try it with an invitation.")]

    async def _ask(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, data: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request once; raises `_NoTurn`, and what the transport raises."""
        with suppress(StoreUnavailable):
            if self.budget and (wait := await self.budget.reserve("doctor", background=True)):
                raise _NoTurn(wait)
        request = request_for(method, f"{self.api_url}{path}", ApizeeTiming(), params=params, data=data)
        if self._bearer:
            request.headers.update(authorization(self._bearer, request.url, base_url=self.api_url))
        answer = await self.http.handle_async_request(request)
        try:
            return Answer(answer.status_code, answer.headers, await answer.aread())
        finally:
            await answer.aclose()


def _not_tried(subject: str, none: _NoTurn) -> Finding:
    return warning(subject, f"not tried, the requests are used up. Try again in {none.wait:.0f} s.")


def _unusable(subject: str, what: str, status: int, fix: str) -> Finding:
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return warning(subject, _LIMIT_USED_UP)
    if httpx.codes.is_client_error(status):
        return failed(subject, f"{what} refused with status {status}. {fix}")
    return failed(subject, f"{what} answered with status {status}. Try again, then ask Apizee.")


async def check_budget(budget: Budget) -> list[Finding]:
    """Return what is left of this minute's requests."""
    spent = await budget.remaining()
    left = spent.limit - spent.used
    detail = f"{left} of {spent.limit} left in this minute, {spent.waiting} waiting."
    if left > 0:
        return [ok("Apizee requests", detail)]
    return [warning("Apizee requests", f"{detail} The next is free in {spent.resets_in:.0f} s.")]


async def check_webhooks(events: AccountEvents, account: ApizeeAccount, fixes: Fixes) -> list[Finding]:
    """Return when the last webhook arrived."""
    if not account.webhook_secret:
        detail = f"not set up: cards follow within a minute, not two seconds. {fixes.webhooks}: docs/webhooks.md."
        return [ok("Webhooks", detail)]
    at = await events.last_at()
    fix = "See that the webhook at Apizee is on, and has this bot's address and secret: docs/webhooks.md."
    if at is None:
        return [warning("Webhooks", f"none has arrived within 30 days. {fix}")]
    ago = timedelta(seconds=max(0.0, time.time() - at))
    detail = f"the last one arrived {_in_words(ago)} ago."
    return [ok("Webhooks", detail) if ago < WEBHOOKS_ARE_OLD_AFTER else warning("Webhooks", f"{detail} {fix}")]


def _in_words(ago: timedelta) -> str:
    seconds = int(ago.total_seconds())
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
