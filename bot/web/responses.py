"""What the endpoints share: headers, the policy of pages, the answer to a fault of ours, bodies read with a limit."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Send

from bot.log import get_logger

log = get_logger(__name__)

NOT_KEPT: Final = {"Cache-Control": "no-store"}
"""The headers of an answer that is for one person or for one moment."""

ON_EVERY_ANSWER: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_ON_EVERY_ANSWER: Final = [(name.lower().encode(), value.encode()) for name, value in ON_EVERY_ANSWER.items()]


async def read_at_most(request: Request, most: int) -> bytes:
    """Return the body; of one that is longer than `most` bytes, enough to see that it is longer."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            break
    return bytes(body)


async def send_answer(send: Send, status: int, headers: Mapping[str, Sequence[str]], body: str) -> None:
    """Send a whole answer, with the headers that every answer has."""
    content = body.encode()
    named = [(name.lower().encode(), value.encode("latin-1")) for name, values in headers.items() for value in values]
    length = (b"content-length", str(len(content)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*_ON_EVERY_ANSWER, length, *named]})
    await send({"type": "http.response.body", "body": content})


def policy(nonce: str, framed: str = "'none'") -> dict[str, str]:
    """Allow nothing but the page's own style and, in the frame, the meeting; https://www.w3.org/TR/CSP3/."""
    rules = (
        "default-src 'none'",
        f"style-src 'nonce-{nonce}'",
        f"frame-src {framed}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return {"Content-Security-Policy": "; ".join(rules)}


async def server_error(_request: Request, error: Exception) -> Response:
    """Answer a fault of ours with a reference. The request's address stays out of the log: it may hold a token."""
    reference = secrets.token_hex(4)
    log.error("a request failed", reference=reference, exc_info=error)
    text = f"Something went wrong. Reference: {reference}"
    return PlainTextResponse(text, HTTPStatus.INTERNAL_SERVER_ERROR, ON_EVERY_ANSWER)
