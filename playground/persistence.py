"""What outlives the demo: both sandboxes and the wire, as one JSON file in the data folder, beside the bot's own data.

JSON of the sandboxes' own dataclasses, by pydantic: unlike a pickle it can be read by people, and reading it runs
nothing. It is replaced as a whole shortly after each change, so that a demo that is killed has lost a moment at most.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from playground.page import DemoState
from playground.page.traffic.entries import Passage
from sandbox.apizee import persistence as apizee_persistence
from sandbox.background_task import meanwhile
from sandbox.slack import persistence as slack_keeping

MEMORY_FILE: Final = "playground.json"

_SETTLED_AFTER: Final = 0.2


class Unreadable(Exception):
    """The file was not written by this playground."""


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept."""

    slack: slack_keeping.KeptWorkspace
    apizee: apizee_persistence.KeptWorld
    passages: list[Passage]
    read: Mapping[str, float]
    ahead: timedelta


class Memory:
    """Keeps a stage in a folder."""

    def __init__(self, demo_state: DemoState, folder: Path) -> None:
        self._demo_state = demo_state
        self._file = folder / MEMORY_FILE
        self._adapter = TypeAdapter(Kept)

    def recall(self) -> None:
        """Let a fresh stage be as it was, if anything was kept; raises `Unreadable`."""
        try:
            kept = self._adapter.validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return
        except ValidationError as error:
            raise Unreadable(self._file) from error
        demo_state = self._demo_state
        demo_state.clock.ahead = kept.ahead
        demo_state.wire.restore(kept.passages)
        demo_state.attention.read = dict(kept.read)
        slack_keeping.restore(demo_state.workspace, kept.slack)
        apizee_persistence.restore(demo_state.world, kept.apizee)

    @asynccontextmanager
    async def persistence(self) -> AsyncIterator[None]:
        """Write everything down shortly after each change, until left, and once more then."""
        try:
            async with meanwhile(self._keep()):
                yield
        finally:
            self.write()

    def write(self) -> None:
        """Replace the file, for this user's eyes only; whoever reads it finds the old one or the new one."""
        new = self._file.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(self._adapter.dump_json(self._kept()))
        new.replace(self._file)

    async def _keep(self) -> None:
        while True:
            seen = self._demo_state.changes
            self.write()
            await self._demo_state.wait_for(lambda: self._demo_state.changes != seen, timeout=None)  # noqa: B023  # waited for here
            await asyncio.sleep(_SETTLED_AFTER)

    def _kept(self) -> Kept:
        demo_state = self._demo_state
        return Kept(
            slack=slack_keeping.kept_of(demo_state.workspace),
            apizee=apizee_persistence.kept_of(demo_state.world),
            passages=demo_state.wire.latest(),
            read=demo_state.attention.read,
            ahead=demo_state.clock.ahead,
        )
