"""Keeps the playground apart from the real Slack and the real Apizee: it does not start beside their secrets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

SECRETS: Final = (
    "APIZEE_PASSWORD",
    "APIZEE_WEBHOOK_SECRET",
    "ENCRYPTION_KEYS",
    "EVENTS_SECRET",
    "EVENTS_URL",
    "SLACK_APP_TOKEN",
    "SLACK_BOT_TOKEN",
    "SLACK_CLIENT_SECRET",
    "SLACK_SIGNING_SECRET",
)
"""The settings that open Slack, Apizee or a receiver of events, or what is kept of them.

`REDIS_URL` and the proxies may hold a password too, but many machines have them for other reasons: the demo drops them.
"""

_FOLDER: Final = "SECRETS_DIR"


def secrets_in(environment: Mapping[str, str]) -> list[str]:
    """Return the names of the secrets that are set, in any case, and of a folder that holds some; never values."""
    given = {name.upper(): value for name, value in environment.items() if value}
    found: list[str] = [name for name in SECRETS if name in given]
    return [*found, _FOLDER] if _FOLDER in given and _holds_secrets(Path(given[_FOLDER])) else found


def _holds_secrets(folder: Path) -> bool:
    """Whether a secret of ours lies there; a folder that may not be read holds none for the demo either."""
    try:
        return any(file.name.upper() in SECRETS for file in folder.iterdir())
    except OSError:
        return False
