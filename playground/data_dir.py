"""The demo's data folder: for this user alone where the demo makes it, and for one demo at a time."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

import click
import platformdirs

from bot.store.sealing.keyring import KEY_FILE
from playground.bot_process import LOG_FILE
from playground.persistence import STATE_FILE

_LOCK_FILE: Final = "playground.lock"


class DemoFailed(Exception):
    """The demo cannot start or go on; its text is for the person who started it."""

    def __init__(self, text: str, *, exit_code: int = 1) -> None:
        super().__init__(text)
        self.exit_code = exit_code


class Homeless(click.ClickException):
    """There is no folder to keep anything in; click says so in a line."""

    exit_code = 2

    def __init__(self) -> None:
        super().__init__("this user has no home: name a folder with --data-dir.")


def default_folder() -> Path:
    """Where a demo keeps its data unless `--data-dir` says otherwise; never where a bot in production does."""
    try:
        return platformdirs.user_data_path("apizee-slack-demo", appauthor=False)
    except RuntimeError:  # no HOME, and nobody knows this user
        raise Homeless from None


@contextmanager
def own_folder(folder: Path) -> Iterator[None]:
    """Make the folder ours as long as this is entered; raises `DemoFailed`, also where another demo has it."""
    with _lock_in(folder) as lock:
        _take(lock.fileno(), folder)
        yield


def forget(folder: Path) -> None:
    """Remove what a demo has kept in this folder, and nothing else; raises `DemoFailed` where one is running there."""
    with own_folder(folder):
        shutil.rmtree(folder / "redis", ignore_errors=True)
        for name in (KEY_FILE, LOG_FILE, STATE_FILE):
            (folder / name).unlink(missing_ok=True)


def _lock_in(folder: Path) -> TextIO:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (folder / _LOCK_FILE).open("w")
    except OSError as error:
        unusable = f"{folder} cannot be used ({error.strerror}): name another one with --data-dir."
        raise DemoFailed(unusable, exit_code=2) from error


def _take(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        taken = f"Another demo plays in {folder}: stop it, or name another folder with --data-dir."
        raise DemoFailed(taken, exit_code=2) from None
