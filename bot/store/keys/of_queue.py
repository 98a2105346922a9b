"""The names of the queue's keys, which docket makes of the queue's own name.

On a cluster that name has a tag, so that its scripts find all of their keys on one server. Elsewhere it stays what it
was before: what waits under it goes on, and versions side by side share it. A back-up has the plain names, so that it
may be restored on either.
"""

from __future__ import annotations

from typing import Final

NAME: Final = "apizee"
"""The queue's name: its keys in Redis begin with it."""

_TAG: Final = ":{queue}"
_PLAIN: Final = f"{NAME}:".encode()
_TAGGED: Final = f"{NAME}{_TAG}:".encode()
_OTHERS: Final = f"{NAME}:{{".encode()


def name_in(name: str, *, is_cluster: bool) -> str:
    """Return a queue's name as docket gets it."""
    return f"{name}{_TAG}" if is_cluster and "{" not in name else name


def plain(key: bytes) -> bytes:
    """Return a key's name as it is where Redis is no cluster."""
    return _PLAIN + key.removeprefix(_TAGGED) if key.startswith(_TAGGED) else key


def placed(key: bytes, *, is_cluster: bool) -> bytes:
    """Return the name that a plain key has here."""
    return _TAGGED + key.removeprefix(_PLAIN) if is_cluster and is_of_queue(key) else key


def is_of_queue(key: bytes) -> bool:
    """Return whether a plain key is one of the queue's: all others have a tag."""
    return not key.startswith(_OTHERS)
