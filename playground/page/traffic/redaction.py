"""Blacks out what would let a reader act for somebody else: passwords, tokens, links that sign in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

REDACTED: Final = "█████"

_SECRET_NAMES: Final = frozenset({"bot_access_token", "challenge", "response_url", "token", "trigger_id"})
_SECRET_PARTS: Final = re.compile(
    r"((?:access_token|convId|pwd)=|/join/|/open/|/response/|/meet/private/|/m/)[\w%.=/-]+"
)


def redacted(value: object, name: str = "") -> object:
    """Return a value of JSON without its secrets; `name` is the field it stands in."""
    match value:
        case str() if name in _SECRET_NAMES:
            return REDACTED
        case str():
            return without_secrets(value)
        case Mapping():
            return {str(key): redacted(inner, str(key)) for key, inner in value.items()}
        case list() | tuple():
            return [redacted(inner) for inner in value]
        case _:
            return value


def without_secrets(text: str) -> str:
    """Return a text without the secrets in it."""
    return _SECRET_PARTS.sub(rf"\1{REDACTED}", text)
