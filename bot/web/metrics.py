"""What Prometheus reads: the counters of all processes, and gauges of the moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.installation.accounts import Account, Accounts
from bot.metrics import Series, series
from bot.model.errors import StoreUnavailable
from bot.store.counters import Counters
from bot.store.set_aside import SetAsideJobs


class MetricsReport:
    """Reads what is shown at `/metrics`; `lag` is by how many seconds the oldest due job is late."""

    def __init__(
        self, counters: Counters, accounts: Accounts, set_aside: SetAsideJobs, lag: Callable[[], Awaitable[float]]
    ) -> None:
        self._counters = counters
        self._accounts = accounts
        self._set_aside = set_aside
        self._lag = lag

    async def render(self) -> str:
        """Return Prometheus' text; without Redis the last known counters, and no gauges but `redis_up`."""
        return await self._counters.render(await self._gauges())

    async def _gauges(self) -> dict[Series, float]:
        try:
            budgets = [gauge for account in self._accounts.opened for gauge in await _budget_of(account)]
            lag, set_aside = await self._lag(), await self._set_aside.count()
        except StoreUnavailable:
            return {}
        return {**dict(budgets), series("job_lag_seconds"): lag, series("jobs_set_aside"): set_aside}


async def _budget_of(account: Account) -> list[tuple[Series, float]]:
    spent, name = await account.apizee.budget.remaining(), account.about.label
    return [
        (series("apizee_budget_limit", account=name), spent.limit),
        (series("apizee_budget_used", account=name), spent.used),
        (series("apizee_budget_waiting", account=name), spent.waiting),
    ]
