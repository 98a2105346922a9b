"""Notes in the traffic log what goes between Slack, the bot and Apizee, in all four directions."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlencode

from playground.page.traffic.entries import Direction, TrafficLog, shown
from playground.page.traffic.redaction import without_secrets
from sandbox.apizee import World
from sandbox.apizee.webhooks import Posted
from sandbox.slack import Workspace
from sandbox.slack.client.deliveries import Delivery
from sandbox.slack.client.transport import Retry, Transport


class NotedTransport:
    """A way from Slack to the bot that notes what goes over it."""

    def __init__(self, transport: Transport, traffic: TrafficLog, workspace: Workspace) -> None:
        self._transport = transport
        self._traffic = traffic
        self._workspace = workspace

    async def send(self, delivery: Delivery, retry: Retry | None) -> tuple[int, str]:
        """Deliver it, and return status and body of the answer."""
        entry = self._traffic.note(Direction.TO_BOT, _title(delivery), shown(delivery.payload))
        begun = time.monotonic()
        self._workspace.changed()
        try:
            status, body = await self._transport.send(delivery, retry)
        except (ConnectionError, asyncio.CancelledError):
            self._traffic.answered(entry, None, time.monotonic() - begun)
            raise
        self._traffic.answered(entry, status, time.monotonic() - begun)
        return status, body


class Listener:
    """Notes what the bot asks of both sandboxes, as soon as they have answered."""

    def __init__(self, traffic: TrafficLog, workspace: Workspace, world: World) -> None:
        self._traffic = traffic
        self._workspace = workspace
        self._world = world
        self._calls = len(workspace.calls)
        self._requests = len(world.requests)
        workspace.subscribe(self._note_calls)
        world.subscribe(self._note_requests)

    def _note_calls(self) -> None:
        new, self._calls = self._workspace.calls[self._calls :], len(self._workspace.calls)
        for call in new:
            title = call.method if call.ok else f"{call.method}: {call.error}"
            self._traffic.note(Direction.TO_SLACK, title, shown(call.args), call.status or None, call.seconds)

    def _note_requests(self) -> None:
        new, self._requests = self._world.requests[self._requests :], len(self._world.requests)
        for one in new:
            title = f"{one.method} {one.path.removeprefix('/apizee')}"
            content = without_secrets(urlencode(one.query))
            self._traffic.note(Direction.TO_APIZEE, title, content, one.status, one.seconds)


def note_webhook(traffic: TrafficLog, posted: Posted) -> None:
    """Note a webhook that Apizee posted to the bot."""
    what = f"{posted.body['object']} {posted.body['event']}"
    title = " ".join([what, *_state_changes(posted.body["props"])])
    traffic.note(Direction.FROM_APIZEE, title, shown(posted.body), posted.status, posted.seconds)


def _state_changes(props: object) -> list[str]:
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
