"""The clock of the demo and of the bot's process: a file says how far it is ahead of the machine's."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

CLOCK_FILE: Final = "clock"

_WRITTEN_BYTES: Final = 20


class ClockFile:
    """A clock for several processes: who calls it reads Unix seconds, at once as somebody else has set them."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def __call__(self) -> float:
        """Return the demo's time; the machine's where nothing was ever skipped."""
        return time.time() + float(os.pread(self._file, _WRITTEN_BYTES, 0) or 0)

    def set_ahead(self, span: timedelta) -> None:
        """Be so far ahead of the machine's time from now on."""
        # As many bytes each time, written at once: who reads has the old ones or the new ones.
        os.pwrite(self._file, f"{span.total_seconds():0{_WRITTEN_BYTES}.6f}".encode(), 0)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)
