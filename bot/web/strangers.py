"""Logs what strangers send to the bot's address, so that it is seen, and they cannot fill the log."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from structlog.stdlib import BoundLogger

EVERY_SECONDS: Final = 60.0
_MOST_KINDS: Final = 100


class StrangersLog:
    """Logs one line a minute for each event with the same fields, with how many were left out before it."""

    def __init__(self, log: BoundLogger, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._due: dict[tuple[object, ...], float] = {}
        self._left_out: dict[tuple[object, ...], int] = {}

    def info(self, event: str, **fields: object) -> None:
        """Log something that is nobody's fault here; the values of `fields` are words of the program."""
        kind, now = (event, *fields.values()), self._clock()
        if now < self._due.get(kind, now):
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return
        if len(self._due) >= _MOST_KINDS:
            self._due.clear()
        self._due[kind] = now + EVERY_SECONDS
        left_out = self._left_out.pop(kind, 0)
        self._log.info(event, **fields, **({"left_out": left_out} if left_out else {}))
