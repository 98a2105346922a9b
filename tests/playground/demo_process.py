"""`python -m playground` as somebody starts it, on a free port and with a folder of its own."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import httpx
import psutil

from tests.playground.http_client import HttpClient

PLAYGROUND: Final = (sys.executable, "-m", "playground")

_STARTS_WITHIN = 60.0
_ENDS_WITHIN = 30.0


@dataclass(frozen=True)
class Demo:
    """A running demo: its address, its folder, the processes that belong to it, and a client of its page."""

    process: Process
    address: str
    data_dir: Path
    client: HttpClient

    @property
    def bot(self) -> int:
        """The process id of the bot."""
        return psutil.Process(self.process.pid).children()[0].pid

    @property
    def redis(self) -> int:
        """The process id of the Redis that came along."""
        return int((self.data_dir / "redis/redis.pid").read_text())

    async def stop(self, name: signal.Signals = signal.SIGINT) -> int:
        """End it by a signal, and return its exit code."""
        self.process.send_signal(name)
        return await self.ended()

    async def ended(self) -> int:
        """Wait for its end, and return its exit code."""
        return await asyncio.wait_for(self.process.wait(), _ENDS_WITHIN)


@contextmanager
def folder() -> Iterator[Path]:
    """Yield a data folder; not pytest's own, for the path to Redis' socket has to be short."""
    with TemporaryDirectory(prefix="demo-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@asynccontextmanager
async def running_demo(
    data_dir: Path, *arguments: str, program: Sequence[str] = PLAYGROUND, cwd: Path | None = None
) -> AsyncIterator[Demo]:
    """Yield a demo that is ready to be used."""
    process = await start("--port", "0", "--data-dir", str(data_dir), *arguments, program=program, cwd=cwd)
    try:
        address = await asyncio.wait_for(_announced(process), _STARTS_WITHIN)
        # A connection for each request: an idle one may be closed at the moment in which it is used again.
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=30, limits=limits) as http:
            yield Demo(process, address, data_dir, HttpClient(http, {"as": "english", "in": "support"}))
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()


async def start(
    *arguments: str,
    around: Mapping[str, str] | None = None,
    program: Sequence[str] = PLAYGROUND,
    cwd: Path | None = None,
) -> Process:
    """Start the demo with these arguments; what the settings around it say is nothing to it."""
    confusing = {"REDIS_URL": "redis://127.0.0.1:1", "ASSIST_COMMAND": "/other", "APIZEE_USERNAME": "somebody"}
    return await asyncio.create_subprocess_exec(
        *program,
        *arguments,
        cwd=cwd,
        env={**os.environ, **confusing, **(around or {})},
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
    )


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that nobody has buried yet does not."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


async def _announced(process: Process) -> str:
    assert process.stdout is not None
    output = ""
    while not (found := re.search(r"http://127\.0\.0\.1:\d+", output)):
        line = (await process.stdout.readline()).decode()
        assert line, f"the demo has ended after saying {output!r}"
        output += line
    return found[0]
