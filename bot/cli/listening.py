"""Listens for Slack, Apizee and people's browsers until the stop of this process."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bot.cli.lifecycle import Stop
from bot.log import get_logger
from bot.model.errors import CannotStart
from bot.settings import Settings
from bot.web.open_files import allow_open_files
from bot.web.server import server_for

if TYPE_CHECKING:
    from bot.container import Container

log = get_logger(__name__)


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens on this address; raises `CannotStart`."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        trouble = f"cannot be listened on ({error.strerror})"
        raise CannotStart(
            f"{host}:{port}", trouble=trouble, fix="set HOST and PORT to an address that is free"
        ) from error


async def listen(settings: Settings, app: Container, listening: socket.socket, stop: Stop) -> None:
    """Answer until a stop is asked for, and while it drains; then close the port, and answer what was accepted."""
    async with AsyncExitStack() as stack:
        if settings.slack_app_token:
            await stack.enter_async_context(app.socket.open(settings.slack_app_token.get_secret_value()))
        allow_open_files()
        server = server_for(app.web)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        log.info("listening", host=settings.host, port=settings.port, socket_mode=bool(settings.slack_app_token))
        await stop.asked()
        app.draining.begin()
        log.info("draining", seconds=settings.drain_seconds)
        await stop.drained()
        server.should_exit = True
        await serving
