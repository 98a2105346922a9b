"""Everything at once, on this machine alone: both sandboxes, their page, and the bot as a process of its own."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import Any, Final

import click
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from bot.errors import CannotStart
from bot.store.embedded import EmbeddedRedis
from bot.store.secrets import KEY_FILE
from playground import apizee, slack
from playground.apizee.webhooks import WebhookSender
from playground.apizee.world import API_PASSWORD, API_USER, ENTERPRISE_ID
from playground.bot_process import LOG_FILE, BotDied, BotProcess
from playground.loopback import serving
from playground.page import Stage, agents_portal, build_page, with_pages_for_people

DEFAULT_PORT: Final = 3210
WEBHOOK_SECRET: Final = "sandbox-webhook-secret"  # noqa: S105  # opens the sandbox only

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WELCOME = """
  The playground is open:  {address}

  Type there, as an agent in Slack would:
    /assist +33 6 62 68 21 93
    /meet invite12345@yopmail.com,0612345678 name:"TEST" moderated

  Ctrl-C stops everything.
"""


class DemoFailed(Exception):
    """The demo cannot start or go on; its text is for whoever started it."""

    def __init__(self, text: str, *, exit_code: int = 1) -> None:
        super().__init__(text)
        self.exit_code = exit_code


async def run(port: int, data_dir: Path) -> None:
    """Serve the page on this port until a signal says stop; raises `DemoFailed`. Leaves no process behind."""
    stop = _stop_event()
    async with AsyncExitStack() as stack:
        bot_url = f"http://127.0.0.1:{free_port()}"
        stage = await stack.enter_async_context(Stage.set_up(bot_url))
        address = await _serve(stack, stage, port)
        stage.workspace.address = f"{address}/slack"
        click.echo("Starting the bot with a Redis of its own …")
        await _keep_redis(stack, data_dir)
        await stack.enter_async_context(webhooks_to(bot_url, stage))
        bot = await stack.enter_async_context(
            BotProcess.running(bot_settings(stage, address, bot_url, data_dir), data_dir)
        )
        await _first_of(stop.wait(), bot.wait_until_dead(), bot.wait_until_ready(f"{bot_url}/readyz"))
        if not stop.is_set():
            click.echo(_WELCOME.format(address=address))
            await _first_of(stop.wait(), bot.wait_until_dead())
        click.echo("Stopping …")


def build_site(stage: Stage) -> Starlette:
    """The page with both sandboxes below it, at `/slack` and `/apizee`."""
    routes = [
        Mount("/slack", slack.build_app(stage.workspace)),
        Route("/apizee", agents_portal),
        Mount("/apizee", with_pages_for_people(apizee.build_app(stage.world), stage.world)),
        Mount("/", build_page(stage)),
    ]
    return Starlette(routes=routes)


def webhooks_to(bot_url: str, stage: Stage) -> AbstractAsyncContextManager[None]:
    """The sandbox Apizee's webhooks, sent to the bot as long as this is entered."""
    sender = WebhookSender(stage.world, f"{bot_url}/apizee/webhooks", {"X-Webhook-Secret": WEBHOOK_SECRET})
    return sender.sending()


def bot_settings(stage: Stage, address: str, bot_url: str, data_dir: Path) -> dict[str, str]:
    """The environment that makes the bot talk to the sandboxes."""
    return {
        "SLACK_API_URL": f"{address}/slack/api/",
        "SLACK_BOT_TOKEN": stage.workspace.bot_token,
        "SLACK_SIGNING_SECRET": stage.workspace.credentials.signing_secret,
        "APIZEE_API_URL": f"{address}/apizee/api",
        "APIZEE_USERNAME": API_USER,
        "APIZEE_PASSWORD": API_PASSWORD,
        "APIZEE_ENTERPRISE_ID": str(ENTERPRISE_ID),
        "APIZEE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "PUBLIC_URL": bot_url,
        "HOST": "127.0.0.1",
        "PORT": bot_url.rpartition(":")[2],
        "DATA_DIR": str(data_dir),
    }


def forget(data_dir: Path) -> None:
    """Remove what a bot has kept in this folder, and nothing else."""
    shutil.rmtree(data_dir / "redis", ignore_errors=True)
    for name in (KEY_FILE, LOG_FILE):
        (data_dir / name).unlink(missing_ok=True)


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


async def _serve(stack: AsyncExitStack, stage: Stage, port: int) -> str:
    try:
        return await stack.enter_async_context(serving(build_site(stage), port))
    except OSError as error:
        taken = f"Port {port} cannot be used ({error.strerror}): choose another one with --port."
        raise DemoFailed(taken, exit_code=2) from error


async def _keep_redis(stack: AsyncExitStack, data_dir: Path) -> None:
    """Hold the server that the bot finds in this folder, so that it ends with the demo even if the bot is killed."""
    try:
        await stack.enter_async_context(EmbeddedRedis(data_dir))
    except CannotStart as error:
        raise DemoFailed(str(error)) from error


async def _first_of(*works: Coroutine[Any, Any, object]) -> None:
    """Returns when one of these has ended; raises `DemoFailed` where that was the bot."""
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
