"""The browser that tests drive."""

from __future__ import annotations

import shutil
from typing import Final

# The first one has no window to draw around each page, which takes more than the pages themselves.
NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Root has no sandbox in containers, and nothing may be fetched from elsewhere.
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """Return the Chromium of this machine, if there is one on the path."""
    return next(filter(None, map(shutil.which, NAMES)), None)
