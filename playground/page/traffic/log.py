"""Taps on the four ways between Slack, the bot and Apizee: what passes them is noted on the wire."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlencode

from playground.page.traffic.entries import TrafficLog, Way, shown
from playground.page.traffic.redaction import without_secrets
from sandbox.apizee import World
from sandbox.apizee.webhooks import Posted
from sandbox.slack import Workspace
from sandbox.slack.client.deliveries import Delivery
from sandbox.slack.client.transport import Retry, Transport


class Tap:
    """A way from Slack to the bot."""

    def __init__(self, transport: Transport, wire: TrafficLog, workspace: Workspace) -> None:
        self._transport = transport
        self._wire = wire
        self._workspace = workspace

    async def send(self, delivery: Delivery, retry: Retry | None) -> tuple[int, str]:
        """Deliver it: status and body of the answer."""
        passage = self._wire.note(Way.TO_BOT, _title(delivery), shown(delivery.payload))
        begun = time.monotonic()
        self._workspace.changed()
        try:
            status, body = await self._transport.send(delivery, retry)
        except (ConnectionError, asyncio.CancelledError):
            self._wire.answered(passage, None, time.monotonic() - begun)
            raise
        self._wire.answered(passage, status, time.monotonic() - begun)
        return status, body


class Listener:
    """Notes what the bot asks of both sandboxes, as soon as they have answered."""

    def __init__(self, wire: TrafficLog, workspace: Workspace, world: World) -> None:
        self._wire = wire
        self._workspace = workspace
        self._world = world
        self._calls = len(workspace.calls)
        self._requests = len(world.requests)
        workspace.tell(self._note_calls)
        world.tell(self._note_requests)

    def _note_calls(self) -> None:
        new, self._calls = self._workspace.calls[self._calls :], len(self._workspace.calls)
        for call in new:
            title = call.method if call.ok else f"{call.method}: {call.error}"
            self._wire.note(Way.TO_SLACK, title, shown(call.args), call.status or None, call.seconds)

    def _note_requests(self) -> None:
        new, self._requests = self._world.requests[self._requests :], len(self._world.requests)
        for one in new:
            title = f"{one.method} {one.path.removeprefix('/apizee')}"
            content = without_secrets(urlencode(one.query))
            self._wire.note(Way.TO_APIZEE, title, content, one.status, one.seconds)


def note_webhook(wire: TrafficLog, posted: Posted) -> None:
    """Note what Apizee told the bot by itself."""
    what = f"{posted.body['object']} {posted.body['event']}"
    title = " ".join([what, *_told(posted.body["props"])])
    wire.note(Way.FROM_APIZEE, title, shown(posted.body), posted.status, posted.seconds)


def _told(props: object) -> list[str]:
    return [str(props[name]) for name in ("eventType", "state") if name in props] if isinstance(props, dict) else []


def _title(delivery: Delivery) -> str:
    payload = delivery.payload
    match payload.get("type"):
        case None:
            return f"{payload['command']} {payload['text']}".strip()
        case "block_actions":
            return f"block_actions {payload['actions'][0]['action_id']}"
        case "view_submission" | "view_closed" as kind:
            return f"{kind} {payload['view']['callback_id']}"
        case "event_callback":
            return f"event {payload['event']['type']}"
        case kind:
            return f"{kind} {payload.get('callback_id', '')}".strip()
