"""`python -m bot` is `apizee-slack`."""

from __future__ import annotations

import signal
import sys

from bot.importing import nothing_collected


def main() -> None:
    """Run the command line. Process 1 of a container ignores SIGTERM until it handles it: that is from here on."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with nothing_collected():
        from bot.cli import main as command_line  # noqa: PLC0415  # it imports for a while

    command_line()


if __name__ == "__main__":
    main()
