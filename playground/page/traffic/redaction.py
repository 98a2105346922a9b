"""Blacks out what would let a reader act for somebody else: passwords, tokens, links that sign in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

BLACKED_OUT: Final = "█████"

_SECRET_NAMES: Final = frozenset({"challenge", "response_url", "token", "trigger_id"})
_SECRET_PARTS: Final = re.compile(r"((?:access_token|convId|pwd)=|/join/|/response/|/meet/private/|/m/)[\w%.=/-]+")


def blackened(value: object, name: str = "") -> object:
    """A value of JSON without its secrets; `name` is the field it stands in."""
    match value:
        case str() if name in _SECRET_NAMES:
            return BLACKED_OUT
        case str():
            return without_secrets(value)
        case Mapping():
            return {str(key): blackened(inner, str(key)) for key, inner in value.items()}
        case list() | tuple():
            return [blackened(inner) for inner in value]
        case _:
            return value


def without_secrets(text: str) -> str:
    """A text without the secrets in it."""
    return _SECRET_PARTS.sub(rf"\1{BLACKED_OUT}", text)
