"""Steps that many sessions have in common, each of which costs only itself where it fails."""

from __future__ import annotations

from collections.abc import Awaitable

from bot.log import get_logger
from bot.model.errors import StoreUnavailable, TryLater

log = get_logger(__name__)


async def alone(step: str, work: Awaitable[object], **ids: str) -> None:
    """Wait for a step; where it fails, log it.

    Raises `StoreUnavailable`: without Redis, no other step would do.
    """
    try:
        await work
    except StoreUnavailable:
        raise
    except TryLater as error:
        log.info("step_postponed", step=step, reason=type(error).__name__, **ids)
    except Exception:  # An error over one session must not keep all others from being followed.
        log.exception("step_failed", step=step, **ids)
