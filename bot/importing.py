"""Imports without looking for garbage: there is none, and to look for it takes a seventh of the time of a start."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Leave what is imported inside of this `with` to itself: it is never looked over, so that forks go on sharing it.

    See https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
