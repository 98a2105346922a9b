"""`apizee-slack doctor`: does everything that the settings name answer, and as the bot needs it?

Every check uses the bot's own connections, stands alone, takes a few seconds at most, and ends in findings of one line
each, without any secret.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection
from contextlib import AsyncExitStack, suppress
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
from bot.model.accounts import ApizeeAccount
from bot.model.errors import CannotStart, StoreUnavailable, Unreadable
from bot.settings import Settings, misspelt
from bot.slack.connection import slack_session
from bot.store.accounts.store import AccountStore
from bot.store.sealing.keyring import KeyRing
from bot.store.server.connection import connect

__all__ = ["Finding", "Verdict", "examine", "report"]

SERVE_FIX: Final = "Start `apizee-slack serve` and see that PUBLIC_URL leads to it."
SLACK_FIX: Final = "Check SLACK_API_URL."
HOME_FIX: Final = "An administrator of the workspace connects it on the bot's Home."


async def report(settings: Settings, workspace: str | None = None) -> bool:
    """Print what was found, one line each; `False` where the bot cannot work as it is set up.

    With a `workspace`, the Apizee account that is connected to it is examined in place of the one of the settings.
    """
    scopes, optional = required_scopes(), optional_scopes()
    found = await examine(settings, scopes=scopes, optional=optional, workspace=workspace)
    findings = [*(warning("Settings", line) for line in misspelt()), *found]
    for finding in findings:
        click.echo(finding.line, file=sys.stdout)  # not by click's own stream, which is UTF-8 in any terminal
    return not any(finding.verdict is Verdict.FAILED for finding in findings)


async def examine(
    settings: Settings,
    *,
    scopes: Collection[str],
    optional: Collection[str],
    workspace: str | None = None,
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
            _check_store_and_apizee(settings, to_their_api, patience, workspace),
            check("Public address", _check_public_address(settings, slack), fix=SERVE_FIX),
        )
    return [finding for group in groups for finding in group]


async def _check_store_and_apizee(
    settings: Settings, http: httpx.AsyncBaseTransport, patience: float, workspace: str | None
) -> list[Finding]:
    check = partial(bounded, patience=patience)
    try:
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(redis_of(settings))
            redis = await stack.enter_async_context(connect(url))
            found = await _check_storage(url, redis, patience)
            account = await _connected(settings, redis, workspace) if workspace else _operators(settings)
            if account is None:
                return [
                    *found,
                    failed("Apizee account", f"none that can be read is connected to {workspace}. {HOME_FIX}"),
                ]
            budget = Budget(redis, user=account.username, per_minute=settings.apizee_requests_per_minute)
            fix = HOME_FIX if workspace else apizee.SETTINGS_FIX
            login = apizee.check_login(settings.apizee_api_url, account, http, budget, fix=fix)
            return [
                *found,
                *await check("Apizee login", login, fix=apizee.FIX),
                *await check("Apizee requests", apizee.check_budget(budget), fix="They are counted in Redis."),
            ]
    except CannotStart as error:
        url_of_api, fix = settings.apizee_api_url, apizee.SETTINGS_FIX
        login = apizee.check_login(url_of_api, _operators(settings), http, budget=None, fix=fix)
        return [failed("Redis", str(error)), *await check("Apizee login", login, fix=apizee.FIX)]


def _operators(settings: Settings) -> ApizeeAccount:
    return ApizeeAccount(
        username=settings.apizee_username,
        password=settings.apizee_password.get_secret_value(),
        enterprise_id=settings.apizee_enterprise_id,
    )


async def _connected(settings: Settings, redis: Redis, workspace: str) -> ApizeeAccount | None:
    """Return the account that is connected to a workspace; `None` where there is none, or none that can be read."""
    given = [key.get_secret_value() for key in settings.encryption_keys]
    store = AccountStore(redis, KeyRing.from_settings_or_file(given, settings.data_dir).of_workspace)
    with suppress(Unreadable, StoreUnavailable):
        sealed = await store.sealed(workspace)
        return store.open(workspace, sealed) if sealed else None
    return None


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
