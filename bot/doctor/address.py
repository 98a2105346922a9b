"""Checks the address that Slack, Apizee and people's browsers know the bot by."""

from __future__ import annotations

import re
from typing import Final

import aiohttp

from bot.doctor.findings import Finding, failed, ok, warning
from bot.settings import Settings
from bot.web.app import OURS

SERVE_FIX: Final = "Start `apizee-slack serve` and see that PUBLIC_URL leads to it."

_SUBJECT: Final = "Public address"
_OF_EXAMPLES: Final = re.compile(r"https://([\w-]+\.)*example\.(com|net|org)\b")
"""Names that belong to nobody: https://www.rfc-editor.org/rfc/rfc2606."""


async def check_public_address(settings: Settings, http: aiohttp.ClientSession) -> list[Finding]:
    """Check that this bot answers at `PUBLIC_URL`, and nothing else does."""
    address = settings.public_url
    if address is None:
        return [warning(_SUBJECT, "PUBLIC_URL is not set: “Join as me” opens Apizee's own page.")]
    if _OF_EXAMPLES.match(address):
        return [failed(_SUBJECT, "PUBLIC_URL still holds the placeholder. Set it to the https address of this bot.")]
    async with http.get(f"{address}/healthz", allow_redirects=False) as answer:
        if not answer.ok:
            return [failed(_SUBJECT, f"/healthz answers with status {answer.status}. {SERVE_FIX}")]
        if any(answer.headers.get(name) != value for name, value in OURS.items()):
            return [failed(_SUBJECT, "something answers there that is not this bot. See that PUBLIC_URL leads to it.")]
        return [ok(_SUBJECT, "this bot answers.")]
