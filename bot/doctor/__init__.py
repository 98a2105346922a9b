"""`apizee-slack doctor`: does everything that the settings name answer, and as the bot needs it?

Every check uses the bot's own connections, stands alone, takes a few seconds at most, and ends in findings of one line
each, without any secret.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Collection
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import Final, TypeAlias

import click
import httpx
from redis.asyncio import Redis

from bot.apizee.budget import Budget
from bot.apizee.connection import apizee_transport
from bot.connections import operators_account, outbound_of, redis_of
from bot.doctor import apizee, storage
from bot.doctor.address import SERVE_FIX, check_public_address
from bot.doctor.events import EVENTS_FIX, check_events
from bot.doctor.files import check_files
from bot.doctor.findings import PATIENCE_SECONDS, Finding, Verdict, bounded, failed, ok, once_each, warning
from bot.doctor.slack import check_slack, check_socket_mode
from bot.manifest import optional_scopes, required_scopes
from bot.model.accounts import ApizeeAccount
from bot.model.errors import CannotStart, StoreUnavailable, Unreadable
from bot.settings import Settings, misspelt
from bot.slack.connection import slack_session
from bot.store.accounts.events import AccountEvents
from bot.store.accounts.store import AccountStore
from bot.store.sealing.keyring import KEY_FILE, KeyRing
from bot.store.server.connection import connect

__all__ = ["Finding", "Verdict", "examine", "report"]

SLACK_FIX: Final = "Check SLACK_API_URL."
HOME_FIX: Final = "An administrator of the workspace connects it on the bot's Home."
HOME_FIXES: Final = apizee.Fixes(
    login=HOME_FIX,
    enterprise="An administrator of the workspace gives the number of the enterprise on the bot's Home",
    agent="An administrator of the workspace can change it on the bot's Home",
    webhooks="An administrator of the workspace gives a secret on the bot's Home",
)

Check: TypeAlias = Callable[..., Awaitable[list[Finding]]]
"""Bounds a check, given its subject, the check itself and a `fix`."""


async def report(settings: Settings, workspace: str | None = None) -> bool:
    """Print what was found, one line each; `False` where the bot cannot work as it is set up.

    With a `workspace`, the Apizee account that is connected to it is examined in place of the one of the settings.
    """
    scopes, optional = required_scopes(), optional_scopes()
    found = await examine(settings, scopes=scopes, optional=optional, workspace=workspace)
    findings = [*(warning("Settings", line) for line in misspelt()), *once_each(found)]
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
    """Check all that the bot depends on, each for `patience` seconds; spends three of Apizee's requests if left.

    `scopes` are all that the manifest asks for; those of them that are `optional` are only worth a warning.
    """
    check, outbound = partial(bounded, patience=patience), outbound_of(settings)
    async with slack_session(outbound) as slack, apizee_transport(outbound) as to_their_api:
        groups = await asyncio.gather(
            check("Slack", check_slack(settings, slack, scopes, optional), fix=SLACK_FIX),
            check("Socket Mode", check_socket_mode(settings, slack), fix=SLACK_FIX),
            check("Files", check_files(settings), fix="Check DATA_DIR and SECRETS_DIR."),
            _check_store_and_apizee(settings, to_their_api, patience, workspace),
            check("Events", check_events(settings, slack), fix=EVENTS_FIX),
            check("Public address", check_public_address(settings, slack), fix=SERVE_FIX),
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
            found = await _check_storage(settings, url, redis, patience)
            account = await _connected(settings, redis, workspace) if workspace else operators_account(settings)
            if account is None:
                return [*found, _no_account(workspace)]
            fixes = HOME_FIXES if workspace else apizee.Fixes()
            budget = Budget(redis, user=account.username, per_minute=settings.apizee_requests_per_minute)
            events = AccountEvents(redis, account=account.key)
            return [
                *found,
                *await _check_apizee(apizee.Examination(settings.apizee_api_url, account, http, budget, fixes), check),
                *await check("Apizee requests", apizee.check_budget(budget), fix=storage.FIX),
                *await check("Webhooks", apizee.check_webhooks(events, account, fixes), fix=storage.FIX),
            ]
    except CannotStart as error:
        away = [failed("Redis", str(error))]
        has_keys = settings.encryption_keys or (settings.data_dir / KEY_FILE).is_file()
        keys = await _check_keys(settings, None, patience) if has_keys else []
        operators = operators_account(settings)
        if operators is None:
            return [*keys, *away, _no_account(None)]
        alone = apizee.Examination(settings.apizee_api_url, operators, http, budget=None)
        return [*keys, *away, *await _check_apizee(alone, check)]


async def _check_apizee(account: apizee.Examination, check: Check) -> list[Finding]:
    """Check the login and, where it is accepted, what can be asked with it."""
    found = await check("Apizee login", account.login(), fix=apizee.FIX)
    if account.is_signed_in:
        found += await check("Apizee enterprise", account.enterprise(), fix=apizee.FIX)
    return found


def _no_account(workspace: str | None) -> Finding:
    if workspace:
        return failed("Apizee account", f"none that can be read is connected to {workspace}. {HOME_FIX}")
    return ok("Apizee account", "none in the settings: each workspace connects its own. Examine one by --workspace.")


async def _connected(settings: Settings, redis: Redis, workspace: str) -> ApizeeAccount | None:
    """Return the account that is connected to a workspace; `None` where there is none, or none that can be read."""
    given = [key.get_secret_value() for key in settings.encryption_keys]
    store = AccountStore(redis, KeyRing.from_settings_or_file(given, settings.data_dir).of_workspace)
    with suppress(Unreadable, StoreUnavailable):
        sealed = await store.sealed(workspace)
        return store.open(workspace, sealed) if sealed else None
    return None


async def _check_storage(settings: Settings, url: str, redis: Redis, patience: float) -> list[Finding]:
    """Check Redis and, if it answers, what is in it: the keys, the queue, its workers."""
    found = await bounded("Redis", storage.check_redis(redis), patience=patience, fix=storage.FIX)
    if not any(finding.subject == "Redis rights" for finding in found):
        return [*await _check_keys(settings, None, patience), *found]
    keys = await _check_keys(settings, redis, patience)
    if any(finding.verdict is Verdict.FAILED for finding in keys):  # which is why records cannot be read
        found = [finding for finding in found if finding.subject != "Records"]
    return [
        *keys,
        *found,
        *await bounded("Queue", storage.check_queue(url, redis), patience=patience, fix=storage.FIX),
        *await bounded("Worker", storage.check_worker(url), patience=patience, fix=storage.FIX),
    ]


async def _check_keys(settings: Settings, redis: Redis | None, patience: float) -> list[Finding]:
    fix = "Check ENCRYPTION_KEYS and DATA_DIR."
    return await bounded("Encryption keys", storage.check_keys(settings, redis), patience=patience, fix=fix)
