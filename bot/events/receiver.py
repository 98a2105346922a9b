"""Posts events to the one address that the operator set, each once; who calls it repeats."""

from __future__ import annotations

import time
from collections.abc import Callable

import aiohttp

from bot.events.event import signature_headers
from bot.model.errors import KnownError


class NotAccepted(KnownError):
    """The receiver did not accept an event; the text says why, without its address and without what it answered."""


class Receiver:
    """The operator's own system. Redirects are not followed, and nothing of an answer but its status is read."""

    def __init__(
        self, http: aiohttp.ClientSession, url: str, secret: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._http = http
        self._url = url
        self._secret = secret
        self._clock = clock

    async def post(self, event: bytes) -> None:
        """Post an event once; raises `NotAccepted` for any answer but 2xx."""
        headers = {"Content-Type": "application/json", **signature_headers(self._secret, event, self._clock())}
        try:
            async with self._http.post(self._url, data=event, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, OSError, ValueError) as error:  # a timeout is an OSError
            raise NotAccepted(type(error).__name__) from error
        if not 200 <= status < 300:  # noqa: PLR2004  # what HTTP calls successful
            reason = f"status {status}"
            raise NotAccepted(reason)
