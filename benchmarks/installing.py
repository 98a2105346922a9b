"""What the programs of others need beyond the bot's own libraries: kept in the user's cache, outside the repository."""

from __future__ import annotations

import asyncio
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
import platformdirs

_INSTALLED_WITHIN = 120.0
_NODE_PACKAGES: Final = ("@slack/bolt@^4", "ioredis@^5")
_NODE_AT_LEAST: Final = 18
_GUNICORN: Final = "gunicorn>=23"


class Skipped(Exception):
    """Something cannot take part; the text is the sentence that says why."""


async def node_modules() -> Path:
    """The folder in which Node finds Bolt and ioredis; raises `Skipped`."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise Skipped(f"{program} is not there")
    if (major := int((await said("node", "--version")).lstrip("v").split(".")[0])) < _NODE_AT_LEAST:
        raise Skipped(f"node is of version {major}, and {_NODE_AT_LEAST} is needed")
    folder = _cache() / "node"
    await _installed(folder, _NODE_PACKAGES, ["npm", "install", "--prefix", str(folder), "--no-save", "--no-package-lock"])
    return folder / "node_modules"


async def gunicorn() -> Path:
    """The folder in which Python finds gunicorn; raises `Skipped`."""
    folder = _cache() / f"gunicorn-{sys.version_info.major}.{sys.version_info.minor}"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--target", str(folder)]
    await _installed(folder, [_GUNICORN], pip)
    return folder


async def said(*command: str) -> str:
    """What a program says; raises `Skipped` where it fails."""
    process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
    try:
        async with asyncio.timeout(_INSTALLED_WITHIN):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise Skipped(f"{command[0]} takes too long") from None
    if process.returncode:
        lines = output.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise Skipped(f"{Path(command[0]).name} fails ({lines[-1]})")
    return output.decode().strip()


async def _installed(folder: Path, packages: Sequence[str], command: Sequence[str]) -> None:
    """Install these packages, unless the same ones are there."""
    stamp, wanted = folder / ".installed", "\n".join(packages)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    click.echo(f"Installing {', '.join(packages)} in {folder} …", err=True)
    folder.mkdir(parents=True, exist_ok=True)
    await said(*command, *packages)
    stamp.write_text(wanted)


def _cache() -> Path:
    return platformdirs.user_cache_path("apizee-slack", appauthor=False) / "benchmarks"
