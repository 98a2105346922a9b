"""Maps each job's name in Redis to the function of a slice that does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from docket import Docket, Perpetual

from bot.deferred.runner import RequestRunner
from bot.digest.sending import DigestSender
from bot.digest.turning import Digests
from bot.events.sending import EventSender
from bot.installation.removal import WorkspaceRemoval
from bot.jobs.queue import EVERY_ACCOUNT, Queue
from bot.jobs.watchdog import POLL
from bot.jobs.worker import Worker
from bot.log import bound, get_logger
from bot.media.delivery import MediaDelivery
from bot.model.errors import TryLater
from bot.notes.thread import NoteThread
from bot.sessions.following.channels import ChannelChanges
from bot.sessions.following.completion import CardUpdater
from bot.sessions.following.polling import Poller
from bot.sessions.following.sync import SessionSync
from bot.sessions.planned.due import DuePlans
from bot.sessions.start import SessionStart
from bot.statistics.participants import Participants
from bot.store import keys
from bot.store.server.locks import Locks
from bot.workflow_steps.reporting import StepReports

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """The parts of the bot that work on jobs; `locked_for` is how long a dead process's locks are respected."""

    start: SessionStart
    steps: StepReports
    due_plans: DuePlans
    deferred: RequestRunner
    media: MediaDelivery
    sync: SessionSync
    cards: CardUpdater
    notes: NoteThread
    participants: Participants
    channels: ChannelChanges
    poller: Poller
    removal: WorkspaceRemoval
    digests: Digests
    digest_sender: DigestSender
    queue: Queue
    locks: Locks
    events: EventSender | None = None
    locked_for: timedelta = timedelta(seconds=10)

    def register(self, worker: Worker, docket: Docket, *, poll_every: timedelta) -> None:
        """Register the function of each job, and plan a poll `poll_every` so often, by one of all processes.

        A job is still known by the name, and with the arguments, that it had before: it may be on the queue, or set
        aside. What an older version named otherwise goes with version 0.3.
        """
        worker.register("start_session", self._start_session, self.start.on_exhausted)
        worker.register("start_by_step", self._start_by_step, self._on_step_exhausted)
        worker.register("run_plan", self._run_plan, self.due_plans.on_exhausted)
        worker.register("run_deferred_request", self._run_deferred_request, self.deferred.on_exhausted)
        worker.register("run_errand", self._run_deferred_request, self.deferred.on_exhausted)  # its name before 0.1
        worker.register("fail_step", self._fail_step)
        worker.register("deliver_media", self._deliver_media)
        worker.register("count_participants", self._count_participants)
        worker.register("forget_workspace", self._forget_workspace)
        worker.register("forget_leftovers", self._forget_leftovers)
        worker.register("note_shared", self._note_shared)
        worker.register("note_unshared", self._note_unshared)
        worker.register("move_channel", self._move_channel)
        worker.register("send_digest", self._send_digest)
        worker.register("sync", self._sync)
        worker.register("redraw", self._redraw)
        worker.register("show_note", self._show_note)
        worker.register("send_events", self._send_events)
        worker.register("poll_all", self._poll_all)
        worker.register("poll_account", self._poll_account)
        worker.register("look", self._request_sync)
        worker.register("draw", self._request_redraw)
        worker.register("look_at_all", self._request_poll)
        docket.register(self._perpetual_poll(poll_every), names=[POLL])

    async def _start_session(self, team: str, session_id: str) -> None:
        with bound(team=team, session=session_id):
            await self.start.start(team, session_id)

    async def _start_by_step(self, team: str, session_id: str) -> None:
        with bound(team=team, session=session_id):
            await self.start.start(team, session_id)
            await self.steps.report(team, session_id)

    async def _on_step_exhausted(self, team: str, session_id: str, *, reference: str) -> None:
        await self.start.on_exhausted(team, session_id, reference=reference)
        await self.steps.report(team, session_id)

    async def _fail_step(self, team: str, execution: str) -> None:
        with bound(team=team, step=execution):
            await self.steps.fail(team, execution)

    async def _run_plan(self, team: str, session_id: str) -> None:
        with bound(team=team, session=session_id):
            await self.due_plans.run(team, session_id)

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
            for removed in await self.removal.remove(team):
                # What was under way may write once more, such as an answer's line in the audit.
                await self.queue.forget_leftovers(removed)

    async def _forget_leftovers(self, team: str) -> None:
        with bound(team=team):
            await self.removal.remove_leftovers(team)

    async def _note_shared(self, team: str, channel: str) -> None:
        with bound(team=team, channel=channel):
            await self.channels.shared(team, channel)

    async def _note_unshared(self, team: str, channel: str, is_shared: bool) -> None:  # noqa: FBT001  # as given
        with bound(team=team, channel=channel):
            await self.channels.unshared(team, channel, is_shared=is_shared)

    async def _move_channel(self, team: str, channel: str, new: str) -> None:
        with bound(team=team, channel=channel):
            await self.channels.moved(team, channel, new)
            await self.digests.moved(team, channel, new)

    async def _send_digest(self, team: str, channel: str, due: float) -> None:
        with bound(team=team, channel=channel):
            await self.digest_sender.send(team, channel, due)

    async def _sync(self, team: str, session_id: str, name: str) -> None:
        await self._run_requested("sync", team, session_id, name, self._sync_and_show)

    async def _sync_and_show(self, team: str, session_id: str) -> None:
        session = await self.sync.sync(team, session_id)
        if session:
            show = partial(self.cards.show, session)
            await self.queue.redraw_within(team, session_id, show, expires=self.locked_for)

    async def _redraw(self, team: str, session_id: str, name: str) -> None:
        await self._run_requested("redraw", team, session_id, name, self.cards.update)

    async def _show_note(self, team: str, session_id: str, name: str) -> None:
        await self._run_requested("show_note", team, session_id, name, self.notes.show)

    async def _send_events(self, team: str, session_id: str, name: str) -> None:
        if self.events:  # else the operator has turned them off meanwhile
            await self._run_requested("send_events", team, session_id, name, self.events.send)

    async def _poll_all(self, team: str, session_id: str, name: str) -> None:
        await self._run_requested(
            "poll_all", team, session_id, name, lambda _all, account: self.poller.poll_all(account)
        )

    async def _poll_account(self, account: str, teams: Sequence[str]) -> None:
        await self.poller.poll_account(account, teams)

    async def _run_requested(
        self, job: str, team: str, session_id: str, name: str, work: Callable[[str, str], Awaitable[None]]
    ) -> None:
        with bound(team=team, session=session_id):
            await self.queue.run_requested(job, team, session_id, name, work, expires=self.locked_for)

    # These are jobs of the version before, which had a number for each run.

    async def _request_sync(self, team: str, session_id: str, _turn: int) -> None:
        await self.queue.request_sync(team, session_id)

    async def _request_redraw(self, team: str, session_id: str, _turn: int) -> None:
        await self.queue.request_redraw(team, session_id)

    async def _request_poll(self, _team: str, _session_id: str, _turn: int) -> None:
        await self.queue.request_poll(EVERY_ACCOUNT)

    def _perpetual_poll(self, every: timedelta) -> Callable[..., Awaitable[None]]:
        async def poll(perpetual: Perpetual = Perpetual(every=every, automatic=True)) -> None:  # noqa: ARG001, B008  # how docket injects
            try:
                await self.poller.poll()
            except TryLater as error:
                log.info("poll_postponed", reason=type(error).__name__)
            except Exception:  # The polls must go on: an error over one session would stop all others' for ever.
                log.exception("poll_error")

        poll.__name__ = POLL
        return poll
