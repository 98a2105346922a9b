"""Reads why Apizee refuses something, whatever shape the refusal has.

Documented are `{code, message, details}` and, with 429, `{error}`; what stands before Apizee answers in shapes of its
own: nested objects, lists of reasons for each field, plain text, a page for browsers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from pydantic_core import from_json

_CODE: Final = ("code", "error_code", "errorCode")
_REASON: Final = ("message", "error_description", "error", "errors", "reason", "title", "detail", "details")
_DETAILS: Final = ("details", "detail", "description")
_DEEPEST: Final = 5
_LONGEST: Final = 300
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_TAG: Final = re.compile(r"(?i)</?[a-z][^<>]*>|<!doctype|<!--")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """Why Apizee refuses something; both texts may repeat what was sent, so they are for the person who asked."""

    code: int | None = None
    message: str = field(default="", repr=False)
    details: str = field(default="", repr=False)


def parse_error_body(body: bytes) -> ErrorBody:
    """Read a refusal's reason; a page for browsers has none."""
    try:
        said = from_json(body)
    except ValueError:
        text = body.decode(errors="replace")
        return ErrorBody() if _TAG.search(text) else ErrorBody(message=_tidy(text))
    message, details = _first_text(said, _REASON), _text_under(said, _DETAILS)
    return ErrorBody(_code(said), message, "" if details == message else details)


def is_error_body(body: bytes) -> bool:
    """Return whether an answer that should have been data reports an error, and nothing else."""
    try:
        said = from_json(body)
    except ValueError:
        return False
    if not isinstance(said, dict) or said.keys() & {"id", "data", "medias", "access_token"}:
        return False
    return bool(said.get("error") or said.get("errors")) or (_code(said) is not None and "message" in said)


def _code(said: object, depth: int = 0) -> int | None:
    """Return the number of the error, at the top or in what the top holds."""
    if depth > _DEEPEST or not isinstance(said, dict | list):
        return None
    if isinstance(said, dict):
        for name in _CODE:
            if (number := _number(said.get(name))) is not None:
                return number
    inner = said.values() if isinstance(said, dict) else said
    return next((code for one in inner if (code := _code(one, depth + 1)) is not None), None)


def _number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _first_text(said: object, names: tuple[str, ...], depth: int = 0) -> str:
    """Return the first text in it: under these names where it has them, else anywhere in it."""
    if isinstance(said, str):
        return _tidy(said)
    if depth > _DEEPEST or not isinstance(said, dict | list):
        return ""
    inner = list(said) if isinstance(said, list) else [said[name] for name in names if name in said]
    if isinstance(said, dict) and not inner:
        inner = [value for name, value in said.items() if name not in _CODE]
    return next((text for one in inner if (text := _first_text(one, names, depth + 1))), "")


def _text_under(said: object, names: tuple[str, ...], depth: int = 0) -> str:
    """Return the text under one of these names, wherever it stands."""
    if depth > _DEEPEST or not isinstance(said, dict | list):
        return ""
    if isinstance(said, dict):
        for name in names:
            if name in said and (text := _first_text(said[name], _REASON)):
                return text
    inner = said.values() if isinstance(said, dict) else said
    return next((text for one in inner if (text := _text_under(one, names, depth + 1))), "")


def _tidy(text: str) -> str:
    """Return one line without markup, not longer than a card can show."""
    return _UNPRINTABLE.sub(" ", _TAG.sub(" ", text)).strip()[:_LONGEST]
