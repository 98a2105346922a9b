"""Cuts long work into pieces, between which the event loop goes on with what people wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

AT_ONCE: Final = 100
"""So many records are read, or ids sent, in a few milliseconds."""

Item = TypeVar("Item")


def in_pieces(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield the items in lists of at most `AT_ONCE`; each is to be worked on with a round trip to Redis in between."""
    left = iter(items)
    while piece := list(islice(left, AT_ONCE)):
        yield piece


async def let_go(items: list[Item]) -> None:
    """Empty a list piece by piece: to free thousands of records at once takes as long as to read hundreds."""
    while items:
        del items[-AT_ONCE:]
        await asyncio.sleep(0)
