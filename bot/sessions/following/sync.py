"""Records sessions as Apizee knows them: a webhook is a reason to ask Apizee, and what it answers is shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.apizee.errors import BudgetExhausted, NotFound, SignInFailed
from bot.apizee.webhooks import Unknown, Webhook, parse
from bot.installation.accounts import Account
from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.model.accounts import id_in
from bot.model.errors import AccountReplaced, AccountUnreadable, NoAccount, NoSession, TryLater
from bot.model.session import Kind, Session, State
from bot.model.session.timeline import NOTED_ONLY, Milestone, renewed
from bot.sessions.following.listing import Seen
from bot.sessions.following.schedule import PollSchedule
from bot.sessions.provider import VideoProvider
from bot.slack.errors import WorkspaceClosed
from bot.store.sessions.store import Sessions
from bot.store.timeline import Timeline

# As long as the starter works on a session, nobody else changes it.
_STARTER_IS_DONE_IN = 1.0

log = get_logger(__name__)


class SessionSync:
    """Receives webhooks, reads single sessions, and records what has changed in them.

    A webhook makes polling rarer by `schedule`, for what it is about alone. `on_unknown` is called with what a webhook
    was about that the bot does not understand.
    """

    def __init__(
        self,
        *,
        sessions: Sessions,
        timeline: Timeline,
        providers: Mapping[Kind, VideoProvider],
        queue: Queue,
        schedule: PollSchedule,
        on_unknown: Callable[[str], None] = lambda _object: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._timeline = timeline
        self._providers = providers
        self._queue = queue
        self._on_unknown = on_unknown
        self._schedule = schedule
        self._clock = clock

    async def on_webhook(self, account: Account, body: bytes) -> None:
        """Note what a webhook of an account says, and have its session read; the same one again does nothing.

        Raises `Malformed`.
        """
        try:
            webhook = parse(body, received_at=self._clock())
        except Unknown as unknown:
            self._lost(unknown.object)
            return
        if await account.events.was_received(body):
            return
        if webhook and not await self._act_on(account, webhook):
            # Nobody knows whose it is: that Apizee sends webhooks is no reason to ask less often then.
            self._lost("conversation")
            return
        await account.events.note_webhook(body, quiet_after=self._schedule.until_next_poll(webhooks=True))

    def _lost(self, about: str) -> None:
        log.info("webhook_not_understood", object=about)
        self._on_unknown(about)

    async def sync(self, team: str, session_id: str) -> Session | None:
        """Read a session at Apizee and record what is new; raises `TryLater` where it cannot be read now.

        Returns the session where its card is to be updated.
        """
        session = await self._sessions.get(team, session_id)
        if session is None or session.state is State.FAILED:
            return None
        if not session.progress.links_sent:
            raise TryLater(_STARTER_IS_DONE_IN)
        begun = await self._timeline.now()
        try:
            seen = await self._read(session) if session.state.is_under_way else session
        except (WorkspaceClosed, AccountUnreadable, SignInFailed) as error:  # the rounds ask again
            log.warning("session_not_read", team=team, session=session_id, reason=str(error))
        except BudgetExhausted:
            # One request for all who wait does more than one for each.
            await self._queue.request_poll(id_in(self._sessions.account_of(session)))
        else:
            return await self._recorded(session, seen, at=begun)
        return None

    async def apply(self, known: Session, seen: Session, *, at: float) -> None:
        """Record how Apizee knew a session when it was asked `at` that time; its card is updated where that is new.

        Raises `NoSession` where there is none any more.
        """
        team = known.requester.conversation.team
        latest = await self._sessions.get(team, known.id)
        if latest is None:
            raise NoSession
        if await self._recorded(latest, seen, at=at):
            await self._queue.request_redraw(team, known.id)

    async def news(self, page: Sequence[Seen], *, at: float) -> list[Seen]:
        """Return those of many sessions that `apply` would change, or whose cards lack something."""
        steps, now = await self._timeline.of_each(known for known, _ in page), await self._timeline.now()
        return [
            (known, seen)
            for (known, seen), own in zip(page, steps, strict=True)
            if known.redraw_due or _applied(known, seen, own, at, now) != known
        ]

    async def _recorded(self, known: Session, seen: Session, *, at: float) -> Session | None:
        """Record how Apizee knew a session when it was asked `at` that time; returns it where its card lacks something.

        That its card is to be updated is recorded in the same write: a process that dies before it has done that leaves
        it to the next one, which finds nothing new.
        """
        team = known.requester.conversation.team
        steps, now = await self._timeline.of(team, known.id), await self._timeline.now()
        latest = await self._sessions.update(known, lambda latest: _applied(latest, seen, steps, at, now))
        if latest.version != known.version:
            log.info("session_changed", team=team, session=known.id, kind=known.kind, state=latest.state)
        return latest if latest.version != known.version or latest.redraw_due else None

    async def _act_on(self, account: Account, webhook: Webhook) -> bool:
        """Do what a webhook gives reason for; returns whether it says what it is about."""
        if webhook.media:
            await self._look_for_media(account)
            return True
        ticket = webhook.ticket
        if webhook.conversation:
            ticket = await account.facts.ticket_of(webhook.conversation)
        owners = await self._owners(account, ticket, webhook.meeting)
        for owner in owners:
            if webhook.milestone:
                await self._timeline.note(*owner, webhook.milestone)
            if webhook.milestone and webhook.milestone.step in NOTED_ONLY:
                await self._queue.request_redraw(*owner, after_webhook=True)
            else:
                await self._queue.request_sync(*owner)
        if owners and webhook.subject:
            await account.events.note_announced(webhook.subject, lasts=self._schedule.announced_for)
        return ticket is not None or webhook.meeting is not None

    async def _look_for_media(self, account: Account) -> None:
        """Request the media of the last sessions, now and then: the webhook does not say whose they are."""
        await account.events.note_media(at=self._clock())
        ended = await account.events.awaiting_media(at=self._clock())
        later = await account.events.media_wait() if ended else timedelta()
        for team, session_id in ended:
            await self._queue.look_for_media(team, session_id, later=later)

    async def _owners(self, account: Account, ticket: int | None, meeting: str | None) -> list[tuple[str, str]]:
        """Return the sessions that may be meant: a webhook names a meeting only by its name, which several may have."""
        if ticket is not None:
            owner = await self._sessions.owner(account.key, Kind.ASSISTANCE, ticket)
            return [owner] if owner else []
        meetings = await self._sessions.open_meetings_named(account.key, meeting) if meeting else []
        return [(meeting.requester.conversation.team, meeting.id) for meeting in meetings]

    async def _read(self, session: Session) -> Session:
        try:
            return await self._providers[session.kind].fetch(session)
        except (NotFound, NoSession, NoAccount, AccountReplaced):
            return closed_without_notice(session)


def closed_without_notice(session: Session) -> Session:
    """Return a session as one of whose end Apizee never said anything."""
    return replace(session.with_remote(closed_without_notice=True), state=State.EXPIRED)


def _applied(latest: Session, seen: Session, steps: tuple[Milestone, ...], at: float, now: float) -> Session:
    """Return the latest record with what was seen, unless something newer was seen since.

    What was seen after `now` was seen before the clock was set back.
    """
    known = _with_steps(latest, steps)
    is_older = at < latest.seen_at <= now
    if latest.state.is_open and not is_older:
        fresh = known.as_seen(seen)
        known = known if fresh == known else replace(fresh, seen_at=at)
    return _shown(known, latest)


def _with_steps(latest: Session, steps: tuple[Milestone, ...]) -> Session:
    return replace(latest, timeline=renewed(latest.timeline, steps))


def _shown(known: Session, latest: Session) -> Session:
    """Return what is known with its card to be updated; the latest record where that is the same."""
    return latest if known == latest else replace(known, redraw_due=latest.version + 1)
