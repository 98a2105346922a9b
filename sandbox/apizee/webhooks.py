"""Sends the sandbox's webhooks as Apizee does: unsigned, with a custom header, whether somebody answers or not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import httpx

from sandbox.apizee.guesses import Envelope, Guesses, ObjectId, Time
from sandbox.apizee.model import Event
from sandbox.apizee.world import World
from sandbox.background_task import in_background

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
    """Do nothing with a webhook that was posted: nobody wants to know."""


class WebhookSender:
    """Posts every event of a world to one address; `on_posted` is called for each."""

    def __init__(
        self, world: World, url: str, headers: dict[str, str], on_posted: Callable[[Posted], None] = _nobody_looks
    ) -> None:
        self.faults = WebhookFaults()
        self._on_posted = on_posted
        self._time_fields = 0
        self._world = world
        self._url = url
        self._headers = {"User-Agent": _USER_AGENT, **headers}

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Send what happens until left."""
        async with (
            httpx.AsyncClient(headers=self._headers, trust_env=False) as http,
            in_background(self._send_all(http)),
        ):
            yield

    async def _send_all(self, http: httpx.AsyncClient) -> None:
        async with asyncio.TaskGroup() as on_their_way:
            async for event in self._world.follow_events():
                self._time_fields += 1
                if not self.faults.missing:
                    on_their_way.create_task(self._send(http, event, self._delay()))

    def _delay(self) -> float:
        overtaken = self.faults.swapped and self._time_fields % 2
        return self.faults.late_by + (_OVERTAKEN_BY if overtaken else 0.0)

    async def _send(self, http: httpx.AsyncClient, event: Event, delay: float) -> None:
        await asyncio.sleep(delay)
        for _ in range(2 if self.faults.duplicated else 1):
            self._on_posted(await self._post(http, body_of(event, self._world)))

    async def _post(self, http: httpx.AsyncClient, body: dict[str, object]) -> Posted:
        """One try: Apizee promises no second one."""
        begun = time.monotonic()
        try:
            status = (await http.post(self._url, json=body)).status_code
        except httpx.HTTPError:
            status = None
        return Posted(body, status, time.monotonic() - begun)


def body_of(event: Event, world: World) -> dict[str, object]:
    """Return an event as this Apizee sends it."""
    ticket = world.tickets.get(event.object_id)
    uid = ticket.conversation_id if ticket else f"uid-of-{event.object_id}"
    return _in_envelope(event, uid, world.guesses)


def _in_envelope(event: Event, uid: str, guesses: Guesses) -> dict[str, object]:
    """Return an event in the shape that Apizee's documentation has for all objects, or in that for session events."""
    object_id = _object_id(event, uid, guesses.object_id)
    if guesses.envelope is Envelope.EVENT_NAME and event.name:
        return {
            "id": str(uuid4()),
            "eventName": event.name,
            **_time_fields("timestamp", event.at, guesses.time),
            "source": "apizee",
            "data": {"objectId": object_id},
        }
    return {
        "event": event.change,
        **_time_fields("time", event.at, guesses.time),
        "object": event.object,
        "objectId": object_id,
        "props": event.props,
    }


def _object_id(event: Event, uid: str, style: ObjectId) -> object:
    match style:
        case ObjectId.NUMBER:
            return event.object_id
        case ObjectId.TEXT:
            return str(event.object_id)
        case ObjectId.UID:
            return uid


def _time_fields(name: str, at: datetime, style: Time) -> dict[str, object]:
    match style:
        case Time.SECONDS:
            return {name: int(at.timestamp())}
        case Time.MILLISECONDS:
            return {name: int(at.timestamp() * 1000)}
        case Time.DATE:
            return {name: at.isoformat(timespec="milliseconds")}
        case Time.NULL:
            return {name: None}
        case Time.ABSENT:
            return {}
