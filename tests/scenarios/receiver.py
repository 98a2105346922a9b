"""The operator's own system, which receives events; a story says how it answers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.loopback import serving

SECRET = "a-secret-of-the-receiver"


@dataclass
class EventReceiver:
    """What was posted, in its order; `answers` are the statuses of the first requests, then all are accepted.

    `before` is awaited before a request is answered.
    """

    url: str = ""
    answers: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    before: Callable[[], Awaitable[None]] | None = None

    async def take(self, request: Request) -> Response:
        """Answer one request."""
        self.times.append(time.monotonic())
        self.bodies.append(await request.body())
        self.headers.append(dict(request.headers))
        if self.before:
            await self.before()
        status = self.answers.pop(0) if self.answers else 204
        return Response(status_code=status, headers={"Location": "/elsewhere"} if status in {302, 307} else {})

    @property
    def events(self) -> list[dict[str, Any]]:
        """All that was posted."""
        return [json.loads(body) for body in self.bodies]

    @property
    def types(self) -> list[str]:
        """The types of all that was posted."""
        return [event["type"] for event in self.events]

    async def receives(self, event_type: str) -> None:
        """Return once an event of a type has come."""
        async with asyncio.timeout(20):
            while event_type not in self.types:  # noqa: ASYNC110  # what another part's request changes
                await asyncio.sleep(0.02)


@asynccontextmanager
async def receiving() -> AsyncIterator[EventReceiver]:
    """Yield a receiver that listens on this machine."""
    receiver = EventReceiver()
    async with serving(Starlette(routes=[Route("/{path:path}", receiver.take, methods=["POST", "GET"])])) as url:
        receiver.url = f"{url}/events?key=in-the-address"
        yield receiver
