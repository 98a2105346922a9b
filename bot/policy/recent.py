"""What was found out lately and is believed for a while, by this process alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

KEPT_AT_MOST: Final = 10_000


class Recent(Generic[Key, Value]):
    """Values by their keys, each for `kept_for` seconds; of more than `kept_at_most` none is kept for long."""

    def __init__(
        self, kept_for: float, *, kept_at_most: int = KEPT_AT_MOST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._kept_for = kept_for
        self._kept_at_most = kept_at_most
        self._clock = clock
        self._values: dict[Key, tuple[float, Value]] = {}

    def get(self, key: Key) -> Value | None:
        """Return what is known, or `None` where nothing recent is."""
        known = self._values.get(key)
        return known[1] if known and self._clock() - known[0] < self._kept_for else None

    def put(self, key: Key, value: Value) -> Value:
        """Keep a value; returns it."""
        if len(self._values) >= self._kept_at_most:
            self._values.clear()
        self._values[key] = (self._clock(), value)
        return value
