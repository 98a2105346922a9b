"""From the record of what was asked for to the card, the invitation and the links.

Each step is written to the record before and after it is taken. Whoever runs this again, after a crash
at any line, goes on where the record stops; an invitation that was begun is looked up before it is repeated.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.apizee.errors import NotSent, OutcomeUnknown, Refused, SignInFailed, Unavailable, Unreachable
from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.model.errors import KnownError, NoAddress, NoAgent, StaleRecord, TryLater
from bot.model.session import Failure, Kind, Problem, Session, State
from bot.model.timing import StartTiming
from bot.policy.agents import Agents
from bot.sessions.cards import Cards
from bot.sessions.duplicates import DuplicateCheck
from bot.sessions.provider import VideoProvider
from bot.sessions.telling import AgentTeller
from bot.slack.client import Slack
from bot.slack.errors import SlackAway, SlackError
from bot.store.sessions.store import Sessions
from bot.ui import private_messages
from bot.ui.error_messages import sentence
from bot.ui.fallback_form import FallbackForm
from bot.ui.text import mask_contacts_in, translator_for

log = get_logger(__name__)


class SessionStart:
    """Starts sessions: `start` may be called any number of times for one session, by one caller at a time."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        slack: Slack,
        agents: Agents,
        cards: Cards,
        providers: Mapping[Kind, VideoProvider],
        duplicates: DuplicateCheck,
        queue: Queue,
        by_hand: Callable[[Session], FallbackForm],
        command: str,
        timing: StartTiming | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._slack = slack
        self._agents = agents
        self._cards = cards
        self._providers = providers
        self._duplicates = duplicates
        self._timing = timing or StartTiming()
        self._teller = AgentTeller(
            sessions=sessions,
            slack=slack,
            agents=agents,
            cards=cards,
            queue=queue,
            by_hand=by_hand,
            timing=self._timing,
        )
        self._command = command
        self._clock = clock

    async def start(self, team: str, session_id: str) -> None:
        """Bring a session from its record to the invitation; raises `TryLater` where it has to go on later."""
        session = await self._sessions.load_for_start(team, session_id)
        if session is None or session.progress.links_sent:
            return
        try:
            await self._go_on(await self._by_this_clock(session))
        except SlackAway as error:
            await self._teller.announce_wait(team, session_id, error)
            raise

    async def on_exhausted(self, team: str, session_id: str, *, reference: str) -> None:
        """Say that this session met an error that nobody foresaw, which the log knows under a reference id.

        Who is invited by then stays invited, and the agent gets the links. Raises `TryLater` where Slack takes nothing.
        """
        session = await self._sessions.get(team, session_id)
        if session is None or session.progress.links_sent:
            return
        if session.remote.id is not None and session.state is not State.FAILED:
            await self._teller.tell(session, last_try=True)
            return
        session = await self._failed(session, Problem.UNEXPECTED)
        await self._teller.show(session)
        message = private_messages.unforeseen(reference, translator_for(session.locale))
        await self._slack.send_private(session.requester, message, last_try=True)
        await self._save(session, session.with_progress(links_sent=True))

    async def _go_on(self, session: Session) -> None:
        try:
            session = await self._with_agent(session)
            if other := await self._duplicates.of(session):
                await self._duplicates.ask_first(session, other)
                return
            if session.card is None:
                session = await self._cards.post(session)
        except (NoAgent, NoAddress, SlackError) as error:
            await self._turn_away(session, error)
            return
        try:
            session = await self._with_invitation(session)
        except StaleRecord:
            await self._cards.keep_one(session)
            raise
        session = await self._with_call(session)
        await self._teller.tell(session)

    async def _by_this_clock(self, session: Session) -> Session:
        """The session without steps that lie in the future: they are older than the clock, which was set back since."""
        now, progress = self._clock(), session.progress
        begun, since = progress.invitation_begun, progress.trouble_since
        past = session.with_progress(
            invitation_begun=None if begun is None else min(begun, now),
            trouble_since=None if since is None else min(since, now),
        )
        return session if past == session else await self._save(session, past)

    async def _with_agent(self, session: Session) -> Session:
        if session.invitation.agent:
            return session
        person = await self._agents.person(session.requester.conversation.team, session.requester.user)
        known = replace(
            session.with_invitation(agent=self._agents.login(person)), locale=person.locale, timezone=person.timezone
        )
        return await self._providers[session.kind].prepared(known)

    async def _turn_away(self, session: Session, error: KnownError) -> None:
        # Since `session` was read, it may have been written down that its card was about to be posted.
        latest = await self._sessions.get(session.requester.conversation.team, session.id)
        if latest is None:
            return
        if (latest.card, latest.progress.invitation_begun) != (session.card, session.progress.invitation_begun):
            raise StaleRecord
        failed = await self._failed(latest, Problem.REFUSED)
        person = self._agents.remembered(session.requester.conversation.team, session.requester.user)
        translate = translator_for(person.locale if person else session.locale)
        await self._slack.send_private(
            session.requester, private_messages.told(sentence(error, translate, command=self._command))
        )
        log.info("turned_away", session=session.id, reason=type(error).__name__)
        await self._save(failed, failed.with_progress(links_sent=True))

    async def _with_invitation(self, session: Session) -> Session:
        try:
            if _awaits_invitation(session) and session.progress.invitation_begun:
                session = await self._looked_up(session)
            return await self._invited(session) if _awaits_invitation(session) else session
        except NotSent as error:
            await self._cards.draw(session, wait=error.retry_in)
            raise

    async def _looked_up(self, session: Session) -> Session:
        begun = session.progress.invitation_begun or self._clock()
        try:
            async for made in self._providers[session.kind].find_created(session):
                if await self._sessions.claim(made, made.remote.id or 0):
                    log.info("invitation_found", kind=made.kind, remote_id=made.remote.id)
                    return await self._save(session, made)
        except (Unreachable, Unavailable) as error:
            return await self._paused(session, error, Problem.UNCERTAIN)
        except SignInFailed:
            return await self._failed(session, Problem.UNCERTAIN)
        settled_in = begun + self._timing.settled_after - self._clock()
        if settled_in > 0:
            raise TryLater(settled_in)
        return await self._failed(session, Problem.UNREACHABLE) if self._is_exhausted(session) else session

    async def _invited(self, session: Session) -> Session:
        first_try = not session.progress.invitation_begun
        reference = self._providers[session.kind].reference(session)
        begun = session.with_progress(invitation_begun=self._clock()).with_invitation(reference=reference)
        session = await self._save(session, begun)
        try:
            made = await self._made(session)
        except KnownError as error:
            return await self._not_invited(session, error, first_try=first_try)
        if not await self._sessions.claim(made, made.remote.id or 0):
            # A session that lost its own answer took this one for its own: now that one's is ours.
            raise TryLater(self._timing.looked_up_after)
        log.info("invited", kind=made.kind, remote_id=made.remote.id)
        return await self._save(session, made)

    async def _not_invited(self, session: Session, error: KnownError, *, first_try: bool) -> Session:
        """What becomes of an invitation of which Apizee did not say that it is made; raises `TryLater` to go on."""
        match error:
            case Unreachable():
                in_trouble = _in_trouble(session).with_progress(invitation_begun=None)
                return await self._paused(await self._save(session, in_trouble), error, Problem.UNREACHABLE)
            case NotSent():
                await self._save(session, session.with_progress(invitation_begun=None))
            case OutcomeUnknown():
                await self._save(session, _in_trouble(session))
                raise TryLater(self._timing.looked_up_after) from error
            case Refused():
                return await self._failed(session, Problem.REFUSED, refusal=error.message)
            case SignInFailed():
                return await self._failed(session, Problem.SIGN_IN if first_try else Problem.UNCERTAIN)
        raise error

    async def _made(self, session: Session) -> Session:
        """Make the room, or give it up before anybody else takes it for never made."""
        try:
            async with asyncio.timeout(self._timing.making_at_most):
                return await self._providers[session.kind].invited(session)
        except TimeoutError:
            raise OutcomeUnknown from None

    async def _paused(self, session: Session, error: TryLater, problem: Problem) -> Session:
        session = await self._save(session, _in_trouble(session))
        if self._is_exhausted(session):
            return await self._failed(session, problem)
        raise TryLater(min(error.retry_in, self._timing.pause_at_most)) from error

    def _is_exhausted(self, session: Session) -> bool:
        since = session.progress.trouble_since
        return since is not None and self._clock() - since >= self._timing.given_up_after

    async def _with_call(self, session: Session) -> Session:
        url = session.remote.links.meeting
        if session.call_id or url is None:
            return session
        try:
            call = await self._slack.add_call(
                session.requester.conversation.team,
                unique_id=session.id,
                url=url,
                title=mask_contacts_in(session.invitation.name or ""),
                created_by=session.requester.user,
            )
        except SlackError as error:
            log.warning("call_not_added", session=session.id, reason=error.code)
            return session
        except SlackAway as error:
            # It only adorns the card: who is invited waits for the links.
            invited_at = session.progress.invitation_begun or session.created_at
            if self._clock() + error.retry_in < invited_at + self._timing.call_worth_waiting:
                raise
            log.warning("call_not_added", session=session.id, reason="wait")
            return session
        return await self._save(session, replace(session, call_id=call))

    async def _failed(self, session: Session, problem: Problem, *, refusal: str | None = None) -> Session:
        log.warning("session_failed", kind=session.kind, problem=problem)
        return await self._save(session, replace(session, failure=Failure(problem, refusal), state=State.FAILED))

    async def _save(self, before: Session, after: Session) -> Session:
        """Write a session down; a process that was taken for dead, and is not, stops here (`StaleRecord`)."""
        return await self._sessions.write(before, after)


def _awaits_invitation(session: Session) -> bool:
    return session.remote.id is None and session.state is not State.FAILED


def _in_trouble(session: Session) -> Session:
    """Trouble counts from the beginning of the first try that met it: the person has waited since then."""
    progress = session.progress
    return session.with_progress(trouble_since=progress.trouble_since or progress.invitation_begun)
