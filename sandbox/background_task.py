"""Work that goes on beside something else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def in_background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run this work within the block: it has begun when the block is entered, and has ended after it."""
    going_on = asyncio.create_task(work)
    await asyncio.sleep(0)
    try:
        yield
    finally:
        going_on.cancel()
        await asyncio.wait({going_on})
