"""Invites the customer or the guests of a session: once, whatever dies or fails in between.

The session is recorded before Apizee is asked. A process that finds an invitation begun looks it up at Apizee first,
and repeats it only once it cannot be under way any more and is not there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.apizee.errors import NotSent, OutcomeUnknown, Refused, SignInFailed, Unavailable, Unreachable
from bot.log import get_logger
from bot.model.errors import AccountReplaced, NoAccount
from bot.model.session import Failure, Problem, Session, State
from bot.model.timing import StartTiming
from bot.sessions.provider import VideoProvider
from bot.store.sessions.store import Sessions

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """The invitation goes on after so many `seconds`; `is_stated` is whether Apizee keeps a turn for it then."""

    seconds: float
    is_stated: bool = False


class Inviter:
    """Invites; a session that another process has changed meanwhile raises `StaleRecord`."""

    def __init__(self, sessions: Sessions, timing: StartTiming, clock: Callable[[], float] = time.time) -> None:
        self._sessions = sessions
        self._timing = timing
        self._clock = clock

    async def invite(self, session: Session, provider: VideoProvider) -> Session | RetryAfter:
        """Return the session once it is invited or has failed, else after how long to call this again."""
        session = await self._without_future(session)
        if _is_waiting(session) and session.progress.invitation_begun:
            looked_up = await self._look_up(session, provider)
            if isinstance(looked_up, RetryAfter):
                return looked_up
            session = looked_up
        return await self._create(session, provider) if _is_waiting(session) else session

    async def fail(self, session: Session, problem: Problem, refusal: str | None = None) -> Session:
        """Record that a session failed."""
        log.warning("session_failed", kind=session.kind, problem=problem)
        failed = replace(session, state=State.FAILED, failure=Failure(problem, refusal))
        return await self._sessions.write(session, failed)

    async def _without_future(self, session: Session) -> Session:
        """Move steps that lie in the future to the present: they are older than the clock, which was set back since."""
        now, progress = self._clock(), session.progress
        begun, since = progress.invitation_begun, progress.trouble_since
        if max(begun or 0.0, since or 0.0) <= now:
            return session
        past = session.with_progress(
            invitation_begun=None if begun is None else min(begun, now),
            trouble_since=None if since is None else min(since, now),
        )
        return await self._sessions.write(session, past)

    async def _look_up(self, session: Session, provider: VideoProvider) -> Session | RetryAfter:
        """Look for what an unanswered invitation created; returns the session as it is where it may be repeated."""
        begun = session.progress.invitation_begun or self._clock()
        try:
            async for created in provider.find_created(session):
                if found := await self._sessions.write_owner(session, created):
                    log.info("invitation_found", kind=found.kind, remote_id=found.remote.id)
                    return found
        except (Unreachable, Unavailable):
            return await self._look_once_more(session, begun)
        except NotSent as error:
            return RetryAfter(error.retry_in, is_stated=error.is_stated)
        except (NoAccount, AccountReplaced, SignInFailed):
            return await self.fail(session, Problem.UNCERTAIN)
        settled_in = begun + self._timing.settled_after - self._clock()
        if settled_in > 0:
            return RetryAfter(settled_in)
        return await self.fail(session, Problem.UNREACHABLE) if self._is_exhausted(session) else session

    async def _create(self, session: Session, provider: VideoProvider) -> Session | RetryAfter:
        """Invite, and record what Apizee said of it."""
        is_first_try = not session.progress.invitation_begun
        begun = session.with_progress(invitation_begun=self._clock())
        session = await self._sessions.write(session, begun.with_invitation(reference=provider.reference(session)))
        not_sent = session.with_progress(invitation_begun=None)
        try:
            # Given up before any other process may take it for never sent.
            async with asyncio.timeout(self._timing.making_at_most):
                created = await provider.create(session)
        except Unreachable:
            return await self._pause(_in_trouble(session, not_sent), session)
        except NotSent as error:
            await self._sessions.write(session, not_sent)
            return RetryAfter(error.retry_in, is_stated=error.is_stated)
        except (OutcomeUnknown, TimeoutError):
            await self._sessions.write(session, _in_trouble(session))
            return RetryAfter(self._timing.looked_up_after)
        except Refused as error:
            return await self.fail(session, Problem.REFUSED, error.message)
        except (NoAccount, AccountReplaced, SignInFailed):
            return await self.fail(session, Problem.SIGN_IN if is_first_try else Problem.UNCERTAIN)
        invited = await self._sessions.write_owner(session, created)
        if invited is None:
            # Another session claimed this ticket after losing its own response; look ours up.
            return RetryAfter(self._timing.looked_up_after)
        log.info("invited", kind=invited.kind, remote_id=invited.remote.id)
        return invited

    async def _look_once_more(self, session: Session, begun: float) -> Session | RetryAfter:
        """Record that a look was not answered: there is one more, when the invitation can no longer be under way."""
        session = await self._sessions.write(session, _in_trouble(session))
        settled_in = begun + self._timing.settled_after - self._clock()
        return RetryAfter(settled_in) if settled_in > 0 else await self.fail(session, Problem.UNCERTAIN)

    async def _pause(self, in_trouble: Session, session: Session) -> Session | RetryAfter:
        """Record that nothing left the bot; fail where that has lasted too long."""
        session = await self._sessions.write(session, in_trouble)
        return (
            await self.fail(session, Problem.UNREACHABLE)
            if self._is_exhausted(session)
            else RetryAfter(self._timing.pause)
        )

    def _is_exhausted(self, session: Session) -> bool:
        since = session.progress.trouble_since
        return since is not None and self._clock() - since >= self._timing.given_up_after


def _is_waiting(session: Session) -> bool:
    """Return whether nobody is known to be invited yet."""
    return session.remote.id is None and session.state is not State.FAILED


def _in_trouble(session: Session, after: Session | None = None) -> Session:
    """Count the trouble from the beginning of the first try that met it: the person has waited since then."""
    progress = session.progress
    return (after or session).with_progress(trouble_since=progress.trouble_since or progress.invitation_begun)
