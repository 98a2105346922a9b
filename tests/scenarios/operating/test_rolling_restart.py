"""An installation for an organisation: two processes that answer behind nginx, two that work, a Redis that fails over.

What `deploy/` has for containers is started by hand here. While twenty commands a second arrive, the primary is killed
and each process is restarted in turn.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from playground.demo import free_port
from tests.scenarios.crowd import Crowd
from tests.scenarios.environment import vendors
from tests.scenarios.process import BOT, Running, in_environment, program
from tests.scenarios.sentinels import watched_by_sentinels

EXAMPLE = Path(__file__).parents[3] / "deploy" / "proxy" / "nginx.conf"


@dataclass
class Restartable:
    """A process of the bot that can be stopped and started again, at the same port."""

    command: Sequence[str]
    settings: Mapping[str, str]
    folder: Path
    ready: str
    _stack: AsyncExitStack
    _running: Running | None = None

    async def start(self) -> None:
        """Return once it is ready."""
        started = program([*BOT, *self.command], self.settings, self.folder)
        self._running = await self._stack.enter_async_context(started)
        await self._running.says(self.ready)

    async def restart(self) -> None:
        """Stop it in order, as an orchestrator does, and start it again."""
        assert self._running
        assert await self._running.end() == 0
        await self.start()


@asynccontextmanager
async def balanced(ports: Sequence[int], folder: Path) -> AsyncIterator[str]:
    """Yield the address of an nginx with the example's file, which leads to these ports."""
    port = free_port()
    text = EXAMPLE.read_text("utf-8")
    [example] = re.findall(r"^ *server 127\.0\.0\.1:3000.*;$", text, re.MULTILINE)
    text = text.replace(example, "\n".join(example.replace("3000", str(one)) for one in ports))
    text = re.sub(r"^ *(listen|ssl_certificate).*;$", "", text, flags=re.MULTILINE)
    text = text.replace("server_name", f"listen 127.0.0.1:{port}; server_name")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in kinds)
    whole = (
        f"daemon off; master_process off; pid {folder}/pid; error_log stderr; events {{}} http {{ {temporary}{text} }}"
    )
    (folder / "nginx.conf").write_text(whole, "utf-8")
    url = f"http://127.0.0.1:{port}"
    async with program(["nginx", "-c", str(folder / "nginx.conf")], {}, folder):
        async with asyncio.timeout(20), httpx.AsyncClient() as http:
            while not await _answers(http, f"{url}/healthz"):  # noqa: ASYNC110  # another program's state
                await asyncio.sleep(0.02)
        yield url


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).is_success
    except httpx.TransportError:
        return False


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not here")
async def test_a_failover_and_a_restart_of_everything_in_turn_cost_nobody_anything(tmp_path: Path) -> None:
    async with (
        AsyncExitStack() as stack,
        watched_by_sentinels(tmp_path) as watched,
        vendors(f"{watched.url}?wait_for_replicas=1", tmp_path) as around,
    ):
        settings = {**around.environment, "DRAIN_SECONDS": "1", "INVITATIONS_PER_HOUR": "1000"}
        ports = (free_port(), free_port())
        webs = [
            Restartable(["serve", "--no-worker"], {**settings, "PORT": str(port)}, tmp_path, "listening", stack)
            for port in ports
        ]
        workers = [Restartable(["worker"], settings, tmp_path, "working", stack) for _ in ports]
        await asyncio.gather(*(one.start() for one in (*webs, *workers)))
        url = await stack.enter_async_context(balanced(ports, tmp_path))
        environment = await stack.enter_async_context(in_environment(url, around))

        crowd = Crowd(environment)
        async with asyncio.TaskGroup() as typing:
            await crowd.types_until(typing, 20)
            watched.primary.process.kill()
            await crowd.types_until(typing, 20)
            for one in (*workers, *webs):
                await crowd.types_during(typing, one.restart())
            await crowd.types_until(typing, 10)
        await crowd.has_what_it_asked_for()
        assert crowd.unanswered == []
