"""Everything at once, on this machine alone: both sandboxes, their page, and the bot as a process of its own."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from pathlib import Path
from random import SystemRandom
from typing import Any, Final

import click
from starlette.applications import Starlette
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from bot.model.errors import CannotStart
from playground.clock_file import CLOCK_FILE, ClockFile
from playground.data_dir import DemoFailed, own_folder
from playground.page import DemoState, agents_portal, build_page, with_pages_for_people
from playground.page.demo_state import WEBHOOK_SECRET
from playground.page.guard import OWN_NAMES
from playground.persistence import DemoStore, Unreadable
from playground.process_control import ProcessControl
from playground.redis_process import RedisProcess
from playground.supervisor import BotDied, Supervisor
from sandbox import apizee, slack
from sandbox.apizee.world import API_PASSWORD, API_USER, ENTERPRISE_ID, REQUESTS_PER_MINUTE
from sandbox.loopback import serving

DEFAULT_PORT: Final = 3210
# Below those that systems give to connections on their way out.
_NOT_GIVEN_TO_CONNECTIONS: Final = range(20_000, 32_000)
_TRIES: Final = 50
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WELCOME = """
  The playground is open:  {address}

  Type there, as an agent in Slack would:
    /assist +33 6 62 68 21 93
    /meet invite12345@yopmail.com,0612345678 name:"TEST" moderated

  Ctrl-C stops everything.
"""


async def run(port: int, data_dir: Path, requests_per_minute: int) -> None:
    """Serve the page on this port until a signal says stop; raises `DemoFailed`. Leaves no process behind."""
    stop = _stop_event()
    async with demo(port, data_dir, stop, requests_per_minute) as address:
        if not stop.is_set():
            click.echo(_WELCOME.format(address=address))
            await stop.wait()
        click.echo("Stopping …")


@asynccontextmanager
async def demo(
    port: int, data_dir: Path, stop: asyncio.Event, requests_per_minute: int = REQUESTS_PER_MINUTE
) -> AsyncIterator[str]:
    """Yield the address of a page that is ready to be played on, or the sooner end that `stop` asks for."""
    bot_url = f"http://127.0.0.1:{_port_beside(port)}"
    async with AsyncExitStack() as stack:
        stack.enter_context(own_folder(data_dir))
        redis, supervisor = RedisProcess(data_dir), Supervisor(data_dir)
        clock = stack.enter_context(closing(ClockFile(data_dir / CLOCK_FILE)))
        process_control = ProcessControl(supervisor, redis, clock)
        setting_up = DemoState.set_up(bot_url, process_control, requests_per_minute=requests_per_minute)
        demo_state = await stack.enter_async_context(setting_up)
        supervisor.subscribe(demo_state.changed)
        address = await _serve(stack, demo_state, port)
        demo_state.workspace.address = f"{address}/slack"
        goes_on = await _restore(stack, demo_state, data_dir)
        process_control.set_ahead(demo_state.clock.ahead)
        click.echo("Starting the bot with a Redis of its own …")
        await _keep(stack, redis)
        if not goes_on:
            with suppress(CannotStart):  # the bot itself says why, in a moment
                await redis.remember(demo_state.records)
        await stack.enter_async_context(demo_state.alive())
        settings = bot_settings(demo_state, address, bot_url, data_dir)
        await stack.enter_async_context(supervisor.running(settings, f"{bot_url}/readyz"))
        await _first_of(stop.wait(), supervisor.wait_until_ready())
        yield address


def build_site(demo_state: DemoState) -> ASGIApp:
    """Return the page with both sandboxes at `/slack` and `/apizee`; it answers under this machine's own names."""
    routes = [
        Mount("/slack", slack.build_app(demo_state.workspace)),
        Route("/apizee", agents_portal),
        Mount("/apizee", with_pages_for_people(apizee.build_app(demo_state.world), demo_state.world)),
        Mount("/", build_page(demo_state)),
    ]
    return TrustedHostMiddleware(Starlette(routes=routes), allowed_hosts=OWN_NAMES)


def bot_settings(demo_state: DemoState, address: str, bot_url: str, data_dir: Path) -> dict[str, str]:
    """Return the environment that makes the bot talk to the sandboxes."""
    return {
        "SLACK_API_URL": f"{address}/slack/api/",
        "SLACK_BOT_TOKEN": demo_state.workspace.bot_token,
        "SLACK_SIGNING_SECRET": demo_state.workspace.credentials.signing_secret,
        "APIZEE_API_URL": f"{address}/apizee/api",
        "APIZEE_USERNAME": API_USER,
        "APIZEE_PASSWORD": API_PASSWORD,
        "APIZEE_ENTERPRISE_ID": str(ENTERPRISE_ID),
        "APIZEE_REQUESTS_PER_MINUTE": str(demo_state.world.limit.per_minute),
        "APIZEE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "APIZEE_POLL_SECONDS": "20",  # nobody likes to wait a minute before a page
        "SHARED_CHANNELS": "true",  # as #support is, so that a colleague of another organisation can try the buttons
        "PUBLIC_URL": bot_url,
        "HOST": "127.0.0.1",
        "PORT": bot_url.rpartition(":")[2],
        "DATA_DIR": str(data_dir),
        "DRAIN_SECONDS": "0",  # no load balancer is here that would have to notice
    }


def free_port() -> int:
    """Return a port of this machine on which nobody listens, and which no connection is given meanwhile."""
    for port in SystemRandom().sample(_NOT_GIVEN_TO_CONNECTIONS, _TRIES):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    no_port = "No port is free on this machine. End what else runs here, and try again."
    raise DemoFailed(no_port)


def _port_beside(port: int) -> int:
    """Return the next one if it is free, so that the bot's own links outlive a restart of the demo; else any."""
    try:
        with socket.create_server(("127.0.0.1", port + 1 if port else free_port())) as probe:
            return int(probe.getsockname()[1])
    except (OSError, OverflowError):
        return free_port()


async def _serve(stack: AsyncExitStack, demo_state: DemoState, port: int) -> str:
    try:
        return await stack.enter_async_context(serving(build_site(demo_state), port, clock=demo_state.unix_time))
    except OSError as error:
        taken = f"Port {port} cannot be used ({error.strerror}): choose another one with --port."
        raise DemoFailed(taken, exit_code=2) from error


async def _restore(stack: AsyncExitStack, demo_state: DemoState, data_dir: Path) -> bool:
    """Restore what was played before, if anything was, and save from now on; returns whether it was."""
    store = DemoStore(demo_state, data_dir)
    try:
        goes_on = store.restore()
    except Unreadable as error:
        unreadable = f"{error} cannot be read: start once with --reset."
        raise DemoFailed(unreadable, exit_code=2) from error
    await stack.enter_async_context(store.saving())
    return goes_on


async def _keep(stack: AsyncExitStack, redis: RedisProcess) -> None:
    """Hold the server that the bot finds in its folder, so that it ends with the demo even if the bot is killed."""
    try:
        await stack.enter_async_context(redis.running())
    except CannotStart as error:
        raise DemoFailed(str(error)) from error


async def _first_of(*works: Coroutine[Any, Any, object]) -> None:
    """Wait until one of these has ended; raises `DemoFailed` where that was the bot."""
    tasks = [asyncio.create_task(work) for work in works]
    ended, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    try:
        await asyncio.gather(*ended)
    except BotDied as death:
        raise DemoFailed(str(death)) from death


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    for name in _STOPPING:
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    return stop
