"""How far the demo's time is ahead of the machine's: a file that the demo writes, and by which the bot's process lives."""

from __future__ import annotations

import os
import struct
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

CLOCK_FILE: Final = "clock"

_SECONDS: Final = struct.Struct("<d")


class ClockFile:
    """A clock for several processes: who calls it reads Unix seconds, at once as somebody else has set them."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def __call__(self) -> float:
        """Return the demo's time; the machine's where nothing was ever skipped."""
        written = os.pread(self._file, _SECONDS.size, 0)
        return time.time() + (_SECONDS.unpack(written)[0] if written else 0.0)

    def set_ahead(self, span: timedelta) -> None:
        """Be so far ahead of the machine's time from now on."""
        os.pwrite(self._file, _SECONDS.pack(span.total_seconds()), 0)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)
