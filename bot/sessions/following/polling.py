"""Polls all open sessions at once: one list of each kind, however many there are and in whichever workspace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from bot.apizee.errors import NotSent, Refused, SignInFailed, Unreachable
from bot.apizee.webhooks import Subject
from bot.installation.accounts import Account, Accounts
from bot.jobs.queue import EVERY_ACCOUNT, Queue
from bot.log import bound, get_logger
from bot.model.accounts import id_in
from bot.model.errors import AccountUnreadable, KnownError, NewerRecord, NoAccount, NoSession, TryLater
from bot.model.session import Kind, Session, Trouble
from bot.model.timing import FollowTiming
from bot.sessions.following.erasure import Forgetting
from bot.sessions.following.isolation import alone
from bot.sessions.following.listing import READ_SINGLY_AT_MOST, Compared, Lists, Seen
from bot.sessions.following.refusals import SignInRefusals
from bot.sessions.following.reminders import Reminders
from bot.sessions.following.schedule import PollSchedule, are_announced
from bot.sessions.following.sync import SessionSync, closed_without_notice
from bot.sessions.provider import VideoProvider
from bot.slack.errors import WorkspaceClosed
from bot.store.polling_state import PollCount
from bot.store.server.pieces import let_go
from bot.store.sessions.store import Sessions
from bot.store.timeline import Timeline

log = get_logger(__name__)


class Poller:
    """Polls the open sessions of all workspaces; each account by a job of its own, so that none waits for another."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        timeline: Timeline,
        accounts: Accounts,
        count: PollCount,
        providers: Mapping[Kind, VideoProvider],
        sync: SessionSync,
        reminders: Reminders,
        forgetting: Forgetting,
        refusals: SignInRefusals,
        queue: Queue,
        schedule: PollSchedule,
        timing: FollowTiming | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._timeline = timeline
        self._accounts = accounts
        self._count = count
        self._providers = providers
        self._sync = sync
        self._reminders = reminders
        self._forgetting = forgetting
        self._refusals = refusals
        self._queue = queue
        self._polled: set[str] = set()
        self._schedule = schedule
        self._timing = timing or FollowTiming()
        self._clock = clock
        self._begun_at = clock()

    async def poll(self) -> None:
        """Have each account polled, show what was recorded and not shown, remind, forget; raises `StoreUnavailable`.

        A step that fails costs only itself.
        """
        await self._count.poll_begun()
        teams: dict[str, set[str]] = {}
        late: list[Session] = []
        async for some in self._sessions.followed_in_pieces():
            for session in some:
                await alone("end", self._finish(session), team=session.requester.conversation.team, session=session.id)
            started = _started(some)
            self._note_teams(started, teams)
            late += self._reminders.late(started)
        for account, own in teams.items():
            await alone("poll", self._queue.poll_account(account, sorted(own)), account=account)
        await alone("remind", self._reminders.remind(late))
        await alone("forget", self._forgetting.sweep())

    async def poll_account(self, account: str, teams: Sequence[str]) -> None:
        """Bring the open sessions of one account, by its id, up to date where that is due; raises `StoreUnavailable`.

        Sessions of an account that their workspace disconnected or replaced are closed: nothing can be known of them.
        """
        with bound(account=account):
            works_with, sessions = await self._of_account(account, teams)
            if works_with and sessions:
                await alone("compare all", self._compare_if_due(works_with, sessions))
                self._polled.add(account)
            await let_go(sessions)

    async def poll_all(self, account: str) -> None:
        """Read the open sessions of an account by lists, where webhooks leave too few requests to read one each.

        May raise `TryLater`. What is not found in a few pages is left to the next round.
        """
        teams: dict[str, set[str]] = {}
        async for some in self._sessions.followed_in_pieces():
            self._note_teams(_started(some), teams)
        for one in teams if account == EVERY_ACCOUNT else teams.keys() & {account}:
            await self._compare_account(one, sorted(teams[one]))

    async def _compare_account(self, account: str, teams: Sequence[str]) -> None:
        works_with, sessions = await self._of_account(account, teams)
        if works_with is None or not sessions:
            return
        compared = await self._compare_all(works_with, sessions)
        if any(one.unseen for one in compared):
            await works_with.polling.request_poll()
        for one in compared:
            if isinstance(one.trouble, TryLater):
                raise one.trouble

    def _note_teams(self, sessions: Iterable[Session], teams: dict[str, set[str]]) -> None:
        """Add the workspaces of some sessions to those of each account, by its id."""
        for session in sessions:
            account = id_in(self._sessions.account_of(session))
            teams.setdefault(account, set()).add(session.requester.conversation.team)

    async def _of_account(self, account: str, teams: Sequence[str]) -> tuple[Account | None, list[Session]]:
        """Return an account, and its open sessions in these workspaces; those that it has lost are closed."""
        works_with: Account | None = None
        own: list[Session] = []
        for team in teams:
            try:
                current = await self._accounts.of(team)
            except NoAccount:
                current = None
            except (WorkspaceClosed, AccountUnreadable, NewerRecord) as error:
                log.warning("workspace_not_polled", team=team, reason=type(error).__name__)
                continue
            is_current = current is not None and current.about.id == account
            works_with = current if is_current else works_with
            async for some in self._sessions.followed_in_pieces([team]):
                sessions = [one for one in _started(some) if id_in(self._sessions.account_of(one)) == account]
                own += sessions if is_current else []
                for session in [] if is_current else sessions:
                    await alone("close", self._close(session), team=team, session=session.id)
        return works_with, own

    async def _close(self, session: Session) -> None:
        log.info("session_without_account", session=session.id)
        await self._sync.apply(session, closed_without_notice(session), at=await self._timeline.now())

    async def _finish(self, session: Session) -> None:
        if not session.state.is_open or session.redraw_due:
            await self._queue.request_redraw(session.requester.conversation.team, session.id)
        elif await self._is_orphaned(session):
            log.warning("session_orphaned", team=session.requester.conversation.team, session=session.id)
            await self._sessions.forget(session)

    async def _is_orphaned(self, session: Session) -> bool:
        """Return whether it was recorded and never queued: then Slack said that the command failed."""
        # What was planned has its card before it begins.
        was_begun = session.card or session.progress.card_begun or session.progress.links_sent
        # It may be far in the future where the clock was set back since.
        is_old = abs(self._clock() - session.created_at) >= self._timing.handed_over_within.total_seconds()
        return is_old and not was_begun and not await self._queue.is_handed_over(session.id)

    async def _compare_if_due(self, account: Account, sessions: Sequence[Session]) -> None:
        # Webhooks that came while no process was there are lost: a process that has just begun asks at once, unless it
        # has seen all the sessions begin.
        if account.about.id not in self._polled and any(one.created_at < self._begun_at for one in sessions):
            await self._catch_up(account, sessions)
        elif not await account.polling.is_resting() and (due := await self._due(account, sessions)):
            await self._catch_up(account, due)

    async def _due(self, account: Account, sessions: Sequence[Session]) -> list[Session]:
        """Return the sessions of those kinds whose list is due."""
        is_requested = await account.polling.is_requested()
        announced = await account.events.announced(list(Subject))
        due: list[Session] = []
        for kind in Kind:
            own = [session for session in sessions if session.kind is kind]
            if own and (await self._is_due(account, own, announced) or is_requested):
                due += own
        return due

    async def _is_due(self, account: Account, own: Sequence[Session], announced: frozenset[str]) -> bool:
        """Return whether the list of the kind of these sessions is due, and claim it."""
        webhooks = are_announced(own, announced)
        if webhooks and not self._schedule.is_any_overdue(own, now=self._clock()):
            return False
        again_after = self._schedule.until_next_poll(webhooks=webhooks)
        return await account.polling.may_poll(own[0].kind, again_after=again_after)

    async def _catch_up(self, account: Account, sessions: Sequence[Session]) -> None:
        compared = await self._compare_all(account, sessions)
        if not any(one.is_cut_short for one in compared):
            await self._read_singly(account, [session for one in compared for session in one.unseen])
        troubles = [one.trouble for one in compared if one.trouble]
        for error in troubles[:1]:
            # Where the budget is short, people come first: the next round will do.
            trouble = _trouble(error)
            log.warning("poll_failed", trouble=trouble)
            await account.polling.poll_failed(trouble, at=self._clock())
        if any(isinstance(error, SignInFailed) for error in troubles):
            teams = {session.requester.conversation.team for session in sessions}
            await self._refusals.note(account, teams, every=self._schedule.every)
        elif not troubles:
            await account.polling.accepted()

    async def _read_singly(self, account: Account, unseen: Sequence[Session]) -> None:
        """Read singly some that the pages left out, which may still be there; those that waited longest first."""
        chosen = await account.polling.longest_unseen(unseen, most=READ_SINGLY_AT_MOST)
        for session in chosen:
            await self._queue.request_sync(session.requester.conversation.team, session.id)
        await account.polling.seen(chosen, by=await account.polling.begin())

    async def _compare_all(self, account: Account, sessions: Sequence[Session]) -> list[Compared]:
        """Record what Apizee's lists say of them."""
        lists = Lists(self._providers, account.polling, clock=self._timeline.now, on_seen=self._on_seen)
        compared: list[Compared] = []
        for kind in Kind:
            mine = [session for session in sessions if session.kind is kind]
            if mine:
                await alone("compare", _compare(lists, kind, mine, compared), kind=kind)
        unseen = {session.id for one in compared for session in one.unseen}
        # Of what was forgotten since this round began nothing is to be kept again.
        seen = await self._sessions.still_kept(one for one in sessions if one.id not in unseen)
        await account.polling.seen(seen, by=await account.polling.begin())
        return compared

    async def _on_seen(self, page: Sequence[Seen], at: float) -> None:
        judged = [(known, self._judged(seen)) for known, seen in page]
        for known, seen in await self._sync.news(judged, at=at):
            await alone("notice", self._apply(known, seen, at), session=known.id)

    async def _apply(self, known: Session, seen: Session, at: float) -> None:
        with suppress(NoSession):  # it was forgotten since this round began
            await self._sync.apply(known, seen, at=at)

    def _judged(self, seen: Session) -> Session:
        ends_at = seen.remote.ended_at or datetime.fromtimestamp(seen.created_at, UTC)
        over = datetime.fromtimestamp(self._clock(), UTC) > ends_at + self._timing.given_up_after
        return closed_without_notice(seen) if over and seen.state.is_open else seen


async def _compare(lists: Lists, kind: Kind, sessions: Sequence[Session], compared: list[Compared]) -> None:
    compared.append(await lists.compare(kind, sessions))


def _started(sessions: Iterable[Session]) -> list[Session]:
    return [one for one in sessions if one.state.is_open and one.remote.id and one.progress.links_sent]


def _trouble(error: KnownError) -> Trouble:
    match error:
        case Refused():
            return Trouble.REFUSED
        case SignInFailed():
            return Trouble.SIGN_IN
        case NotSent() if not isinstance(error, Unreachable):
            return Trouble.LIMITED
        case _:
            return Trouble.AWAY
