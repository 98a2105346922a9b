"""Who is measured."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from benchmarks import programs
from benchmarks.installing import gunicorn, node_modules, node_versions, python_of_bot, python_versions

_PROGRAMS: Final = Path(programs.__file__).parent
_THREADS: Final = "64"


@dataclass(frozen=True, slots=True)
class Subject:
    """A program: `key` names it in the figures, `title` in the report; `ready` is what answers 200 once it is ready.

    `{port}` in its command stands for where it listens; the environment says so too.
    """

    key: str
    title: str
    command: Sequence[str]
    settings: Mapping[str, str] = field(default_factory=dict)
    ready: str | None = None
    needs_redis: bool = True
    version: str = ""

    def with_settings(self, **more: str) -> Subject:
        """Return the same program with more in its environment."""
        return replace(self, settings={**self.settings, **more})


OURS: Final = Subject(
    "ours",
    "this bot",
    (sys.executable, "-m", "bot", "serve"),
    ready="/readyz",
)
OURS_ANSWERING: Final = replace(OURS, command=(*OURS.command, "--no-worker"))
MANY_LISTENERS: Final = replace(
    OURS_ANSWERING,
    key="many-listeners",
    title="this bot with 100 more listeners",
    command=(sys.executable, "-m", "benchmarks.programs.many_listeners", "serve", "--no-worker"),
)
BARE: Final = Subject(
    "bare", "bare ASGI application", (sys.executable, "-m", "benchmarks.programs.bare"), needs_redis=False
)
BARE_REDIS: Final = replace(BARE, key="bare-redis", title="the same with one Redis round trip", needs_redis=True)
BOLT: Final = Subject(
    "bolt",
    "Bolt for Python, async, default mode",
    (sys.executable, "-m", "benchmarks.programs.bolt_async"),
)

ALONE_TITLE: Final = "this bot without its developers' libraries"
NODE_TITLE: Final = "Bolt for JavaScript on Node"
THREADS_TITLE: Final = "Bolt for Python, synchronous, under gunicorn threads"


async def alone() -> Subject:
    """Return this bot with the libraries that an installation has; raises `Skipped`."""
    _, *arguments = OURS.command
    return replace(
        OURS, command=(str(await python_of_bot()), *arguments), settings={"PYTHONPATH": str(_PROGRAMS.parents[1])}
    )


async def node() -> Subject:
    """Bolt for JavaScript, whose key is this name; raises `Skipped` where it cannot be had."""
    modules = await node_modules()
    return Subject(
        "node",
        NODE_TITLE,
        ("node", str(_PROGRAMS / "bolt_node.cjs")),
        {"NODE_PATH": str(modules), "NODE_ENV": "production"},
        version=await node_versions(modules),
    )


async def threads() -> Subject:
    """Return synchronous Bolt under gunicorn's threads, keyed by this function's name; raises `Skipped`."""
    options = ("--bind", "127.0.0.1:{port}", "--threads", _THREADS, "--graceful-timeout", "1", "--log-level", "warning")
    program = (sys.executable, "-m", "gunicorn", *options, "benchmarks.programs.bolt_sync:build()")
    folder = await gunicorn()
    settings = {"PYTHONPATH": os.pathsep.join([str(_PROGRAMS.parents[1]), str(folder)])}
    return Subject("threads", THREADS_TITLE, program, settings, version=python_versions(folder))
