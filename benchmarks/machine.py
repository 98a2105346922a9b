"""The machine: which core does what, and what stands in the report about it."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

_SHOWN_VERSIONS: Final = ("slack-bolt", "slack-sdk", "pydocket", "redis", "uvicorn", "uvloop", "aiohttp", "httpx")
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cores:
    """`server` runs the program that is measured; `load` the load, the vendors and Redis."""

    server: int
    load: int

    @property
    def are_apart(self) -> bool:
        """Whether the two do not share one core."""
        return self.server != self.load


def cores() -> Cores:
    """Two of the cores that this process may use; the same one twice where there is no choice."""
    usable = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else [0]
    return Cores(server=usable[-1], load=usable[0])


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Run this thread, and whatever it starts meanwhile, on one core; systems that pin nothing go on as they are."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def described() -> dict[str, str]:
    """Return what the figures depend on, by name."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _SHOWN_VERSIONS)
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "Memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') // (1024 * _MIB)} GiB",
        "System": f"{platform.system()} {platform.release().split('-')[0]}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}; {libraries}",
    }


def _processor() -> str:
    """Return the name that the kernel gives it; its architecture where it gives none."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text().splitlines() if about.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
