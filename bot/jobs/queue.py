"""Adds work to the queue: each job has a key of its own, so that adding it again does nothing.

Jobs are named by words and carry ids only; `bot.jobs.tasks` says what runs them.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from docket.execution import Disposition

from bot.jobs.adding import added_at_once
from bot.jobs.connection import PipelinedDocket
from bot.jobs.stored import StoredJob
from bot.log import get_logger
from bot.outages import translated
from bot.store import keys
from bot.store.server.locks import LockHeld, Locks
from bot.store.server.one_step import Step
from bot.store.set_aside import SetAside

_WEBHOOKS_TOGETHER: Final = timedelta(milliseconds=300)
"""Apizee sends several webhooks for one step: one request shortly after the first one is enough for all."""

PLAN: Final = "plan:"
"""With it begins the key of the one job of a planned session."""

_WITHIN: Final = "within"
"""Names the slot of a run that is a part of another job: where that job's process dies, it is not repeated as such."""

_ALL: Final = "all"
"""Stands where a team stands otherwise."""

EVERY_ACCOUNT: Final = "all"
"""Stands for the id of each Apizee account: what versions before there were several asked for."""

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueTiming:
    """The times after which work is due that is handed over for later."""

    looked_again_after: tuple[timedelta, ...] = (
        timedelta(minutes=1),
        timedelta(minutes=5),
        timedelta(minutes=15),
        timedelta(minutes=60),
    )
    """When late recordings are asked for again."""
    counted_after: timedelta = timedelta(minutes=5, seconds=30)
    """Apizee lists a meeting five minutes after its end."""
    forgotten_again_after: timedelta = timedelta(seconds=5)
    """Within which everything that was under way for a workspace has written what it writes."""
    runs_apart: timedelta = timedelta(seconds=1)
    """Between the starts of two syncs of a session, or two redraws of its card."""


