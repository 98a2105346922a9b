"""Where settings come from: the environment, `.env`, a folder of secrets; each as texts by names in small letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

_QUOTES: Final = "\"'"
_LARGEST_SECRET: Final = 64 * 1024

_ASSIGNMENT: Final = re.compile(
    r"""
    \s* (?:export\s+)? (?P<name>[A-Za-z_]\w*) \s*=\s*
    (?: (?P<quote>["']) (?P<quoted>.*?) (?P=quote) (?=\s*$|\s+\#)   # whatever stands between the quotes, as it stands
      | (?P<bare>.*?) (?=\s*$|\s+\#|(?<=\s)\#)
    )
    """,
    re.VERBOSE,
)


class SourceFault(Exception):
    """A source cannot be read; the text is one line for the operator."""


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment's variables.

    A variable made of a file ends in a newline, and Docker's `--env-file` leaves quotes where they are.
    """
    return {name.lower(): _bare(text) for name, text in variables.items()}


def env_file(path: Path) -> dict[str, str]:
    r"""Return the variables of a file such as `.env`, in which `$` and `\` are plain characters; empty without a file.

    Quotes keep what is between them as it stands; outside of them a space and a `#` begin a comment. Lines that are no
    assignments are not for us. Raises `SourceFault`.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n") if path.is_file() else []
    except (OSError, ValueError) as error:
        message = f"{path} cannot be read ({type(error).__name__}): make it UTF-8 text that the bot may read."
        raise SourceFault(message) from None
    return {
        found["name"].lower(): found["quoted"] or found["bare"] or ""
        for found in map(_ASSIGNMENT.match, lines)
        if found
    }


def secret_files(folder: Path, *, is_ours: Callable[[str], bool]) -> dict[str, str]:
    """Return the files of a folder whose names are ours, as Docker and Kubernetes mount secrets.

    Raises `SourceFault`.
    """
    try:
        files = [path for path in folder.iterdir() if is_ours(path.name) and path.is_file()]
        return {path.name: _bare(_small_text(path)) for path in files}
    except (OSError, ValueError, RuntimeError) as error:
        message = f"SECRETS_DIR must be a folder of UTF-8 files that the bot may read ({type(error).__name__})."
        raise SourceFault(message) from None


def _small_text(path: Path) -> str:
    with path.open(encoding="utf-8-sig") as file:
        return file.read(_LARGEST_SECRET)


def _bare(text: str) -> str:
    """Return the text without line breaks at its ends and without the quotes around it."""
    text = text.strip("\r\n")
    if len(text) > 1 and text[0] in _QUOTES and text[0] == text[-1]:
        return text[1:-1].strip("\r\n")
    return text
