"""The checks of Slack, on the bot's own connections to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
from pydantic_core import from_json

from bot.doctor.findings import Finding, failed, ok, warning
from bot.settings import Settings

NOTABLE_SKEW_SECONDS: Final = 60
FATAL_SKEW_SECONDS: Final = 300
"""Requests older than that are refused: https://docs.slack.dev/authentication/verifying-requests-from-slack"""


@dataclass(frozen=True, slots=True)
class _Answer:
    said: Mapping[str, Any]
    headers: Mapping[str, str]


async def _call(http: aiohttp.ClientSession, url: str, token: str | None) -> _Answer:
    """Call a method of Slack's; raises `ValueError` where the answer is no JSON object."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with http.post(url, headers=headers, allow_redirects=False) as answer:
        said = from_json(await answer.read())
        if not isinstance(said, dict):
            raise ValueError  # noqa: TRY004  # reported like an answer that is no JSON at all
        return _Answer(said, answer.headers)


async def check_slack(
    settings: Settings, http: aiohttp.ClientSession, scopes: Collection[str], optional: Collection[str]
) -> list[Finding]:
    """Check the signing secret, the token with its scopes, and the clock."""
    findings = [_signing_secret(settings)]
    if settings.slack_bot_token is None:
        answer = await _call(http, f"{settings.slack_api_url}api.test", token=None)
        findings.append(ok("Slack token", "one per workspace, from its installation."))
    else:
        answer = await _call(http, f"{settings.slack_api_url}auth.test", settings.slack_bot_token.get_secret_value())
        findings.append(_slack_token(answer.said))
        if answer.said.get("ok"):  # a token that is refused has no scopes either
            findings.append(_slack_scopes(answer.headers, scopes, optional))
    return [*findings, _clock(answer.headers)]


def _signing_secret(settings: Settings) -> Finding:
    if settings.slack_signing_secret is not None:
        return ok("Signing secret", "present.")
    return ok("Signing secret", "not needed in Socket Mode.")


def _slack_token(said: Mapping[str, Any]) -> Finding:
    """Return what `auth.test` says of the token: https://docs.slack.dev/reference/methods/auth.test."""
    if said.get("ok"):
        return ok("Slack token", f"workspace “{said.get('team')}”, bot @{said.get('user')}.")
    return failed(
        "Slack token", f"Slack says {said.get('error')}. Copy SLACK_BOT_TOKEN again from “OAuth & Permissions”."
    )


def _slack_scopes(headers: Mapping[str, str], scopes: Collection[str], optional: Collection[str]) -> Finding:
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    if missing := sorted({*scopes} - {*optional} - granted):
        fix = "Update the app with `apizee-slack manifest` and install it again."
        return failed("Slack scopes", f"{', '.join(missing)} missing. {fix}")
    if missing := sorted({*optional} - granted):
        return warning("Slack scopes", f"optional {', '.join(missing)} missing: docs/scopes.md says what that costs.")
    return ok("Slack scopes", "all granted.")


def _clock(headers: Mapping[str, str]) -> Finding:
    try:
        theirs = parsedate_to_datetime(headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        return warning("Clock", "not compared, as Slack's answer has no time. See that it is synchronised (NTP).")
    skew = abs((datetime.now(UTC) - theirs).total_seconds())
    detail = f"{skew:.0f} s away from Slack's."
    if skew >= FATAL_SKEW_SECONDS:
        return failed("Clock", f"{detail} Every request of Slack's is refused: synchronise the clock (NTP).")
    if skew >= NOTABLE_SKEW_SECONDS:
        return warning("Clock", f"{detail} Synchronise it (NTP).")
    return ok("Clock", detail)


async def check_socket_mode(settings: Settings, http: aiohttp.ClientSession) -> list[Finding]:
    """Check that Slack names a socket, and that it is reached.

    Nothing is opened there: Slack would send it what is meant for the bot.
    https://docs.slack.dev/reference/methods/apps.connections.open
    """
    if settings.slack_app_token is None:
        return []
    url = f"{settings.slack_api_url}apps.connections.open"
    said = (await _call(http, url, settings.slack_app_token.get_secret_value())).said
    if not said.get("ok"):
        fix = "Give SLACK_APP_TOKEN the scope connections:write and turn Socket Mode on."
        return [failed("Socket Mode", f"Slack says {said.get('error')}. {fix}")]
    there = str(said.get("url", "")).partition("?")[0].replace("ws", "http", 1)
    async with http.get(there, allow_redirects=False):  # whatever it answers, it is reached
        return [ok("Socket Mode", "SLACK_APP_TOKEN is accepted, and its socket is reached.")]
