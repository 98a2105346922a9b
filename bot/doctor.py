"""`apizee-slack doctor`: does everything that the settings name answer, and as the bot needs it?

Every check stands alone, takes a few seconds at most, and ends in findings of one line each, without any secret.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Final

import click
import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.apizee.budget import Budget
from bot.errors import CannotStart, StoreAway
from bot.manifest import optional_scopes, required_scopes
from bot.settings import Settings, misspelt
from bot.store.connection import connect
from bot.store.embedded import EmbeddedRedis
from bot.store.persistence import Loss, loss_of
from bot.store.unread import how_many

PATIENCE_SECONDS: Final = 5.0
OLDEST_REDIS: Final = (7, 0)
NOTABLE_SKEW_SECONDS: Final = 60
FATAL_SKEW_SECONDS: Final = 300
"""Requests older than that are refused: https://docs.slack.dev/authentication/verifying-requests-from-slack"""


SERVE_MEND: Final = "Start `apizee-slack serve` and see that PUBLIC_URL leads to it."
APIZEE_MEND: Final = "Check APIZEE_API_URL."
REDIS_MEND: Final = "Start it and check REDIS_URL with its password; without REDIS_URL the bot brings its own."


class Verdict(StrEnum):
    """How a check ended; only `FAILED` keeps the bot from working."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    verdict: Verdict
    subject: str
    detail: str

    @property
    def line(self) -> str:
        """What to print: the verdict in a column of its own, then the sentence."""
        return f"{self.verdict:<8}{self.subject}: {self.detail}"


async def report(settings: Settings) -> bool:
    """Print what was found, one line each; `False` where the bot cannot work as it is set up."""
    found = await examine(settings, scopes=required_scopes(), optional=optional_scopes())
    findings = [*(_warning("Settings", line) for line in misspelt()), *found]
    for finding in findings:
        click.echo(finding.line)
    return not any(finding.verdict is Verdict.FAILED for finding in findings)


async def examine(settings: Settings, *, scopes: Collection[str], optional: Collection[str]) -> list[Finding]:
    """Check all that the bot depends on; spends one of Apizee's requests where one is left.

    `scopes` are all that the manifest asks for; those of them that are `optional` are only worth a warning.
    """
    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as http:
        groups = await asyncio.gather(
            _bounded("Slack", _check_slack(settings, http, scopes, optional), mend="Check SLACK_API_URL."),
            _bounded("Socket Mode", _check_socket_mode(settings, http), mend="Check SLACK_API_URL."),
            _check_store_and_apizee(settings, http),
            _bounded("Public address", _check_public_address(settings, http), mend=SERVE_MEND),
        )
    return [finding for group in groups for finding in group]


def _ok(subject: str, detail: str) -> Finding:
    return Finding(Verdict.OK, subject, detail)


def _warning(subject: str, detail: str) -> Finding:
    return Finding(Verdict.WARNING, subject, detail)


def _failed(subject: str, detail: str) -> Finding:
    return Finding(Verdict.FAILED, subject, detail)


async def _bounded(subject: str, check: Awaitable[list[Finding]], *, mend: str) -> list[Finding]:
    """What the check found, or in one line that it came to nothing. The error's own text could hold a secret."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await check
    except TimeoutError:
        return [_failed(subject, f"no answer within {PATIENCE_SECONDS:.0f} s. {mend}")]
    except (httpx.HTTPError, httpx.InvalidURL, RedisError, StoreAway, OSError, ValueError) as error:
        return [_failed(subject, f"no useful answer ({type(error).__name__}). {mend}")]


def _object(answer: httpx.Response) -> dict[str, Any]:
    """The answer's JSON object; raises `ValueError` where it is anything else."""
    said = answer.json()
    if not isinstance(said, dict):
        raise ValueError  # noqa: TRY004  # to be told like an answer that is no JSON at all
    return said


# ── Slack ────────────────────────────────────────────────────────────────────────────────────────────────


