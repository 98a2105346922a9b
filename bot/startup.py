"""The command line's last line of defence: whatever keeps a command from starting is said in one line."""

from __future__ import annotations

import logging
import os
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import click

from bot.log import redact
from bot.model.errors import CannotStart
from bot.settings import SettingsFaults
from bot.terminal import write_whatever_comes

CANNOT_START: Final = 2


class Commands(click.Group):
    """A group of commands that end with a line and exit code 2 where they cannot start, never with a traceback."""

    def main(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401  # as click has it
        """Run a command; ends the process."""
        write_whatever_comes()
        try:
            return super().main(*arguments, **options)
        except SettingsFaults as faults:
            refuse(*faults.lines)
        except CannotStart as error:
            refuse(str(error))
        except Exception as error:  # the last line of defence
            logging.getLogger(__name__).debug("cannot start", exc_info=error)
            refuse(f"The bot cannot start: {_said_by(error)}. LOG_LEVEL=DEBUG shows where.")


def refuse(*lines: str) -> None:
    """Say why, a line each, and end."""
    for line in lines:
        click.echo(line, file=sys.stderr)  # not by click's own stream, which is UTF-8 where the terminal is not
    sys.exit(CANNOT_START)


def show_version(context: click.Context, _parameter: click.Parameter, asked: bool) -> None:  # noqa: FBT001  # as click calls it
    """Print the version, also where a checkout is run that was never installed."""
    if asked:
        try:
            click.echo(f"apizee-slack {version('apizee-slack')}")
        except PackageNotFoundError:
            click.echo("apizee-slack, from a checkout")
        context.exit()


def have_a_home(folder: Path) -> None:
    """Let this folder be the home of a user who has none: libraries look for it as soon as they are imported."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = str(folder)


def _said_by(error: Exception) -> str:
    """What went wrong, in one line, without what nobody should read."""
    first = next(iter(str(error).splitlines()), "")
    return redact(f"{type(error).__name__}: {first}"[:300].rstrip(".: "))
