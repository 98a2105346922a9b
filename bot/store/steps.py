"""Stores why steps of workflows fail that have started nothing, until Slack has accepted that."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Final

from bot.model.session.steps import StepExecution
from bot.store.cache import Cache

_KEPT_FOR: Final = timedelta(days=1)


class RefusedSteps:
    """Runs of steps, sealed, by Slack's ids of them; raises `StoreUnavailable` without Redis."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def keep(self, team: str, step: StepExecution) -> None:
        """Store a run with why it fails."""
        await self._cache.set(team, _name(step.id), json.dumps([step.token, step.error]), lasts=_KEPT_FOR)

    async def get(self, team: str, execution: str) -> StepExecution | None:
        """Return a run with why it fails; `None` where that is gone."""
        kept = await self._cache.get(team, _name(execution))
        if kept is None:
            return None
        token, error = json.loads(kept)
        return StepExecution(execution, token, error)


def _name(execution: str) -> str:
    return f"step {execution}"
