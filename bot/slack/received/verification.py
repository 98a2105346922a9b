"""Decides whether a request was sent by Slack, on values, without I/O.

A request is measured, dated, authenticated over its raw bytes and only then looked into. What is signed and can be read
passes, whatever it says: it is judged where it is read into types. What is neither a form nor a JSON
object cannot be Slack's, signed or not, and is answered with 400.
https://docs.slack.dev/authentication/verifying-requests-from-slack/
"""

from __future__ import annotations

import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote_to_bytes

MOST_BYTES: Final = 1024 * 1024
"""The largest body read; Slack's own stay far below."""

FRESH_SECONDS: Final = 5 * 60
"""How far the time of a request may be from ours, either way."""

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
_MOST_DIGITS: Final = 12
_ESCAPES: Final = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)


class RequestRejected(Exception):
    """The request does not pass; `reason` may be shown to its sender."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(f"{status.value} {reason}")
        self.status = status
        self.reason = reason

    @property
    def headers(self) -> dict[str, str]:
        """The headers that the answer needs besides its status."""
        return {"Allow": "POST"} if self.status is HTTPStatus.METHOD_NOT_ALLOWED else {}


class Guard:
    """Verifies Slack's requests. Header names are given in lower case, or in a mapping that ignores case."""

    def __init__(self, signing_secret: str, clock: Callable[[], float] = time.time) -> None:
        if not signing_secret:
            message = "Without a signing secret anybody could sign."
            raise ValueError(message)
        self._secret = signing_secret.encode()
        self._clock = clock

    def check(self, method: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """Return the payload of a whole, fresh, well-formed request signed by Slack; else raise `RequestRejected`."""
        self.check_head(method, headers)
        return self.check_body(headers, body)

    def check_body(self, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
        """Return the payload of a request whose head was checked; raises as `check` does."""
        check_size(len(body))
        self._check_signature(headers, body)
        return _payload(_media_type(headers), body)

    def check_head(self, method: str, headers: Mapping[str, str]) -> None:
        """Raise `RequestRejected` for all that can be refused before a byte of the body is read."""
        if method != "POST":
            raise RequestRejected(HTTPStatus.METHOD_NOT_ALLOWED, "only POST")
        _check_announced_size(headers.get("content-length"))
        if _media_type(headers) not in {_FORM, _JSON}:
            raise RequestRejected(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "neither a form nor JSON")
        self._check_time(headers.get("x-slack-request-timestamp", ""))

    def _check_time(self, timestamp: str) -> None:
        if not _is_number(timestamp):
            raise RequestRejected(HTTPStatus.UNAUTHORIZED, "timestamp is not a number")
        if abs(self._clock() - int(timestamp)) > FRESH_SECONDS:
            raise RequestRejected(HTTPStatus.UNAUTHORIZED, "timestamp is too old or too new")

    def _check_signature(self, headers: Mapping[str, str], body: bytes) -> None:
        signed = b"v0:" + headers["x-slack-request-timestamp"].encode() + b":" + body
        expected = "v0=" + hmac.digest(self._secret, signed, "sha256").hex()
        # Compared as bytes: as text, compare_digest raises on anything but ASCII.
        given = headers.get("x-slack-signature", "").encode(errors="replace")
        if not hmac.compare_digest(expected.encode(), given):
            raise RequestRejected(HTTPStatus.UNAUTHORIZED, "wrong signature")


def check_size(length: int) -> None:
    """Raise `RequestRejected` when a body of so many bytes is too large."""
    if length > MOST_BYTES:
        raise RequestRejected(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body over 1 MiB")


def _check_announced_size(content_length: str | None) -> None:
    if content_length is None:
        return
    if not _is_number(content_length):
        raise RequestRejected(HTTPStatus.BAD_REQUEST, "content length is not a number")
    check_size(int(content_length))


def _payload(media_type: str, body: bytes) -> dict[str, Any]:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise RequestRejected(HTTPStatus.BAD_REQUEST, "body is not UTF-8") from None
    # What begins with a brace is JSON, whatever it is called: no form does.
    return _object(text) if media_type == _JSON or text.startswith("{") else _form(text)


def _form(text: str) -> dict[str, Any]:
    """Return the fields of a form, of those with one name the last: as `parse_qsl` does, in a third of its time."""
    fields: dict[str, Any] = {}
    for field in text.replace("+", " ").split("&"):
        name, _, value = field.partition("=")
        if field:
            fields[_unquoted(name) if "%" in name else name] = _unquoted(value) if "%" in value else value
    return _object(fields["payload"]) if "payload" in fields else fields


def _unquoted(text: str) -> str:
    return unquote_to_bytes(text).decode(errors="replace")


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(well_formed(text))
    except (ValueError, RecursionError):
        raise RequestRejected(HTTPStatus.BAD_REQUEST, "not JSON") from None
    if not isinstance(value, dict):
        raise RequestRejected(HTTPStatus.BAD_REQUEST, "not a JSON object")
    return value


def well_formed(text: str) -> str:
    """Return the JSON without halves of surrogate pairs, which UTF-8 cannot hold."""
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return _ESCAPES.sub(lambda escape: "\\ufffd" if escape[1] else escape[0], text)


def _media_type(headers: Mapping[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _is_number(text: str) -> bool:
    """Return whether these are a few ASCII digits; `int` takes far more, and fails on too much."""
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
