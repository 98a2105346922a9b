"""A town in chaos: agents type, customers come and go, and everything that can go wrong does, at random."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.apizee.model import Step, Ticket
from sandbox.apizee.webhooks import WebhookSender
from sandbox.slack import SlackClientSide
from sandbox.slack.client.deliveries import Delivered
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN
from tests.chaos import poison, processes
from tests.chaos.processes import Supervised
from tests.scenarios.environment import Vendors, vendors
from tests.scenarios.process import is_listening, listened_to
from tests.scenarios.webhooks import HEADER, SECRET

REQUESTS_PER_MINUTE = 2_000
"""Enough for so many sessions; the sandbox counts whether the bot stays below it."""

_CUSTOMERS_ACT_EVERY = 0.3
_SETTINGS = {
    "SLACK_BOT_TOKEN": "",
    "SLACK_CLIENT_ID": "1234.5678",
    "SLACK_CLIENT_SECRET": "a-client-secret-of-the-tests",
    "ALLOWED_WORKSPACES": TEAM,
    "PUBLIC_URL": "https://bot.example.com",
    "APIZEE_WEBHOOK_SECRET": SECRET,
    "APIZEE_POLL_SECONDS": "5",
}


@dataclass(frozen=True)
class Plan:
    """How many commands arrive in how many seconds; the seed makes the disorder the same every time.

    `idle_of_a_core` and `idle_lines_a_second` are what a process may do afterwards: beside other tests and just after
    the last disruption, as little as shows that nothing runs hot; alone, what is promised.
    """

    commands: int
    seconds: float
    seed: int
    idle_of_a_core: float
    idle_lines_a_second: float


@dataclass(frozen=True)
class Web:
    """A process that answers, and the way to it."""

    process: Supervised
    port: int
    people: SlackClientSide

    async def is_up(self) -> bool:
        """Return what a load balancer would find; the process may still die on the next request."""
        return self.process.is_running and await is_listening(self.port)


@dataclass
class Town:
    """Two processes that answer, two that work, their Redis, both vendors, and what was answered to each command."""

    around: Vendors
    webs: list[Web]
    workers: list[Supervised]
    redis: Supervised
    folder: Path
    answered: dict[str, Delivered] = field(default_factory=dict)

    @property
    def bots(self) -> list[Supervised]:
        """All processes of the bot."""
        return [*(web.process for web in self.webs), *self.workers]

    async def balanced(self, chance: random.Random) -> Web:
        """One of the processes that answer, as a load balancer chooses: any where none is up."""
        up = [web for web in self.webs if await web.is_up()]
        return chance.choice(up or self.webs)


@asynccontextmanager
async def town(folder: Path) -> AsyncIterator[Town]:
    """Everything is up; webhooks go to the first process that answers, and are lost while it is away."""
    ports = [processes.free_port() for _ in range(3)]
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(processes.redis(folder, ports[2]).running())
        await listened_to(ports[2])
        around = await stack.enter_async_context(
            vendors(f"redis://127.0.0.1:{ports[2]}", folder, per_minute=REQUESTS_PER_MINUTE)
        )
        around.apizee.limit.per_minute = REQUESTS_PER_MINUTE
        await poison.install(around.environment["REDIS_URL"])
        await poison.poison(around.environment["REDIS_URL"])
        settings = around.environment | _SETTINGS
        webs = [processes.web(f"web-{port}", settings, folder, port) for port in ports[:2]]
        workers = [processes.worker(f"worker-{number}", settings, folder) for number in (1, 2)]
        for process in [*webs, *workers]:
            await stack.enter_async_context(process.running())
        await asyncio.gather(*(listened_to(port) for port in ports[:2]))
        urls = [f"http://127.0.0.1:{port}" for port in ports[:2]]
        people = [await stack.enter_async_context(SlackClientSide.over_http(around.slack, url)) for url in urls]
        balanced = [Web(*one) for one in zip(webs, ports, people, strict=False)]
        sender = WebhookSender(around.apizee, f"{urls[0]}/apizee/webhooks", {HEADER: SECRET})
        await stack.enter_async_context(sender.sending())
        yield Town(around, balanced, workers, redis, folder)


async def type_commands(town: Town, plan: Plan) -> None:
    """Let agents invite one customer after the other, each with a number of their own."""
    chance = random.Random(plan.seed)  # noqa: S311  # the same disorder every time
    pause = plan.seconds / plan.commands

    async def type_one(number: str) -> None:
        web = await town.balanced(chance)
        town.answered[number] = await web.people.command(U_EN, SUPPORT, "/assist", number)

    async with asyncio.TaskGroup() as typing:
        for count in range(plan.commands):
            typing.create_task(type_one(f"+336626{count:05}"))
            await asyncio.sleep(pause)


async def play_customers(town: Town) -> None:
    """Let every customer open the link, show the camera, be photographed once and hang up, until cancelled."""
    while True:
        await asyncio.sleep(_CUSTOMERS_ACT_EVERY)
        for ticket in list(town.around.apizee.tickets.values()):
            _proceed(town, ticket)


def _proceed(town: Town, ticket: Ticket) -> None:
    world = town.around.apizee
    match ticket.step:
        case Step.INVITED:
            world.customer_opens(ticket.id)
        case Step.OPENED:
            world.accepts(ticket.id)
        case Step.ACCEPTED:
            world.allows_camera(ticket.id)
        case Step.CONNECTED if not ticket.media:
            world.takes_photo(ticket.id)
        case Step.CONNECTED:
            world.hangs_up(ticket.id)
        case Step.OVER:
            pass