class Queue:
    """Adds jobs. Every method raises `StoreUnavailable` without Redis."""

    def __init__(self, docket: PipelinedDocket, locks: Locks, timing: QueueTiming | None = None) -> None:
        self._docket = docket
        self._locks = locks
        self._timing = timing or QueueTiming()

    async def start_session(self, team: str, session_id: str, *, by_step: bool = False) -> None:
        """Add the job that starts a session; `by_step`: a workflow's step waits for what comes of it."""
        with translated():
            await self._docket.add(_starting(by_step=by_step), key=_start_of(session_id))(team, session_id)

    async def fail_step(self, team: str, execution: str) -> None:
        """Add the job that fails the run of a workflow's step which has started nothing."""
        with translated():
            await self._docket.add("fail_step", key=f"step:{execution}")(team, execution)

    async def start_planned(self, team: str, session_id: str, *, begun_at: float) -> None:
        """Add the job that starts a planned session that began at a time, which is another one for each time."""
        with translated():
            await self._docket.add("start_session", key=f"{_start_of(session_id)}:{begun_at}")(team, session_id)

    async def plan(self, team: str, session_id: str, *, after: timedelta) -> None:
        """Add the one job of a planned session, due so much later, in the place of the one that it has."""
        with translated():
            add = self._docket.replace("run_plan", when=datetime.now(UTC) + after, key=_plan_of(session_id))
            await add(team, session_id)

    async def drop_plan(self, session_id: str) -> None:
        """Take the job of a planned session off the queue."""
        await self._docket.remove_parked(_plan_of(session_id))

    def starting(self, team: str, session_id: str, *, by_step: bool = False) -> Step:
        """Return the step that adds the job that starts a session, as `start_session` does."""
        return added_at_once(self._docket, _starting(by_step=by_step), team, session_id, key=_start_of(session_id))

    async def is_handed_over(self, session_id: str) -> bool:
        """Return whether the job that starts a session waits or runs."""
        with translated():
            return await self._docket.has(_start_of(session_id))

    async def run_deferred_request(self, team: str, request_id: str) -> None:
        """Add the job that runs a deferred request."""
        with translated():
            await self._docket.add("run_deferred_request", key=_run_of(request_id))(team, request_id)

    def running(self, team: str, request_id: str) -> Step:
        """Return the step that adds the job that runs a deferred request."""
        return added_at_once(self._docket, "run_deferred_request", team, request_id, key=_run_of(request_id))

    async def deliver_media(self, team: str, session_id: str, *, at_once: bool = True, later: bool = True) -> None:
        """Add the jobs that bring a session's media into its thread.

        They are one due at once, others `later` for what appears late, and a last one.
        """
        now, last = datetime.now(UTC), len(self._timing.looked_again_after)
        times = [now, *(now + after for after in self._timing.looked_again_after)]
        left_out = set() if later else set(range(1, last))
        with translated():
            for number, when in enumerate(times):
                if number not in (left_out if at_once else {0, *left_out}):
                    add = self._docket.add("deliver_media", when=when, key=f"media:{session_id}:{number}")
                    await add(team, session_id=session_id, last=number == last)

    async def bring_media(self, team: str, session_id: str, *, request: str) -> None:
        """Add the job that brings what a session's thread lacks, as somebody asked; each request counts once."""
        with translated():
            add = self._docket.add("deliver_media", key=f"media:{session_id}:{request}")
            await add(team, session_id=session_id, last=False, asked=True)

    async def look_for_media(self, team: str, session_id: str, *, later: timedelta) -> None:
        """Add a job that asks for a session's media once more, so much later; all who wait for it share it."""
        with translated():
            when = datetime.now(UTC) + later
            add = self._docket.add("deliver_media", when=when, key=f"media:{session_id}:now")
            await add(team, session_id=session_id, last=False)

    async def count_participants(self, team: str, session_id: str) -> None:
        """Add the job that counts a meeting's participants once Apizee knows their number."""
        when = datetime.now(UTC) + self._timing.counted_after
        with translated():
            add = self._docket.add("count_participants", when=when, key=f"count:{session_id}")
            await add(team, session_id)

    async def send_digest(self, team: str, channel: str, due: float, *, wait: float) -> None:
        """Add the job that sends a channel's weekly digest, due in so many seconds; one for each week."""
        when = datetime.now(UTC) + timedelta(seconds=wait)
        with translated():
            await self._docket.add("send_digest", when=when, key=f"digest:{team}:{channel}:{due:.0f}")(
                team, channel, due
            )

    async def forget_workspace(self, team: str) -> None:
        """Add the job that removes all that is kept for a workspace."""
        with translated():
            await self._docket.add("forget_workspace", key=f"forget:{team}")(team)

    async def forget_leftovers(self, team: str) -> None:
        """Add the job that removes what was written of a workspace while it was removed."""
        when = datetime.now(UTC) + self._timing.forgotten_again_after
        with translated():
            await self._docket.replace("forget_leftovers", when=when, key=f"leftovers:{team}")(team)

    async def drop_planned(self, team: str) -> None:
        """Take off the queue what is planned for a workspace."""
        await self._docket.drop_planned(team.encode(), spared=b"poll_account")

    async def hand_over_again(self, record: SetAside) -> bool:
        """Add a job that was set aside, as the queue held it; returns whether it is new there.

        It may be one that this version can neither name nor read. Raises `KeyError` where the record lacks a part that
        the queue needs.
        """
        job = StoredJob(self._docket, record.message)
        with translated():
            return await job.schedule() is Disposition.SCHEDULED

    async def note_shared(self, team: str, channel: str, *, delivery: str) -> None:
        """Add the job that notes that a channel is shared with another organisation, and informs its people."""
        with translated():
            await self._docket.add("note_shared", key=f"channel:{delivery}")(team, channel)

    async def note_unshared(self, team: str, channel: str, *, is_shared: bool, delivery: str) -> None:
        """Add the job that notes that an organisation left a channel; `is_shared` is whether another one is in it."""
        with translated():
            await self._docket.add("note_unshared", key=f"channel:{delivery}")(team, channel, is_shared)

    async def move_channel(self, team: str, channel: str, new: str, *, delivery: str) -> None:
        """Add the job that moves what is kept of a channel to its new id."""
        with translated():
            await self._docket.add("move_channel", key=f"channel:{delivery}")(team, channel, new)

    async def request_sync(self, team: str, session_id: str) -> None:
        """Request that a session is read at Apizee."""
        await self._request("sync", team, session_id, delay=_WEBHOOKS_TOGETHER)

    async def request_redraw(self, team: str, session_id: str, *, after_webhook: bool = False) -> None:
        """Request that a session's card is updated from its record; `after_webhook`, together with what comes next."""
        await self._request("redraw", team, session_id, delay=_WEBHOOKS_TOGETHER if after_webhook else timedelta())

    async def request_note(self, team: str, session_id: str) -> None:
        """Request that the thread shows the note of a session."""
        await self._request("show_note", team, session_id)

    async def request_events(self, team: str, session_id: str) -> None:
        """Request that the events of a session are sent."""
        await self._request("send_events", team, session_id)

    async def request_poll(self, account: str) -> None:
        """Have all open sessions of an account, by its id, read at Apizee, with one request for many."""
        await self._request("poll_all", _ALL, account)

    async def poll_account(self, account: str, teams: Sequence[str]) -> None:
        """Have the open sessions of an account, in these workspaces, polled where that is due: one job at a time."""
        with translated():
            await self._docket.add("poll_account", key=f"poll:{account}")(account, list(teams))

    async def run_requested(
        self,
        job: str,
        team: str,
        session_id: str,
        name: str,
        work: Callable[[str, str], Awaitable[None]],
        *,
        expires: timedelta,
    ) -> None:
        """Do what was requested, unless another run that began since has done it; raises `TryLater` to run later.

        Coalescing is done by time slots. A slot begins with a run, under a name of its own, and lasts a second, or
        until the run ends: it is a lock that is held that long. A request made in a slot adds the job of its name, due
        at its end; one made outside of any adds the job `first`, due at once. So for a session there is at most one run
        a second, one at a time, and always one that begins after the last request:

        - A job that a request shares has not begun: had it, its slot would be open, and the request be named after it.
          Where it opens between the request's check and its job, the run is yet to read what the request is about.
        - A job that finds another slot open is needless: that slot opened after the request's check. Its run is
          repeated if it fails or its process dies; therefore a slot is named after the job that opened it, too. Its
          lock ends `expires` after such a death.
        """
        slot, opened = keys.slot(team, job, session_id), f"{secrets.token_hex(8)}.{name}"
        async with AsyncExitStack() as stack:
            held = self._locks.held(slot, expires=expires, at_least=self._timing.runs_apart, name=opened)
            try:
                await stack.enter_async_context(held)
            except LockHeld as other:
                if other.holder is None or {name, _WITHIN} & set(other.holder.split(".")):
                    raise
                return
            await work(team, session_id)

    async def redraw_within(
        self, team: str, session_id: str, work: Callable[[], Awaitable[None]], *, expires: timedelta
    ) -> None:
        """Update a session's card as a part of another job, unless that is being done or fails: then request it.

        The record has to say that it is due. The run takes a slot like a job's own, and a job requested before
        waits for its end.
        """
        slot, opened = keys.slot(team, "redraw", session_id), f"{secrets.token_hex(8)}.{_WITHIN}"
        try:
            async with self._locks.held(slot, expires=expires, at_least=self._timing.runs_apart, name=opened):
                await work()
        except Exception as error:  # noqa: BLE001  # the job of its own is tried as often as it may be, and logs it
            log.info("redraw_left_to_its_job", session=session_id, reason=type(error).__name__)
            await self.request_redraw(team, session_id)

    async def _request(self, job: str, team: str, session_id: str, *, delay: timedelta = timedelta()) -> None:
        slot = await self._locks.holding(keys.slot(team, job, session_id))
        name = slot.name.partition(".")[0] if slot.name else "first"
        # The slot of a run that is under way is renewed: it may end much earlier than it says.
        due = slot.now + max(delay, min(slot.ends_in, self._timing.runs_apart))
        with translated():
            await self._docket.add(job, when=due, key=f"{job}:{session_id}:{name}")(team, session_id, name)


def _start_of(session_id: str) -> str:
    return f"start:{session_id}"


def _plan_of(session_id: str) -> str:
    return f"{PLAN}{session_id}"


def _starting(*, by_step: bool) -> str:
    return "start_by_step" if by_step else "start_session"


def _run_of(request_id: str) -> str:
    return f"deferred:{request_id}"
