"""Keeps the playground apart from the real Slack and the real Apizee: it does not start beside their secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SECRETS: Final = (
    "APIZEE_PASSWORD",
    "APIZEE_WEBHOOK_SECRET",
    "ENCRYPTION_KEYS",
    "SLACK_APP_TOKEN",
    "SLACK_BOT_TOKEN",
    "SLACK_CLIENT_SECRET",
    "SLACK_SIGNING_SECRET",
)
"""The settings that open something; `REDIS_URL` is not among them, for many machines have one and the demo drops it."""


def secrets_in(environment: Mapping[str, str]) -> list[str]:
    """The names of the secrets that are set, in whatever case; never their values."""
    given = {name.upper() for name, value in environment.items() if value}
    return [name for name in SECRETS if name in given]
