"""Say what each job is: its name in Redis, and the function of a slice that does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from docket import Docket, Perpetual

from bot.deferred.runner import RequestRunner
from bot.jobs.queue import Queue
from bot.jobs.watchdog import POLL
from bot.jobs.worker import Worker
from bot.log import bound, get_logger
from bot.media.delivery import MediaDelivery
from bot.model.errors import TryLater
from bot.sessions.following.completion import CardUpdater
from bot.sessions.following.polling import Poller
from bot.sessions.following.sync import SessionSync
from bot.sessions.start import SessionStart
from bot.statistics.participants import Participants
from bot.store import keys
from bot.store.installations import InstallationStore
from bot.store.server.locks import Locks

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """The parts of the bot that work on jobs; `locked_for` is how long a dead process's locks are respected."""

    start: SessionStart
    deferred: RequestRunner
    media: MediaDelivery
    sync: SessionSync
    cards: CardUpdater
    participants: Participants
    poller: Poller
    installations: InstallationStore
    queue: Queue
    locks: Locks
    locked_for: timedelta = timedelta(seconds=10)

    def register(self, worker: Worker, docket: Docket, *, poll_every: timedelta) -> None:
        """Tell the worker what to do for each job, and poll `poll_every` so often, by one of all processes.

        A job whose name goes is still known for a version: it may be on the queue, or set aside.
        """
        worker.register("start_session", self._start_session, self.start.on_exhausted)
        worker.register("run_deferred_request", self._run_deferred_request, self.deferred.on_exhausted)
        worker.register("run_errand", self._run_deferred_request, self.deferred.on_exhausted)  # its name before 0.1
        worker.register("deliver_media", self._deliver_media)
        worker.register("count_participants", self._count_participants)
        worker.register("forget_workspace", self._forget_workspace)
        worker.register("look", self._sync, self._leave("look"))
        worker.register("look_at_all", self._poll_all, self._leave("look_at_all"))
        worker.register("draw", self._redraw, self._leave("draw"))
        docket.register(self._perpetual_poll(poll_every), names=[POLL])

    async def _start_session(self, team: str, session_id: str) -> None:
        with bound(team=team, session=session_id):
            await self.start.start(team, session_id)

    async def _run_deferred_request(self, team: str, request_id: str) -> None:
        with bound(team=team, request=request_id):
            await self.deferred.run(team, request_id)

    async def _deliver_media(
        self,
        team: str,
        session_id: str,
        last: bool,  # noqa: FBT001  # docket hands arguments on as they were given
        asked: bool = False,  # noqa: FBT001, FBT002  # likewise; jobs of the version before do not have it
    ) -> None:
        with bound(team=team, session=session_id):
            async with self.locks.held(keys.media_lock(team, session_id), expires=self.locked_for):
                await self.media.deliver(team, session_id, last=last, asked=asked)

    async def _count_participants(self, team: str, session_id: str) -> None:
        with bound(team=team, session=session_id):
            await self.participants.count(team, session_id)

    async def _forget_workspace(self, team: str) -> None:
        with bound(team=team):
            await self.installations.forget_workspace(team)

    async def _sync(self, team: str, session_id: str, turn: int) -> None:
        await self._do("look", team, session_id, turn, self.sync.sync)

    async def _poll_all(self, team: str, session_id: str, turn: int) -> None:
        await self._do("look_at_all", team, session_id, turn, lambda _team, _session: self.poller.poll_all())

    async def _redraw(self, team: str, session_id: str, turn: int) -> None:
        await self._do("draw", team, session_id, turn, self.cards.draw)

    async def _do(
        self, what: str, team: str, session_id: str, turn: int, work: Callable[[str, str], Awaitable[None]]
    ) -> None:
        with bound(team=team, session=session_id):
            await self.queue.begin(what, team, session_id)
            await work(team, session_id)
            await self.queue.end(what, team, session_id, turn)

    def _leave(self, what: str) -> Callable[..., Awaitable[None]]:
        async def leave(team: str, session_id: str, turn: int, *, reference: str) -> None:  # noqa: ARG001  # nobody to be told it
            await self.queue.end(what, team, session_id, turn)

        return leave

    def _perpetual_poll(self, every: timedelta) -> Callable[..., Awaitable[None]]:
        async def poll(perpetual: Perpetual = Perpetual(every=every, automatic=True)) -> None:  # noqa: ARG001, B008  # how docket injects
            try:
                await self.poller.poll()
            except TryLater as error:
                log.info("poll_postponed", reason=type(error).__name__)
            except Exception:  # The polls must go on: an error over one session would stop all others' for ever.
                log.exception("poll_failed")

        poll.__name__ = POLL
        return poll
