"""Hands over what people ask for: its record, the mark of Slack's delivery and its job are written in one step.

So there is no record without a job, for one round trip to Redis. On a Redis Cluster, where a workspace and the queue
may be on two servers, the job follows in a second step; a round removes records that got none.
"""

from __future__ import annotations

from bot.deferred.requests import DeferredRequest
from bot.jobs.queue import Queue
from bot.model.session import Session
from bot.store.deferred import DeferredRequests
from bot.store.sessions.store import Sessions


class Handover:
    """Records and queues; each method returns the id of what the same delivery of Slack's has led to first.

    All raise `StoreUnavailable` where Redis does not answer.
    """

    def __init__(
        self, sessions: Sessions, deferred: DeferredRequests, queue: Queue, *, in_one_step: bool = True
    ) -> None:
        self._sessions = sessions
        self._deferred = deferred
        self._queue = queue
        self._in_one_step = in_one_step

    async def session(self, session: Session, *, delivery: str) -> str:
        """Record a session and queue its start."""
        team, by_step = session.requester.conversation.team, session.step is not None
        job = self._queue.starting(team, session.id, by_step=by_step) if self._in_one_step else None
        first = await self._sessions.record(session, delivery=delivery, then=job)
        if job is None or first != session.id:
            await self._queue.start_session(team, first, by_step=by_step)
        return first

    async def deferred_request(self, deferred: DeferredRequest, *, delivery: str) -> str:
        """Record a deferred request and queue that it is run."""
        team = deferred.requester.conversation.team
        job = self._queue.running(team, deferred.id) if self._in_one_step else None
        first = await self._deferred.record(deferred, delivery=delivery, then=job)
        if job is None or first != deferred.id:
            await self._queue.run_deferred_request(team, first)
        return first
