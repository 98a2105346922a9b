"""The state of the demo: both sandboxes, the people in Slack, the traffic between them, and the bot behind it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import httpx

from bot.manifest import optional_scopes, required_scopes
from bot.manifest.workflow_steps import functions
from bot.model.session import Session
from playground import history
from playground.history import demo_agents
from playground.page.bot_control import BotControl
from playground.page.features import Features
from playground.page.guard import OWN_NAMES
from playground.page.traffic.entries import TrafficLog
from playground.page.traffic.log import Listener, NotedTransport, note_webhook
from playground.page.viewer import demo_channels
from sandbox.apizee import World
from sandbox.apizee import persistence as apizee_persistence
from sandbox.apizee.guesses import kind
from sandbox.apizee.scheduler import Scheduler, SkippedClock
from sandbox.apizee.webhooks import Posted, WebhookSender
from sandbox.apizee.world import REQUESTS_PER_MINUTE
from sandbox.observable import Observable
from sandbox.slack import SlackClientSide, Workspace
from sandbox.slack import persistence as slack_persistence
from sandbox.slack.client.transport import HttpTransport

WEBHOOK_SECRET: Final = "sandbox-webhook-secret"  # noqa: S105  # opens the sandbox only
_WEBHOOK_HEADER: Final = "X-Webhook-Secret"


@dataclass(slots=True)
class Attention:
    """What somebody has typed into a modal that was sent, by the view's id, and read, by person and channel."""

    typed: dict[str, Mapping[str, object]] = field(default_factory=dict)
    read: dict[str, float] = field(default_factory=dict)


def read_place(user: str, channel: str) -> str:
    """Return under which name it is kept until when somebody has read a channel."""
    return f"{user} {channel}"


class DemoState(Observable):
    """Both sandboxes and who acts in them. Every change of a sandbox is a change of this state.

    Apizee has the sessions that its documentation shows, and those of the last thirty days; `records` are what a bot
    knows of the latter.
    `began_at` is in Unix seconds; with it, no two demos at one address are taken for one.
    """

    def __init__(
        self, bot_url: str, http: httpx.AsyncClient, bot_control: BotControl, *, requests_per_minute: int
    ) -> None:
        super().__init__()
        self.began_at = int(time.time())
        self.clock = SkippedClock()
        self.world = World(
            clock=self.clock, requests_per_minute=requests_per_minute, guesses=kind(), agents=demo_agents()
        )
        self.workspace = Workspace(
            scopes=required_scopes() | optional_scopes(),
            channels=demo_channels,
            clock=self.unix_time,
            unfurl_domains=OWN_NAMES,
            functions=functions(),
        )
        self.scheduler = Scheduler(self.world, self.clock)
        self.traffic = TrafficLog(self.unix_time)
        self.features = Features.of_manifest()
        self.attention = Attention()
        self.bot_control = bot_control
        secret = self.workspace.credentials.signing_secret
        transport = HttpTransport(http, bot_url, secret, self.workspace.clock)
        self.people = SlackClientSide(self.workspace, NotedTransport(transport, self.traffic, self.workspace))
        self.webhooks = WebhookSender(
            self.world, f"{bot_url}/apizee/webhooks", {_WEBHOOK_HEADER: WEBHOOK_SECRET}, self._note_webhook
        )
        Listener(self.traffic, self.workspace, self.world)
        self.records = self._begin()
        self.workspace.subscribe(self.changed)
        self.world.subscribe(self.changed)

    @classmethod
    @asynccontextmanager
    async def set_up(
        cls, bot_url: str, bot_control: BotControl, *, requests_per_minute: int = REQUESTS_PER_MINUTE
    ) -> AsyncIterator[DemoState]:
        """Fresh sandboxes, whose people write to the bot at this address (without a slash at its end).

        `requests_per_minute` is Apizee's limit.
        """
        # The acknowledgement has its own limit; a proxy has no business on this machine.
        async with httpx.AsyncClient(timeout=None, trust_env=False) as http:  # noqa: S113
            yield cls(bot_url, http, bot_control, requests_per_minute=requests_per_minute)

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """Let Apizee's time pass and its webhooks be sent, until left."""
        async with self.webhooks.sending(), self.scheduler.running():
            yield

    def unix_time(self) -> float:
        """Return the demo's time, by which Slack, Apizee and the bot live."""
        return self.clock().timestamp()

    async def pass_time(self, span: timedelta) -> None:
        """Let time pass for Slack, for Apizee and for the bot, as one; what is planned comes due at its own moment."""
        end = self.clock() + span
        while (wait := await self.bot_control.next_plan()) is not None and self.clock() + wait < end:
            await self._skip(wait)
            await self.bot_control.plans_done()
        await self._skip(max(end - self.clock(), timedelta()))

    async def _skip(self, span: timedelta) -> None:
        self.scheduler.skip(span)
        self.bot_control.set_ahead(self.clock.ahead)
        await self.bot_control.bring_forward(span)

    async def start_over(self) -> None:
        """Let nobody have said anything, nobody be invited, the bot know nothing, and the time be ours."""
        async with self.bot_control.forgetting():
            slack_persistence.forget(self.workspace)
            apizee_persistence.forget(self.world)
            self.traffic.restore([])
            self.attention = Attention()
            self.clock.ahead = timedelta()
            self.bot_control.set_ahead(self.clock.ahead)
            self.records = self._begin()
            await self.bot_control.remember(self.records)
        self.changed()

    def _begin(self) -> list[Session]:
        """Put in what happened before the demo; returns what the bot knows of it."""
        self.world.load_documentation_examples()
        past = history.planned(self.clock())
        history.put_at_apizee(past, self.world)
        records = history.records_of(past, self.workspace.team)
        history.put_cards(records, self.workspace)
        for channel in self.workspace.channels.values():
            for user in channel.members if channel.messages else ():
                self.attention.read[read_place(user, channel.id)] = self.unix_time()
        return records

    def _note_webhook(self, posted: Posted) -> None:
        note_webhook(self.traffic, posted)
        self.changed()
