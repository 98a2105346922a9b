"""The checks of Apizee, on the bot's own connections to it and within its budget, which lies in Redis."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import httpx
from pydantic_core import from_json

from bot.apizee.budget import Budget
from bot.apizee.timing import ApizeeTiming
from bot.apizee.transport import request_for
from bot.doctor.findings import Finding, failed, ok, warning
from bot.model.accounts import ApizeeAccount
from bot.model.errors import StoreUnavailable

FIX: Final = "Check APIZEE_API_URL."
SETTINGS_FIX: Final = "Check APIZEE_USERNAME and APIZEE_PASSWORD."


async def check_login(
    api_url: str,
    account: ApizeeAccount,
    http: httpx.AsyncBaseTransport,
    budget: Budget | None,
    *,
    fix: str,
) -> list[Finding]:
    """Sign in to Apizee, without a cache, unless that would cost somebody else's request.

    `fix` is what to do where the account is refused.
    """
    with suppress(StoreUnavailable):  # without Redis nobody else asks
        if budget and (wait := await budget.reserve("doctor", background=True)):
            return [warning("Apizee login", f"not tried, the requests are used up. Try again in {wait:.0f} s.")]
    form = {"grant_type": "password", "username": account.username, "password": account.password}
    answer = await http.handle_async_request(request_for("POST", f"{api_url}/token", ApizeeTiming(), data=form))
    try:
        return [_login(answer.status_code, await answer.aread(), fix)]
    finally:
        await answer.aclose()


def _login(status: int, body: bytes, fix: str) -> Finding:
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return warning("Apizee login", "Apizee says its limit of requests is used up. Try again in a minute.")
    if httpx.codes.is_client_error(status):
        return failed("Apizee login", f"refused with status {status}. {fix}")
    if not httpx.codes.is_success(status) or not _has_token(body):
        return failed("Apizee login", f"no token in an answer of status {status}. {FIX}")
    return ok("Apizee login", "accepted.")


def _has_token(body: bytes) -> bool:
    said = from_json(body)
    return isinstance(said, dict) and bool(said.get("access_token"))


async def check_budget(budget: Budget) -> list[Finding]:
    """Return what is left of this minute's requests."""
    spent = await budget.remaining()
    left = spent.limit - spent.used
    detail = f"{left} of {spent.limit} left in this minute, {spent.waiting} waiting."
    if left > 0:
        return [ok("Apizee requests", detail)]
    return [warning("Apizee requests", f"{detail} The next is free in {spent.resets_in:.0f} s.")]
