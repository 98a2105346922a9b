"""Webhooks as Apizee sends them, each another one."""

from __future__ import annotations

import time
from itertools import count
from typing import Final

from benchmarks.environment import WEBHOOK_SECRET
from benchmarks.stubs.http import as_json

_NUMBERS: Final = count()


def ticket_changed(ticket: int, **props: str) -> bytes:
    """Return the webhook that a ticket has changed; `state` is what Apizee says of it."""
    return _webhook(event="update", object="ticket", objectId=ticket, props=props)


def happened(ticket: int, name: str) -> bytes:
    """Return the webhook of an event of a ticket's session."""
    return _webhook(event="create", object="conversationevent", objectId=ticket, props={"eventType": name})


def media_made(media: int) -> bytes:
    """Return the webhook that there is a new photo or recording, which does not say whose it is."""
    return _webhook(event="create", object="media", objectId=media, props={})


def _webhook(**about: object) -> bytes:
    """Return a request; the number in it makes it another one."""
    body = as_json({"time": int(time.time()), "number": next(_NUMBERS), **about})
    head = (
        "POST /apizee/webhooks HTTP/1.1\r\nHost: bench.example\r\nContent-Type: application/json\r\n"
        f"X-Webhook-Secret: {WEBHOOK_SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
