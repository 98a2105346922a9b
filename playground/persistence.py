"""What outlives the demo: both sandboxes and the traffic log, in one JSON file beside the bot's own data.

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
from typing import Annotated, Final

from pydantic import AliasChoices, Field, TypeAdapter, ValidationError

from playground.page import DemoState
from playground.page.traffic.entries import Entry
from sandbox.apizee import persistence as apizee_persistence
from sandbox.background_task import in_background
from sandbox.slack import persistence as slack_persistence

STATE_FILE: Final = "playground.json"

_SETTLED_AFTER: Final = 0.2


class Unreadable(Exception):
    """The file was not written by this playground."""


@dataclass(frozen=True, slots=True)
class SavedDemo:
    """All that is saved."""

    slack: slack_persistence.SavedWorkspace
    apizee: apizee_persistence.SavedWorld
    entries: Annotated[list[Entry], Field(validation_alias=AliasChoices("entries", "passages"))]  # "passages" until 0.1
    read: Mapping[str, float]
    ahead: timedelta


class DemoStore:
    """Keeps the state of a demo in a folder."""

    def __init__(self, demo_state: DemoState, folder: Path) -> None:
        self._demo_state = demo_state
        self._file = folder / STATE_FILE
        self._adapter = TypeAdapter(SavedDemo)

    def restore(self) -> bool:
        """Bring a fresh demo into the state that was saved; returns whether any was. Raises `Unreadable`."""
        try:
            saved = self._adapter.validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return False
        except ValidationError as error:
            raise Unreadable(self._file) from error
        demo_state = self._demo_state
        demo_state.clock.ahead = saved.ahead
        demo_state.traffic.restore(saved.entries)
        demo_state.attention.read = dict(saved.read)
        slack_persistence.restore(demo_state.workspace, saved.slack)
        apizee_persistence.restore(demo_state.world, saved.apizee)
        return True

    @asynccontextmanager
    async def saving(self) -> AsyncIterator[None]:
        """Write everything down shortly after each change, until left, and once more then."""
        try:
            async with in_background(self._keep()):
                yield
        finally:
            self.write()

    def write(self) -> None:
        """Replace the file, for this user's eyes only; a reader finds the old one or the new one."""
        new = self._file.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(self._adapter.dump_json(self._saved()))
        new.replace(self._file)

    async def _keep(self) -> None:
        while True:
            seen = self._demo_state.changes
            self.write()
            await self._demo_state.wait_for(lambda: self._demo_state.changes != seen, timeout=None)  # noqa: B023  # waited for here
            await asyncio.sleep(_SETTLED_AFTER)

    def _saved(self) -> SavedDemo:
        demo_state = self._demo_state
        return SavedDemo(
            slack=slack_persistence.saved(demo_state.workspace),
            apizee=apizee_persistence.saved(demo_state.world),
            entries=demo_state.traffic.latest(),
            read=demo_state.attention.read,
            ahead=demo_state.clock.ahead,
        )