async def _check_slack(
    settings: Settings, http: httpx.AsyncClient, scopes: Collection[str], optional: Collection[str]
) -> list[Finding]:
    findings = [_signing_secret(settings)]
    if settings.slack_bot_token is None:
        answer = await http.post(f"{settings.slack_api_url}api.test")
        findings.append(_ok("Slack token", "one per workspace, from its installation."))
    else:
        bearer = settings.slack_bot_token.get_secret_value()
        answer = await http.post(f"{settings.slack_api_url}auth.test", headers={"Authorization": f"Bearer {bearer}"})
        findings += [_slack_token(_object(answer)), _slack_scopes(answer.headers, scopes, optional)]
    return [*findings, _clock(answer.headers)]


def _signing_secret(settings: Settings) -> Finding:
    if settings.slack_signing_secret is not None:
        return _ok("Signing secret", "present.")
    return _ok("Signing secret", "not needed in Socket Mode.")


def _slack_token(said: dict[str, Any]) -> Finding:
    """https://docs.slack.dev/reference/methods/auth.test."""
    if said.get("ok"):
        return _ok("Slack token", f"workspace “{said.get('team')}”, bot @{said.get('user')}.")
    return _failed(
        "Slack token", f"Slack says {said.get('error')}. Copy SLACK_BOT_TOKEN again from “OAuth & Permissions”."
    )


def _slack_scopes(headers: httpx.Headers, scopes: Collection[str], optional: Collection[str]) -> Finding:
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    if missing := sorted({*scopes} - {*optional} - granted):
        mend = "Update the app with `apizee-slack manifest` and install it again."
        return _failed("Slack scopes", f"{', '.join(missing)} missing. {mend}")
    if missing := sorted({*optional} - granted):
        return _warning("Slack scopes", f"optional {', '.join(missing)} missing: docs/scopes.md says what that costs.")
    return _ok("Slack scopes", "all granted.")


def _clock(headers: httpx.Headers) -> Finding:
    theirs = parsedate_to_datetime(headers["Date"]).astimezone(UTC)
    skew = abs((datetime.now(UTC) - theirs).total_seconds())
    detail = f"{skew:.0f} s away from Slack's."
    if skew >= FATAL_SKEW_SECONDS:
        return _failed("Clock", f"{detail} Every request of Slack's is refused: synchronise the clock (NTP).")
    if skew >= NOTABLE_SKEW_SECONDS:
        return _warning("Clock", f"{detail} Synchronise it (NTP).")
    return _ok("Clock", detail)


async def _check_socket_mode(settings: Settings, http: httpx.AsyncClient) -> list[Finding]:
    """https://docs.slack.dev/reference/methods/apps.connections.open."""
    if settings.slack_app_token is None:
        return []
    bearer = settings.slack_app_token.get_secret_value()
    url = f"{settings.slack_api_url}apps.connections.open"
    said = _object(await http.post(url, headers={"Authorization": f"Bearer {bearer}"}))
    if said.get("ok"):
        return [_ok("Socket Mode", "SLACK_APP_TOKEN is accepted.")]
    mend = "Give SLACK_APP_TOKEN the scope connections:write and turn Socket Mode on."
    return [_failed("Socket Mode", f"Slack says {said.get('error')}. {mend}")]


# ── Redis and Apizee, whose budget of requests lies in Redis ─────────────────────────────────────────────


async def _check_store_and_apizee(settings: Settings, http: httpx.AsyncClient) -> list[Finding]:
    try:
        async with _store(settings) as redis:
            budget = Budget(redis, user=settings.apizee_username, per_minute=settings.apizee_requests_per_minute)
            return [
                *await _bounded("Redis", _check_redis(redis), mend=REDIS_MEND),
                *await _bounded("Apizee login", _check_login(settings, http, budget), mend=APIZEE_MEND),
                *await _bounded("Apizee requests", _check_budget(budget), mend="They are counted in Redis."),
            ]
    except CannotStart as error:
        login = _check_login(settings, http, budget=None)
        return [_failed("Redis", str(error)), *await _bounded("Apizee login", login, mend=APIZEE_MEND)]


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Redis]:
    if settings.redis_url is not None:
        async with connect(settings.redis_url.get_secret_value()) as redis:
            yield redis
    else:
        async with EmbeddedRedis(settings.data_dir) as server, connect(server.url) as redis:
            yield redis


