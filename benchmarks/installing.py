"""What is measured beyond what is installed here: kept in the user's cache, outside the repository.

That is what the programs of others need, and the bot's own libraries without those of its developers.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

import click
import platformdirs

_INSTALLED_WITHIN = 120.0
_NODE_PACKAGES: Final = ("@slack/bolt@^4", "ioredis@^5")
_NODE_AT_LEAST: Final = 18
_GUNICORN: Final = "gunicorn>=23"
_PYTHON: Final = f"{sys.version_info.major}.{sys.version_info.minor}"
_LOCK: Final = Path(__file__).parents[1] / "requirements" / "base.txt"


class Skipped(Exception):
    """Something cannot take part; the text says why: a program and its trouble."""

    def __init__(self, program: str, trouble: str) -> None:
        super().__init__(f"{program} {trouble}")


async def node_modules() -> Path:
    """Return the folder in which Node finds Bolt and ioredis; raises `Skipped`."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise Skipped(program, "is not there")
    if (major := int((await output_of("node", "--version")).lstrip("v").split(".")[0])) < _NODE_AT_LEAST:
        raise Skipped("node", f"is of version {major}, and {_NODE_AT_LEAST} is needed")
    folder = cache() / "node"
    npm = ["npm", "install", "--prefix", str(folder), "--no-save", "--no-package-lock", *_NODE_PACKAGES]
    await _installed(folder, "\n".join(_NODE_PACKAGES), npm)
    return folder / "node_modules"


async def gunicorn() -> Path:
    """Return the folder in which Python finds gunicorn; raises `Skipped`."""
    folder = cache() / f"gunicorn-{_PYTHON}"
    await _installed(folder, _GUNICORN, [*_pip(sys.executable), "--target", str(folder), _GUNICORN])
    return folder


async def python_of_bot() -> Path:
    """Return a Python with the libraries that are locked for the bot, and no others; raises `Skipped`."""
    folder = cache() / f"bot-{_PYTHON}"
    python = folder / "bin" / "python"
    await _installed(
        folder,
        _LOCK.read_text(),
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [*_pip(str(python)), "--no-deps", "--require-hashes", "--requirement", str(_LOCK)],
    )
    return python


async def node_versions(modules: Path) -> str:
    """Which Node and which packages these are."""
    packages = [name.rpartition("@")[0] for name in _NODE_PACKAGES]
    found = {name: json.loads((modules / name / "package.json").read_text())["version"] for name in packages}
    return ", ".join([f"Node {await output_of('node', '--version')}", *(f"{name} {found[name]}" for name in packages)])


def python_versions(folder: Path) -> str:
    """Which packages these are."""
    return ", ".join(f"{one.name} {one.version}" for one in distributions(path=[str(folder)]))


async def output_of(*command: str) -> str:
    """Return what a program says; raises `Skipped` where it fails."""
    process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
    try:
        async with asyncio.timeout(_INSTALLED_WITHIN):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise Skipped(Path(command[0]).name, "takes too long") from None
    if process.returncode:
        lines = output.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise Skipped(Path(command[0]).name, f"fails ({lines[-1]})")
    return output.decode().strip()


def _pip(python: str) -> list[str]:
    return [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]


async def _installed(folder: Path, what: str, *commands: Sequence[str]) -> None:
    """Install something by these commands, unless the same is there."""
    stamp = _Stamp(folder / ".installed", what)
    if stamp.is_there():
        return
    click.echo(f"Installing what is missing in {folder} …", err=True)
    for command in commands:
        await output_of(*command)
    stamp.put()


@dataclass(frozen=True, slots=True)
class _Stamp:
    """Says what was installed in its folder."""

    path: Path
    text: str

    def is_there(self) -> bool:
        return self.path.exists() and self.path.read_text() == self.text

    def put(self) -> None:
        self.path.write_text(self.text)


def cache() -> Path:
    """Return the folder for what measurements need and nobody has to keep."""
    return platformdirs.user_cache_path("apizee-slack", appauthor=False) / "benchmarks"
