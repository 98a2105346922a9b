"""Sends the sandbox's webhooks as Apizee does: unsigned, with a custom header, to whoever answers or not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from playground.apizee.model import Event
from playground.apizee.world import World

_USER_AGENT = "Cloud Apizee"
_OVERTAKEN_BY = 0.3


@dataclass(slots=True)
class WebhookFaults:
    """What may go wrong on the way, as no promise of Apizee's excludes: `late_by` is in seconds."""

    duplicated: bool = False
    missing: bool = False
    swapped: bool = False
    late_by: float = 0.0


class WebhookSender:
    """Posts every event of a world to one address."""

    def __init__(self, world: World, url: str, headers: dict[str, str]) -> None:
        self.faults = WebhookFaults()
        self.sent: list[dict[str, object]] = []
        self._told = 0
        self._world = world
        self._url = url
        self._headers = {"User-Agent": _USER_AGENT, **headers}

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Send what happens until left."""
        async with httpx.AsyncClient(headers=self._headers, trust_env=False) as http:
            sending = asyncio.create_task(self._send_all(http))
            await asyncio.sleep(0)  # what happens from now on is followed
            try:
                yield
            finally:
                sending.cancel()
                await asyncio.wait({sending})

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
        body = body_of(event)
        for _ in range(2 if self.faults.duplicated else 1):
            try:
                await http.post(self._url, json=body)
            except httpx.HTTPError:
                return  # Apizee promises no second try
            self.sent.append(body)


def body_of(event: Event) -> dict[str, object]:
    """An event as Apizee's documentation shows its webhooks."""
    return {
        "event": event.change,
        "time": int(event.at.timestamp()),
        "object": event.object,
        "objectId": event.object_id,
        "props": event.props,
    }
