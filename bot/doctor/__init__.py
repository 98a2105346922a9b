"""`apizee-slack doctor`: does everything that the settings name answer, and as the bot needs it?

Every check uses the bot's own connections, stands alone, takes a few seconds at most, and ends in findings of one line
each, without any secret.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection
from contextlib import AsyncExitStack
from functools import partial
from typing import Final

import aiohttp
import click
import httpx
from redis.asyncio import Redis

from bot.apizee.budget import Budget
from bot.apizee.connection import apizee_transport
from bot.connections import outbound_of, redis_of
from bot.doctor import apizee, storage
from bot.doctor.files import check_files
from bot.doctor.findings import PATIENCE_SECONDS, Finding, Verdict, bounded, failed, ok, warning
from bot.doctor.slack import check_slack, check_socket_mode
from bot.manifest import optional_scopes, required_scopes
from bot.model.errors import CannotStart
from bot.settings import Settings, misspelt
from bot.slack.connection import slack_session
from bot.store.server.connection import connect

__all__ = ["Finding", "Verdict", "examine", "report"]

SERVE_FIX: Final = "Start `apizee-slack serve` and see that PUBLIC_URL leads to it."
SLACK_FIX: Final = "Check SLACK_API_URL."


async def report(settings: Settings) -> bool:
    """Print what was found, one line each; `False` where the bot cannot work as it is set up."""
    found = await examine(settings, scopes=required_scopes(), optional=optional_scopes())
    findings = [*(warning("Settings", line) for line in misspelt()), *found]
    for finding in findings:
        click.echo(finding.line, file=sys.stdout)  # not by click's own stream, which is UTF-8 in any terminal
    return not any(finding.verdict is Verdict.FAILED for finding in findings)


async def examine(
    settings: Settings,
    *,
    scopes: Collection[str],
    optional: Collection[str],
    patience: float = PATIENCE_SECONDS,
) -> list[Finding]:
    """Check all that the bot depends on, each for `patience` seconds; spends one of Apizee's requests if one is left.

    `scopes` are all that the manifest asks for; those of them that are `optional` are only worth a warning.
    """
    check, outbound = partial(bounded, patience=patience), outbound_of(settings)
    async with slack_session(outbound) as slack, apizee_transport(outbound) as to_their_api:
        groups = await asyncio.gather(
            check("Slack", check_slack(settings, slack, scopes, optional), fix=SLACK_FIX),
            check("Socket Mode", check_socket_mode(settings, slack), fix=SLACK_FIX),
            check("Files", check_files(settings), fix="Check DATA_DIR and SECRETS_DIR."),
            check("Encryption keys", storage.check_keys(settings), fix="Check ENCRYPTION_KEYS and DATA_DIR."),
            _check_store_and_apizee(settings, to_their_api, patience),
            check("Public address", _check_public_address(settings, slack), fix=SERVE_FIX),
        )
    return [finding for group in groups for finding in group]


async def _check_store_and_apizee(settings: Settings, http: httpx.AsyncBaseTransport, patience: float) -> list[Finding]:
    check = partial(bounded, patience=patience)
    try:
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(redis_of(settings))
            redis = await stack.enter_async_context(connect(url))
            budget = Budget(redis, user=settings.apizee_username, per_minute=settings.apizee_requests_per_minute)
            return [
                *await _check_storage(url, redis, patience),
                *await check("Apizee login", apizee.check_login(settings, http, budget), fix=apizee.FIX),
                *await check("Apizee requests", apizee.check_budget(budget), fix="They are counted in Redis."),
            ]
    except CannotStart as error:
        login = apizee.check_login(settings, http, budget=None)
        return [failed("Redis", str(error)), *await check("Apizee login", login, fix=apizee.FIX)]


async def _check_storage(url: str, redis: Redis, patience: float) -> list[Finding]:
    """Check Redis, and the queue if Redis answers."""
    found = await bounded("Redis", storage.check_redis(redis), patience=patience, fix=storage.FIX)
    if any(finding.subject == "Redis rights" for finding in found):
        found += await bounded("Queue", storage.check_queue(url, redis), patience=patience, fix=storage.FIX)
    return found


async def _check_public_address(settings: Settings, http: aiohttp.ClientSession) -> list[Finding]:
    if settings.public_url is None:
        return [warning("Public address", "PUBLIC_URL is not set: “Join as me” opens Apizee's own page.")]
    async with http.get(f"{settings.public_url}/healthz", allow_redirects=False) as answer:
        if answer.ok:
            return [ok("Public address", "answers.")]
        return [failed("Public address", f"/healthz answers with status {answer.status}. {SERVE_FIX}")]
