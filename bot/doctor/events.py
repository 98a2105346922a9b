"""Checks that the operator's own system accepts events, by a test event."""

from __future__ import annotations

import time
from typing import Final

import aiohttp

from bot.doctor.findings import Finding, failed, ok
from bot.events.event import test_event
from bot.events.receiver import NotAccepted, Receiver
from bot.settings import Settings

EVENTS_FIX: Final = "Check EVENTS_URL, EVENTS_SECRET, and the system behind them."

_SUBJECT: Final = "Events"


async def check_events(settings: Settings, http: aiohttp.ClientSession) -> list[Finding]:
    """Send a test event, where events are to be sent at all."""
    url, secret = settings.events_url, settings.events_secret
    if url is None or secret is None:
        return []
    receiver = Receiver(http, url.get_secret_value(), secret.get_secret_value())
    try:
        await receiver.post(test_event(time.time()))
    except NotAccepted as error:
        if error.__cause__:  # nothing answered: why is explained once for all checks
            raise error.__cause__ from None
        return [failed(_SUBJECT, f"the receiver answers the test event with {error}. {EVENTS_FIX}")]
    return [ok(_SUBJECT, "the receiver accepted a test event.")]
