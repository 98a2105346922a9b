"""The whole bot in its environment: a sandbox Slack and a sandbox Apizee around it, everything over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from bot.container import Container, build
from bot.manifest.workflow_steps import functions
from bot.model.audit import AuditEntry
from bot.model.session import Session
from bot.settings import Settings, load_settings
from bot.timing import Timing
from bot.web.server import IDLE_CONNECTIONS_STAY
from sandbox.apizee import World
from sandbox.apizee import build_app as apizee_app
from sandbox.apizee.model import Ticket
from sandbox.loopback import serving
from sandbox.slack import SlackClientSide, Workspace
from sandbox.slack import build_app as slack_app
from sandbox.slack.block_kit.limits import check_message, check_view
from sandbox.slack.default_world import SUPPORT, U_EN
from sandbox.slack.model import Message, View
from tests.fixtures.timing import SLOW_MACHINE

SIGNING_SECRET = "sandbox-signing-secret"
BOT_TOKEN = "xoxb-sandbox"
ENCRYPTION_KEY = Fernet.generate_key().decode()


@dataclass(frozen=True)
class Vendors:
    """Slack and Apizee, the environment that leads the bot to them, and how long a bot of this process waits."""

    slack: Workspace
    apizee: World
    environment: dict[str, str]
    timing: Timing = SLOW_MACHINE


@dataclass(frozen=True)
class Environment:
    """The bot among its vendors. `people` is how somebody types, clicks and submits."""

    slack: Workspace
    apizee: World
    people: SlackClientSide
    bot_url: str
    app: Container | None = None

    async def assist(self, text: str, *, user: str = U_EN, channel: str = SUPPORT) -> None:
        """Type `/assist …`."""
        await self.people.command(user, channel, "/assist", text)

    async def meet(self, text: str, *, user: str = U_EN, channel: str = SUPPORT) -> None:
        """Type `/meet …`."""
        await self.people.command(user, channel, "/meet", text)

    async def audited(self, user: str, *, at_least: int = 1) -> list[AuditEntry]:
        """Return what the audit says of one person, the oldest first, once it has so many entries."""
        assert self.app is not None
        async with asyncio.timeout(10):
            while True:
                entries = await self.app.adapters.audit.since(datetime.fromtimestamp(0, UTC))
                found = [one for one in entries if one.user == user]
                if len(found) >= at_least:
                    return found
                await asyncio.sleep(0.02)

    async def sessions_of(self, user: str) -> list[Session]:
        """Return what is kept of one person's sessions, the latest first."""
        assert self.app is not None
        return await self.app.adapters.peoples.latest(self.slack.team, user, limit=5)

    def promote(self, user: str) -> None:
        """Let somebody administer the workspace."""
        self.slack.users[user] = replace(self.slack.users[user], is_admin=True)

    def cards(self, channel: str = SUPPORT) -> list[Message]:
        """Return the bot's messages in a channel, with those in threads."""
        return [one for one in self.slack.channels[channel].messages if one.user == self.slack.bot_user]

    def ephemeral_messages(self, user: str = U_EN) -> list[str]:
        """Return the private messages of one person, as texts."""
        return [one.text for one in self.slack.ephemerals(user)]

    async def card(self, word: str, *, channel: str = SUPPORT, within: float = 20.0) -> Message:
        """Return the one card of a channel, once it says a word."""
        await self.slack.wait_for(lambda: any(word in one.text for one in self.cards(channel)), within)
        cards = self.cards(channel)
        assert len(cards) == 1
        assert check_message({"text": cards[0].text, "blocks": list(cards[0].blocks)}) == []
        return cards[0]

    async def private_message(self, word: str, *, user: str = U_EN, within: float = 20.0) -> Message:
        """Return one person's private message, once there is one with a word."""

        def found() -> Message | None:
            return next((one for one in self.slack.ephemerals(user) if word in said(one)), None)

        message = await self.slack.wait_for(found, within)
        assert message is not None
        return message

    async def modal(self, word: str, *, user: str = U_EN, within: float = 20.0) -> View:
        """Return the modal before somebody's eyes, once it says a word."""

        def found() -> View | None:
            view = self.slack.open_view(user)
            return view if view and word in said(view) else None

        view = await self.slack.wait_for(found, within)
        assert view is not None
        assert check_view(view.body) == []
        return view

    async def invited(self, *, channel: str = SUPPORT) -> Ticket:
        """Return the one ticket, once its card says so and its agent has the links."""
        await self.card("Invited", channel=channel)
        await self.slack.wait_for(lambda: self.slack.ephemeral_messages)
        assert len(self.apizee.tickets) == 1
        return next(iter(self.apizee.tickets.values()))

    async def form(self, user: str = U_EN) -> View:
        """Return the form before somebody's eyes, once it is there."""

        def found() -> View | None:
            view = self.slack.open_view(user)
            return view if view and "submit" in view.body else None

        view = await self.slack.wait_for(found)
        assert view is not None
        return view

    async def settled(self, *, within: float = 30.0) -> None:
        """Wait until all that was taken in is done, and fail where it is not in time."""
        assert self.app is not None
        async with asyncio.timeout(within):
            while await self.app.worker.lag():  # noqa: ASYNC110  # the event would be in Redis
                await asyncio.sleep(0.02)

    async def came_to_nothing(self, *, channel: str = SUPPORT) -> bool:
        """Whether, once all is done, nothing was asked of Apizee and no card stands in a channel."""
        await self.settled()
        return not self.apizee.requests and not self.cards(channel)

    def customer_comes(self, ticket: Ticket, *, photos: int = 0) -> None:
        """Let the customer open the link, agree and show their camera, and the agent take photos."""
        self.apizee.customer_opens(ticket.id)
        self.apizee.accepts(ticket.id)
        self.apizee.allows_camera(ticket.id)
        for _ in range(photos):
            self.apizee.takes_photo(ticket.id)

    def asked(self, method: str, path: str) -> list[dict[str, str]]:
        """Return the queries of the requests to Apizee with this method and path."""
        return [dict(one.query) for one in self.apizee.requests if (one.method, one.path) == (method, path)]


