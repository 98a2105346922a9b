"""Something whose changes can be waited for: each change makes those who wait check their condition again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Observable:
    """Wakes those who wait for something in it. `changes` is how often something has changed."""

    def __init__(self) -> None:
        self.changes = 0
        self._change = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call this at every change from now on, before anybody wakes."""
        self._listeners.append(listener)

    def changed(self) -> None:
        """Wake everyone who waits for something."""
        self.changes += 1
        for listener in self._listeners:
            listener()
        woken, self._change = self._change, asyncio.Event()
        woken.set()

    async def wait_for(self, predicate: Callable[[], Found], timeout: float | None = 20.0) -> Found:  # noqa: ASYNC109  # its callers' word
        """Return what `predicate` finds once that is true; raises `TimeoutError` after `timeout` seconds, if given."""
        async with asyncio.timeout(timeout):
            while not (found := predicate()):
                await self._change.wait()
        return found
