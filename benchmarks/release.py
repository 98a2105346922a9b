"""The last release of the bot, from the wheel that the repository keeps of it, to be measured beside what is here."""

from __future__ import annotations

import asyncio
import zipfile
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.installing import Skipped, cache
from benchmarks.subjects import OURS, Subject

KEY: Final = "last_release"
_WHAT: Final = "the last release"
_WHEELS: Final = Path(__file__).parents[1] / "tests" / "releases"


async def last_release() -> Subject:
    """Return the bot of the last release, with the libraries that are installed here; raises `Skipped`."""
    wheels = sorted(_WHEELS.glob("*.whl"))
    if not wheels:
        raise Skipped(_WHAT, f"has no wheel in {_WHEELS.name}")
    folder = await asyncio.to_thread(_unpacked, wheels[-1])
    _, version, *_ = wheels[-1].name.split("-")
    return Subject(
        KEY,
        f"the last release of this bot, {version}",
        OURS.command,
        {"PYTHONPATH": str(folder)},
        ready=OURS.ready,
        version=f"this bot {version}",
    )


def _unpacked(wheel: Path) -> Path:
    """Return a folder with what is in a wheel: there once for each content, and there as a whole."""
    releases = cache() / "releases"
    folder = releases / sha256(wheel.read_bytes()).hexdigest()[:16]
    if not folder.exists():
        releases.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=releases) as unfinished, zipfile.ZipFile(wheel) as files:
            whole = Path(unfinished, "whole")
            files.extractall(whole)
            whole.rename(folder)
    return folder
