"""The bot's own program on the demo's clock: `python -m playground.bot_program serve`, in the demo's folder."""

from __future__ import annotations

from pathlib import Path

from bot.cli import main
from bot.timing import Timing
from playground.clock_file import CLOCK_FILE, ClockFile

if __name__ == "__main__":
    main(prog_name="apizee-slack", obj=Timing(clock=ClockFile(Path(CLOCK_FILE))))