def said(shown: Message | View) -> str:
    """All that a message or a view says, its blocks included."""
    return f"{shown.text} {shown.blocks}" if isinstance(shown, Message) else str(shown.body)


def button(shown: Message | View, action_id: str) -> dict[str, Any]:
    """Return a button of a message or a view."""
    return shown.find_element(action_id)[1]


@asynccontextmanager
async def vendors(
    redis_url: str, data_dir: Path, *, per_minute: int = 1000, timing: Timing = SLOW_MACHINE
) -> AsyncIterator[Vendors]:
    """Both sandboxes, listening."""
    world = World(requests_per_minute=None)
    domains = ["127.0.0.1", "bot.example.com"]
    workspace = Workspace(bot_token=BOT_TOKEN, unfurl_domains=domains, functions=functions())
    workspace.rates.are_kept = True
    async with serving(apizee_app(world)) as apizee_url, serving(slack_app(workspace)) as slack_url:
        workspace.address = slack_url
        environment = {
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_API_URL": f"{slack_url}/api/",
            "APIZEE_API_URL": f"{apizee_url}/api",
            "APIZEE_USERNAME": "api@apizee.com",
            "APIZEE_PASSWORD": "sandbox-password",
            "APIZEE_ENTERPRISE_ID": "1",
            "APIZEE_REQUESTS_PER_MINUTE": str(per_minute),
            "REDIS_URL": redis_url,
            "DATA_DIR": str(data_dir),
            "ENCRYPTION_KEYS": ENCRYPTION_KEY,
            "LOG_FORMAT": "json",
        }
        yield Vendors(workspace, world, environment, timing)
    assert _unfit(workspace) == []


def _unfit(workspace: Workspace) -> list[str]:
    """Return the calls that Slack refused because of what was sent: the bot would make plain text of it, or nothing."""
    codes = {"invalid_arguments", "invalid_blocks", "invalid_metadata_format", "invalid_payload", "msg_too_long"}
    return [f"{call.method}: {call.error}" for call in workspace.calls if call.error in codes]


def settings_of(environment: dict[str, str], **more: Any) -> Settings:  # noqa: ANN401  # values of settings
    """Return the settings that a process with this environment would have."""
    return load_settings(env_file=None, **{name.lower(): value for name, value in environment.items()} | more)


@asynccontextmanager
async def new_environment(
    vendors: Vendors,
    *,
    timing: Timing | None = None,
    **settings: Any,  # noqa: ANN401  # values of settings
) -> AsyncIterator[Environment]:
    """Yield the bot in this process, with a web server and a worker of its own."""
    async with AsyncExitStack() as stack:
        given = settings_of(vendors.environment, **settings)
        app = await stack.enter_async_context(build(given, timing=timing or vendors.timing))
        await stack.enter_async_context(app.worker.working())
        url = await stack.enter_async_context(serving(app.web, keep_alive=IDLE_CONNECTIONS_STAY))
        people = await stack.enter_async_context(SlackClientSide.over_http(vendors.slack, url))
        yield Environment(vendors.slack, vendors.apizee, people, url, app)
