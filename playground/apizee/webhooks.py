"""Sends the sandbox's webhooks as Apizee does: unsigned, with a custom header, to whoever answers or not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from playground.apizee.model import Event
from playground.apizee.world import World
from playground.meanwhile import meanwhile

_USER_AGENT = "Cloud Apizee"
_OVERTAKEN_BY = 0.3


@dataclass(slots=True)
class WebhookFaults:
    """What may go wrong on the way, as no promise of Apizee's excludes: `late_by` is in seconds."""

    duplicated: bool = False
    missing: bool = False
    swapped: bool = False
    late_by: float = 0.0


@dataclass(frozen=True, slots=True)
class Posted:
    """A webhook and its answer's status; `None` where nobody answered."""

    body: dict[str, object]
    status: int | None
    seconds: float


def _nobody_looks(posted: Posted) -> None:
    """What is done with a webhook that was posted, unless somebody wants to know."""


class WebhookSender:
    """Posts every event of a world to one address; `on_posted` is told of each."""

    def __init__(
        self, world: World, url: str, headers: dict[str, str], on_posted: Callable[[Posted], None] = _nobody_looks
    ) -> None:
        self.faults = WebhookFaults()
        self._on_posted = on_posted
        self._told = 0
        self._world = world
        self._url = url
        self._headers = {"User-Agent": _USER_AGENT, **headers}

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Send what happens until left."""
        async with (
            httpx.AsyncClient(headers=self._headers, trust_env=False) as http,
            meanwhile(self._send_all(http)),
        ):
            yield

    async def _send_all(self, http: httpx.AsyncClient) -> None:
        async with asyncio.TaskGroup() as on_their_way:
            async for event in self._world.follow_events():
                self._told += 1
                if not self.faults.missing:
                    on_their_way.create_task(self._send(http, event, self._delay()))

    def _delay(self) -> float:
        overtaken = self.faults.swapped and self._told % 2
        return self.faults.late_by + (_OVERTAKEN_BY if overtaken else 0.0)

    async def _send(self, http: httpx.AsyncClient, event: Event, delay: float) -> None:
        await asyncio.sleep(delay)
        for _ in range(2 if self.faults.duplicated else 1):
            self._on_posted(await self._post(http, body_of(event)))

    async def _post(self, http: httpx.AsyncClient, body: dict[str, object]) -> Posted:
        """One try: Apizee promises no second one."""
        begun = time.monotonic()
        try:
            status = (await http.post(self._url, json=body)).status_code
        except httpx.HTTPError:
            status = None
        return Posted(body, status, time.monotonic() - begun)


def body_of(event: Event) -> dict[str, object]:
    """An event as Apizee's documentation shows its webhooks."""
    return {
        "event": event.change,
        "time": int(event.at.timestamp()),
        "object": event.object,
        "objectId": event.object_id,
        "props": event.props,
    }