async def _check_redis(redis: Redis) -> list[Finding]:
    facts = await redis.info("server", "memory")
    return [_redis_version(facts), await _persistence(redis), _eviction(facts), await _records(redis)]


def _redis_version(facts: dict[str, Any]) -> Finding:
    version = str(facts.get("redis_version", "0.0"))
    major, minor = version.split(".")[:2]
    if (int(major), int(minor)) < OLDEST_REDIS:
        return _failed("Redis", f"version {version} is too old. Use Redis 7.0 or newer, or Valkey.")
    return _ok("Redis", f"answers, version {version}.")


async def _persistence(redis: Redis) -> Finding:
    loss = await loss_of(redis)
    verdict = {Loss.NOTHING: Verdict.OK, Loss.EVERYTHING: Verdict.FAILED}.get(loss, Verdict.WARNING)
    return Finding(verdict, "Redis persistence", loss)


async def _records(redis: Redis) -> Finding:
    unread = await how_many(redis)
    if not unread:
        return _ok("Records", "none within a day that could not be read.")
    mend = "Give ENCRYPTION_KEYS the keys of old as well, or run the newest version; the log names them: record_unread."
    return _warning("Records", f"{unread} within a day could not be read and were set aside. {mend}")


def _eviction(facts: dict[str, Any]) -> Finding:
    policy = facts.get("maxmemory_policy", "unknown")
    if policy == "noeviction":
        return _ok("Redis eviction", "none.")
    return _failed("Redis eviction", f"the policy is {policy}. Set maxmemory-policy noeviction.")


async def _check_login(settings: Settings, http: httpx.AsyncClient, budget: Budget | None) -> list[Finding]:
    """Sign in to Apizee, without a cache, unless that would cost somebody else's request."""
    with suppress(StoreAway):  # without Redis nobody else asks
        if budget and (wait := await budget.reserve("doctor", background=True)):
            return [_warning("Apizee login", f"not tried, the requests are used up. Try again in {wait:.0f} s.")]
    password = settings.apizee_password.get_secret_value()
    form = {"grant_type": "password", "username": settings.apizee_username, "password": password}
    return [_login(await http.post(f"{settings.apizee_api_url}/token", data=form))]


def _login(answer: httpx.Response) -> Finding:
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return _warning("Apizee login", "Apizee says its limit of requests is used up. Try again in a minute.")
    if answer.is_client_error:
        mend = "Check APIZEE_USERNAME and APIZEE_PASSWORD."
        return _failed("Apizee login", f"refused with status {answer.status_code}. {mend}")
    if not answer.is_success or not _object(answer).get("access_token"):
        return _failed("Apizee login", f"no token in an answer of status {answer.status_code}. Check APIZEE_API_URL.")
    return _ok("Apizee login", "accepted.")


async def _check_budget(budget: Budget) -> list[Finding]:
    spent = await budget.remaining()
    left = spent.limit - spent.used
    detail = f"{left} of {spent.limit} left in this minute, {spent.waiting} waiting."
    if left > 0:
        return [_ok("Apizee requests", detail)]
    return [_warning("Apizee requests", f"{detail} The next is free in {spent.resets_in:.0f} s.")]


# ── The way to us ────────────────────────────────────────────────────────────────────────────────────────


async def _check_public_address(settings: Settings, http: httpx.AsyncClient) -> list[Finding]:
    if settings.public_url is None:
        return [_warning("Public address", "PUBLIC_URL is not set: “Join as me” opens Apizee's own page.")]
    answer = await http.get(f"{settings.public_url}/healthz")
    if answer.is_success:
        return [_ok("Public address", "answers.")]
    return [_failed("Public address", f"/healthz answers with status {answer.status_code}. {SERVE_MEND}")]
