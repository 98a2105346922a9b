"""The last release of the bot, built from its tag, to be measured beside what is here."""

from __future__ import annotations

import asyncio
import io
import re
import subprocess
import sys
import tarfile
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from benchmarks.installing import Skipped, cache, output_of
from benchmarks.subjects import OURS, Subject

PROJECT: Final = Path(__file__).parents[1]
KEY: Final = "last_release"
_WHAT: Final = "the last release"
_TAGS: Final = "v[0-9]*"
_LOCKED: Final = Path("requirements", "base.txt")
_PIN: Final = re.compile(r"^([a-z0-9-]+)==(\S+) \\$", re.MULTILINE)
"""A name and its version; what only other systems need has a condition behind it."""


async def last_release() -> Subject:
    """Return the bot of the last tag before this commit, whose key is this name; raises `Skipped`."""
    tag = await _last_tag()
    folder = cache() / "releases" / tag
    if not folder.exists():
        await asyncio.to_thread(_export, tag, folder)
    python = await _interpreter(folder)
    return Subject(
        KEY,
        f"the last release of this bot, {tag}",
        (str(python), *OURS.command[1:]),
        {"PYTHONPATH": str(folder)},
        ready=OURS.ready,
        version=f"this bot {tag}",
    )


async def _last_tag() -> str:
    git = ("git", "-C", str(PROJECT))
    try:
        return await output_of(*git, "describe", "--tags", "--abbrev=0", f"--match={_TAGS}")
    except (Skipped, OSError):
        raise Skipped(_WHAT, "has no tag in this clone") from None


def _export(tag: str, folder: Path) -> None:
    """Write the files of a tag into a folder; raises `Skipped`."""
    try:
        archive = subprocess.run(  # noqa: S603  # our own repository's
            ["git", "-C", str(PROJECT), "archive", "--format=tar", tag],  # noqa: S607  # likewise
            check=True,
            capture_output=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        raise Skipped(tag, "cannot be read from this clone") from None
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")


async def _interpreter(folder: Path) -> Path:
    """Return a Python with what a release needs: this one where that is installed, else one in a folder of its own."""
    locked = dict(_PIN.findall((folder / _LOCKED).read_text("utf-8")))
    here = {one.name.lower().replace("_", "-"): one.version for one in distributions()}
    if locked.items() <= here.items():
        return Path(sys.executable)
    venv, python = folder / ".venv", folder / ".venv" / "bin" / "python"
    complete = venv / ".complete"
    if not complete.exists():
        await output_of(sys.executable, "-m", "venv", "--clear", str(venv))
        pip = (str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install")
        await output_of(*pip, "--no-deps", "--require-hashes", "--requirement", str(folder / _LOCKED))
        complete.touch()
    return python
