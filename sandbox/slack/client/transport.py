"""The two ways from Slack to an app: signed HTTP requests, and Socket Mode.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import httpx

from sandbox.slack.client.deliveries import Delivery
from sandbox.slack.client.socket_mode import Link


@dataclass(frozen=True, slots=True)
class Retry:
    """The how-manieth repetition of a delivery it is, and why Slack repeats it."""

    number: int
    reason: str = "http_timeout"


class Transport(Protocol):
    """A way to an app."""

    async def send(self, delivery: Delivery, retry: Retry | None) -> tuple[int, str]:
        """Deliver it: status and body of the answer. Raises `ConnectionError` where nobody answers."""
        ...


class HttpTransport:
    """Requests to `<bot_url>/slack/events`, signed like Slack's."""

    def __init__(self, http: httpx.AsyncClient, bot_url: str, signing_secret: str, clock: Callable[[], float]) -> None:
        self._http = http
        self._url = f"{bot_url}/slack/events"
        self._secret = signing_secret.encode()
        self._clock = clock

    async def send(self, delivery: Delivery, retry: Retry | None) -> tuple[int, str]:
        """Post it; the time is the sandbox's."""
        headers = {"Content-Type": delivery.content_type, **self._signature(delivery.body)}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        try:
            answer = await self._http.post(self._url, content=delivery.body, headers=headers)
        except httpx.TransportError as error:
            raise ConnectionError(str(error)) from error
        return answer.status_code, answer.text

    def _signature(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock()))
        digest = hmac.new(self._secret, f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


class SocketTransport:
    """Envelopes through the socket that the app has opened."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def send(self, delivery: Delivery, retry: Retry | None) -> tuple[int, str]:
        """Send it as an envelope and wait for the acknowledgement."""
        again = {"retry_attempt": retry.number, "retry_reason": retry.reason} if retry else {}
        answer = await self._link.send(delivery.kind, delivery.payload, **again)
        return 200, json.dumps(answer) if answer else ""
