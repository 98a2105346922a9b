"""Starts sessions: from the record of what was asked for to the card, the invitation and the links.

Each step is recorded before and after it is taken. A process that runs this again, after a crash at any line, goes on
where the record stops.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.model.errors import (
    InvitationsUsedUp,
    KnownError,
    StaleRecord,
    TryLater,
)
from bot.model.messages import Message
from bot.model.session import Kind, Problem, Session, State
from bot.model.timing import StartTiming
from bot.policy.agents import Agents
from bot.sessions.cards import Cards, Update
from bot.sessions.duplicates import DuplicateCheck
from bot.sessions.invitation_limit import SURELY_NOT_INVITED, InvitationLimit
from bot.sessions.invite import Inviter, RetryAfter
from bot.sessions.open_links import OpenLinks, open_link
from bot.sessions.planned.plans import Plans
from bot.sessions.planned.preparing import TURNED_AWAY, Preparing
from bot.sessions.provider import VideoProvider
from bot.sessions.taking_over import TakingOver
from bot.sessions.views import private
from bot.sessions.views.limits import invitations_used_up
from bot.slack.client import Slack
from bot.slack.errors import SlackAway, SlackError
from bot.store.sessions.store import Sessions
from bot.ui import private_messages
from bot.ui.error_messages import sentence
from bot.ui.fallback_form import FallbackForm
from bot.ui.text import Translator, is_link, mask_contacts_in, translator_for

log = get_logger(__name__)


class SessionStart:
    """Starts sessions; `apizee_url` leads to Apizee's own form, `command` is what sentences name."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        slack: Slack,
        agents: Agents,
        preparing: Preparing,
        plans: Plans,
        cards: Cards,
        providers: Mapping[Kind, VideoProvider],
        duplicates: DuplicateCheck,
        limit: InvitationLimit,
        queue: Queue,
        apizee_url: str,
        command: str,
        open_links: OpenLinks | None = None,
        timing: StartTiming | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._slack = slack
        self._agents = agents
        self._preparing = preparing
        self._plans = plans
        self._cards = cards
        self._providers = providers
        self._duplicates = duplicates
        self._limit = limit
        self._queue = queue
        self._apizee_url = apizee_url
        self._command = command
        self._open_links = open_links
        self._timing = timing or StartTiming()
        self._clock = clock
        self._inviter = Inviter(sessions, self._timing, clock)
        self._taking_over = TakingOver(sessions, queue)

    async def start(self, team: str, session_id: str) -> None:
        """Bring a session from its record to its links; may be called again after any failure, by one at a time.

        Raises `TryLater` where it has to go on later, also with a process that went on meanwhile (`StaleRecord`).
        """
        session = await self._sessions.load_for_start(team, session_id)
        if session is None or await self._is_done(session):
            return
        provider = self._providers[session.kind]
        try:
            try:
                session = await self._preparing.with_agent(session)
                if session.state is State.PLANNED:
                    await self._plans.set_up(session)
                    return
                if other := await self._duplicates.find(session):
                    await self._ask_first(session, other)
                    return
                await self._limit.check(session)
                await self._taking_over.claim(session)
                session = await self._cards.post(session)
            except TURNED_AWAY as error:
                await self._turn_away(session, error)
                return
            try:
                invited = await self._inviter.invite(session, provider)
            except StaleRecord:
                await self._cards.keep_one(session)
                raise
            if isinstance(invited, RetryAfter):
                # In trouble there is more to it than Apizee's limit: the card says so once that is certain.
                if invited.is_stated and not session.progress.trouble_since:
                    await self._cards.update(session, wait=invited.seconds)
                raise TryLater(invited.seconds, is_stated=invited.is_stated)
            if invited.problem in SURELY_NOT_INVITED:
                await self._limit.give_back(invited)
            await self._taking_over.show(invited)
            await self._send_links(await self._with_call(invited))
        except SlackAway as wait:
            await self._announce_wait(team, session_id, wait)
            raise

    async def on_exhausted(self, team: str, session_id: str, *, reference: str) -> None:
        """Say that a session met an error that nobody foresaw, which the log knows under a reference id.

        Those invited by then stay invited, and the agent gets the links. Raises `TryLater` where Slack accepts nothing.
        """
        session = await self._sessions.get(team, session_id)
        if session is None or session.progress.links_sent:
            return
        if session.remote.id is not None and session.state is not State.FAILED:
            await self._send_links(session, last_try=True)
            return
        session = await self._inviter.fail(session, Problem.UNEXPECTED)
        await self._show(session)
        message = private_messages.unforeseen(reference, translator_for(session.locale))
        await self._slack.send_private(session.requester, message, last_try=True)
        await self._sessions.write(session, session.with_progress(links_sent=True))

    async def _is_done(self, session: Session) -> bool:
        """Return whether nothing is left to do: a plan is set up, or its agent has to be asked first."""
        if self._plans.is_overdue(session):
            await self._plans.hold(session)
            return True
        if session.state is State.PLANNED and session.progress.links_sent:
            await self._plans.schedule(session)
        return session.progress.links_sent

    async def _turn_away(self, session: Session, error: KnownError) -> None:
        """Fail the session before anybody is invited, and say why to the requester alone."""
        # Since `session` was read, it may have been recorded that its card was about to be posted.
        latest = await self._sessions.get(session.requester.conversation.team, session.id)
        if latest is None:
            return
        if (latest.card, latest.progress.invitation_begun) != (session.card, session.progress.invitation_begun):
            raise StaleRecord
        # Of all that is turned away, only what was planned has a card yet.
        failed = await self._inviter.fail(latest, Problem.NOT_STARTED if latest.card else Problem.REFUSED)
        person = self._agents.cached(session.requester.conversation.team, session.requester.user)
        translate = translator_for(person.locale if person else session.locale)
        await self._limit.give_back(failed)
        await self._taking_over.show(failed)
        why = self._why(session, error, translate)
        if failed.card:
            await self._show(failed)
        if failed.plan and failed.card:
            await self._plans.explain(failed, why)
        else:
            await self._slack.send_private(session.requester, why)
        log.info("turned_away", session=session.id, reason=type(error).__name__)
        await self._sessions.write(failed, failed.with_step_error(why.text).with_progress(links_sent=True))

    async def _ask_first(self, session: Session, other: Session) -> None:
        """Ask the agent about the open session of the same people, and have the card of a plan say that it ended."""
        if session.card:
            await self._show_soon(session)
        await self._duplicates.ask_first(session, other)

    def _why(self, session: Session, error: KnownError, translate: Translator) -> Message:
        if isinstance(error, InvitationsUsedUp):
            return invitations_used_up(session, error, translate, command=self._command)
        return private_messages.text_message(sentence(error, translate, command=self._command))

    async def _with_call(self, session: Session) -> Session:
        """Return the session with Slack's block of a call, where it has a meeting and Slack takes one in time."""
        url = session.remote.links.meeting
        if session.call_id or url is None or not is_link(url):
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
        return await self._sessions.write(session, replace(session, call_id=call))

    async def _send_links(self, session: Session, *, last_try: bool = False) -> None:
        """Update the card, and send the agent what only they may know, or what the card cannot say."""
        translate, on_card = translator_for(session.locale), await self._show(session)
        if not on_card:
            on_card = await self._cards.reply(session, private.instead_of_card(session, translate))
            session = await self._sessions.update(session, lambda latest: latest.with_progress(stale_sent=True))
        form = FallbackForm.filled_in(session, apizee_url=self._apizee_url)
        message = private.for_agent(session, form, translate, open_link=open_link(self._open_links, session))
        if session.invitation.for_user and session.state is not State.FAILED:
            message = await self._send_to_colleague(session, last_try=last_try)
        if message is None and not on_card:
            message = private.instead_of_card(session, translate)
        if message and not await self._slack.send_private(session.requester, message, last_try=last_try):
            log.error("links_not_sent", session=session.id, state=session.state, on_card=on_card)
        await self._sessions.update(session, lambda latest: latest.with_progress(links_sent=True))

    async def _send_to_colleague(self, session: Session, *, last_try: bool) -> Message:
        """Send the links to the colleague who is the agent, once; returns what the requester reads of it."""
        is_sent = session.progress.colleague_links_sent
        if not is_sent:
            message = private.for_colleague(
                session, open_link=open_link(self._open_links, session), card_link=await self._cards.link(session)
            )
            is_sent = await self._slack.send_private(session.recipient, message, last_try=last_try)
            await self._sessions.update(session, lambda latest: latest.with_progress(colleague_links_sent=is_sent))
        return private.sent_to_colleague(session, translator_for(session.locale), is_sent=is_sent)

    async def _show(self, session: Session) -> bool:
        """Return whether the card says how the session is, or soon will: an update that has to wait is queued."""
        try:
            return await self._cards.update(session) is Update.SHOWN
        except SlackAway:
            await self._show_soon(session)
            return True

    async def _show_soon(self, session: Session) -> None:
        await self._queue.request_redraw(session.requester.conversation.team, session.id)

    async def _announce_wait(self, team: str, session_id: str, wait: SlackAway) -> None:
        """Send the requester one message about a long wait."""
        session = await self._sessions.get(team, session_id)
        if session is None or session.progress.wait_sent or wait.retry_in < self._timing.worth_telling:
            return
        session = await self._sessions.update(session, lambda latest: latest.with_progress(wait_sent=True))
        person = self._agents.cached(team, session.requester.user)
        translate = translator_for(person.locale if person else session.locale)
        try:
            await self._slack.send_private(session.requester, private.slack_has_to_wait(translate), last_try=True)
        except (SlackError, TryLater) as error:
            log.warning("wait_not_announced", reason=str(error))
