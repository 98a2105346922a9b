"""`apizee-slack alive`: whether this machine's worker works, for a probe."""

from __future__ import annotations

from collections.abc import Callable

import click

from bot.jobs.heartbeat import COUNTS_FOR, living
from bot.settings import Settings


def alive_command(settings: Callable[[], Settings]) -> click.Command:
    """Make the command, for a command line that knows how to read its settings."""

    @click.command()
    def alive() -> None:
        """Say whether a worker works on this machine: exit code 0, else 1. Asks nobody, so that it is quick."""
        data_dir = settings().data_dir
        workers = living(data_dir)
        if not workers:
            message = (
                f"No worker has shown itself in {data_dir} for {COUNTS_FOR:.0f} s: start `apizee-slack serve` or"
                " `apizee-slack worker` with the same DATA_DIR."
            )
            raise click.ClickException(message)
        click.echo("1 worker is alive." if workers == 1 else f"{workers} workers are alive.")

    return alive
