"""Embedded servers from outside: their processes, and what is in them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bot.store.server.connection import connect


def server_pid(data_dir: Path) -> int:
    return int((data_dir / "redis" / "redis.pid").read_text())


def is_running(pid: int) -> bool:
    """Whether the process lives; one that has ended and that nobody asked for yet does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607  # a constant and a number
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")


async def write(url: str, key: str, value: str) -> None:
    async with connect(url) as redis:
        await redis.set(key, value)


async def read(url: str, key: str) -> object:
    async with connect(url) as redis:
        return await redis.get(key)
