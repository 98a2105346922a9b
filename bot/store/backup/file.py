"""The file of a back-up: a head, a line for each key, and an end by which it is known to be whole, ours and unchanged.

People's data in it are sealed as they are in Redis. The end is sealed as well: only who has a key of the bot's can make
one, and a file whose keys are not here is recognized before anything is written.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, Literal

from pydantic import BaseModel, ValidationError

from bot.model.errors import KnownError, Unreadable
from bot.model.sealing import Sealer
from bot.store.backup.items import Item

FORMAT: Final = 1

_BOUND_TO: Final = "apizee-slack back-up"
_LONGEST_END: Final = 4096


class _Head(BaseModel):
    backup: Literal["apizee-slack"] = "apizee-slack"
    format: int = FORMAT
    made_at: datetime


class _End(BaseModel):
    keys: int
    sha256: str
    sealed: str


class UnfitFile(KnownError):
    """A file that cannot be restored: the message says why, and what to do."""


class Exists(KnownError):
    """A file that is there already is left as it is."""


async def save(path: Path, items: AsyncIterator[Item], sealer: Sealer) -> int:
    """Write a new file that its owner alone may read, and return how many keys are in it.

    It has its name once it is whole. Raises `Exists`, `OSError`, and what reading the items raises.
    """
    with _new(path) as file:
        file.write(head := _line(_Head(made_at=datetime.now(UTC))))
        digest, number = sha256(head), 0
        async for item in items:
            file.write(line := _line(item))
            digest.update(line)
            number += 1
        seal = sealer.seal_value(digest.hexdigest(), _BOUND_TO)
        file.write(_line(_End(keys=number, sha256=digest.hexdigest(), sealed=seal)))
    return number


@contextmanager
def _new(path: Path) -> Iterator[BinaryIO]:
    """Yield a file that gets its name when this is left without an error, and is removed otherwise."""
    if path.exists():
        raise Exists
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            raise Exists
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


def check(path: Path, sealer: Sealer) -> int:
    """Return how many keys a file holds; raises `UnfitFile` where it is not whole or not ours, and `OSError`."""
    with path.open("rb") as file:
        head = file.readline(_LONGEST_END)
        _check_head(path, head)
        digest, number, last = sha256(head), 0, file.readline()
        try:
            while following := file.readline():
                Item.model_validate_json(last)
                digest.update(last)
                last, number = following, number + 1
            end = _End.model_validate_json(last)
        except ValidationError:
            raise _damaged(path) from None
    if (end.keys, end.sha256) != (number, digest.hexdigest()):
        raise _damaged(path)
    try:
        is_ours = sealer.open_value(end.sealed, _BOUND_TO) == end.sha256
    except Unreadable:
        message = f"No key of ENCRYPTION_KEYS opens {path}: add the one that the bot had then, at the end."
        raise UnfitFile(message) from None
    if not is_ours:
        raise _damaged(path)
    return number


def read(path: Path) -> Iterator[Item]:
    """Yield what a file holds that `check` has accepted."""
    with path.open("rb") as file:
        file.readline()
        line = file.readline()
        while following := file.readline():
            yield Item.model_validate_json(line)
            line = following


def _check_head(path: Path, line: bytes) -> None:
    head = None
    with suppress(ValidationError):
        head = _Head.model_validate_json(line)
    if head is None:
        message = f"{path} is no back-up of this bot."
        raise UnfitFile(message)
    if head.format > FORMAT:
        message = f"{path} was written by a newer version of the bot: restore it with that one."
        raise UnfitFile(message)


def _damaged(path: Path) -> UnfitFile:
    return UnfitFile(f"{path} is damaged or not whole: take another back-up.")


def _line(part: BaseModel) -> bytes:
    return part.model_dump_json().encode() + b"\n"
