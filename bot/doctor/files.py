"""Checks the files that hold secrets: who else on this machine may read or change them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.doctor.findings import Finding, ok, warning
from bot.settings import ENV_FILE, Settings
from bot.store.sealing.keyring import KEY_FILE

_SUBJECT: Final = "Files"
_OF_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
# The group may be those who administer the bot: it may read the settings, and change none.
_BEYOND_THE_GROUP: Final = stat.S_IWGRP | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file or folder, the rights that nobody else should have, and the rights that it should have."""

    path: Path
    forbidden: int
    mode: str


async def check_files(settings: Settings) -> list[Finding]:
    """Return a warning for each file or folder with secrets that others may read or change."""
    found = [finding for kept in _kept(settings) if (finding := _judged(kept))]
    return found or [ok(_SUBJECT, "nobody else may read or change those with secrets.")]


def _kept(settings: Settings) -> Iterator[_Kept]:
    yield _Kept(settings.data_dir, _OF_OTHERS, "700")
    yield _Kept(settings.data_dir / KEY_FILE, _OF_OTHERS, "600")
    yield _Kept(ENV_FILE.absolute(), _BEYOND_THE_GROUP, "600")
    if settings.secrets_dir and settings.secrets_dir.is_dir():
        yield _Kept(settings.secrets_dir, stat.S_IWGRP | stat.S_IWOTH, "755")
        for path in sorted(settings.secrets_dir.iterdir()):
            if path.name in Settings.model_fields:
                yield _Kept(path, _BEYOND_THE_GROUP, "400")


def _judged(kept: _Kept) -> Finding | None:
    try:
        found = kept.path.stat()
    except (FileNotFoundError, NotADirectoryError):  # of the latter, what uses the folder says more
        return None
    if found.st_uid not in {0, os.geteuid()}:
        return warning(_SUBJECT, f"{kept.path} belongs to another user, who may change it. Make it the bot's own.")
    if found.st_mode & kept.forbidden:
        return warning(_SUBJECT, f"{kept.path} is open to others on this machine. Run: chmod {kept.mode} {kept.path}")
    return None
