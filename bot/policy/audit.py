"""The audit: every answer to “may they?”, in the log at once and in Redis soon after.

Nobody waits for it. What Redis does not take is tried again; what there is no room for is counted and logged, so that
an audit with a hole says so.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from bot.log import AUDIT, get_logger
from bot.model.audit import AuditEntry
from bot.model.errors import StoreUnavailable
from bot.store.audit import AuditStore, new_name

log = get_logger(__name__)
lines = get_logger(AUDIT)

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTiming:
    """The waits of the audit, in seconds."""

    tried_again_after: float = 1.0
    ends_within: float = 1.0
    """What Redis has not taken by then when the process ends stands in the log alone."""


class Audit:
    """Takes entries without waiting, and records them; `on_lost` receives how many could not be recorded.

    `waiting_at_most` entries wait for a Redis that is away.
    """

    def __init__(
        self,
        store: AuditStore,
        *,
        on_lost: Callable[[int], None],
        waiting_at_most: int = 10_000,
        timing: AuditTiming | None = None,
    ) -> None:
        self._store = store
        self._on_lost = on_lost
        self._waiting: deque[tuple[str, AuditEntry]] = deque()
        self._waiting_at_most = waiting_at_most
        self._timing = timing or AuditTiming()
        self._news = asyncio.Event()

    @property
    def waiting(self) -> list[AuditEntry]:
        """The entries that Redis has not taken yet."""
        return [entry for _, entry in self._waiting]

    def record(self, entry: AuditEntry) -> None:
        """Take an entry: it is in the log when this returns."""
        lines.info("denied" if entry.refusal else "allowed", **as_facts(entry))
        if len(self._waiting) >= self._waiting_at_most:
            self._waiting.popleft()
            self._lose(1, "too many wait for Redis")
        self._waiting.append((new_name(), entry))
        self._news.set()

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Record entries in the background until left; those that still wait are recorded then."""
        writing = asyncio.create_task(self._write_on())
        try:
            yield
        finally:
            writing.cancel()
            await asyncio.wait([writing])
            await self._write_the_rest()

    async def _write_on(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            while self._waiting:
                try:
                    await self._write_some()
                except StoreUnavailable:
                    await asyncio.sleep(self._timing.tried_again_after)

    async def _write_some(self) -> None:
        """Record some of the entries that wait; raises `StoreUnavailable`."""
        some = [self._waiting[place] for place in range(min(_AT_ONCE, len(self._waiting)))]
        try:
            await self._store.add(some)
        except StoreUnavailable:
            raise
        except Exception:  # The audit must go on with what comes after an entry that cannot be written.
            log.exception("audit_not_written")
            self._lose(len(some), "they cannot be written")
        written = {name for name, _ in some}
        while self._waiting and self._waiting[0][0] in written:
            self._waiting.popleft()

    async def _write_the_rest(self) -> None:
        try:
            async with asyncio.timeout(self._timing.ends_within):
                while self._waiting:
                    await self._write_some()
        except (TimeoutError, StoreUnavailable):
            self._lose(len(self._waiting), "the process ends")

    def _lose(self, number: int, reason: str) -> None:
        log.error("audit_lost", number=number, reason=reason)
        self._on_lost(number)


def as_facts(entry: AuditEntry) -> dict[str, Any]:
    """Return an entry as a line of JSON holds it: what it lacks is left out."""
    facts = {
        "at": entry.at.isoformat(timespec="milliseconds"),
        "team": entry.team,
        "user": entry.user,
        "act": str(entry.act),
        "verdict": "denied" if entry.refusal else "allowed",
        "reason": str(entry.refusal) if entry.refusal else None,
        "kind": entry.kind.value if entry.kind else None,
        "session": entry.session or None,
        "id": entry.remote_id,
        "channel": entry.channel or None,
        "person": entry.person or None,
    }
    return {name: value for name, value in facts.items() if value is not None}
