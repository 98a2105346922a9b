"""What is played on: the two sandboxes, the people in Slack, and everything that was sent to the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from bot.manifest import optional_scopes, required_scopes
from playground.apizee import World
from playground.page.features import Features
from playground.slack import SlackClientSide, Workspace
from playground.slack.records import Delivery
from playground.slack.transport import HttpTransport, Retry, Transport


@dataclass(slots=True)
class Sent:
    """A request to the bot: when it was sent, and the status of the answer once there is one."""

    at: float
    delivery: Delivery
    status: int | None = None


class Tap:
    """A way to the bot that remembers what passes."""

    def __init__(self, transport: Transport, workspace: Workspace) -> None:
        self._transport = transport
        self._workspace = workspace
        self.sent: list[Sent] = []

    async def send(self, delivery: Delivery, retry: Retry | None) -> tuple[int, str]:
        """Deliver it: status and body of the answer."""
        sent = Sent(self._workspace.clock(), delivery)
        self.sent.append(sent)
        sent.status, body = await self._transport.send(delivery, retry)
        return sent.status, body


@dataclass(slots=True)
class Stage:
    """Both sandboxes and who acts in them.

    `typed` is what stood in a modal when it was last sent, by the view's id; `fault` is the one that is switched on.
    """

    workspace: Workspace
    world: World
    people: SlackClientSide
    tap: Tap
    features: Features
    typed: dict[str, Mapping[str, object]] = field(default_factory=dict)
    fault: str = ""

    @classmethod
    @asynccontextmanager
    async def set_up(cls, bot_url: str) -> AsyncIterator[Stage]:
        """Fresh sandboxes, whose people write to the bot at this address (without a slash at its end)."""
        workspace, world = Workspace(scopes=required_scopes() | optional_scopes()), World()
        secret = workspace.credentials.signing_secret
        # The acknowledgement has its own limit; a proxy has no business on this machine.
        async with httpx.AsyncClient(timeout=None, trust_env=False) as http:  # noqa: S113
            tap = Tap(HttpTransport(http, bot_url, secret, workspace.clock), workspace)
            yield cls(workspace, world, SlackClientSide(workspace, tap), tap, Features.of_manifest())
