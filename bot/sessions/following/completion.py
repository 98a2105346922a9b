"""Keeps a session's card up to date, to its end, and does once what belongs to the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace

from bot.installation.accounts import Accounts
from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.model.errors import AccountReplaced, NoAccount, TryLater
from bot.model.messages import Message
from bot.model.session import Kind, Session, State
from bot.model.session.timeline import IN_CALL, NOTED_ONLY, Milestone, Step, renewed
from bot.sessions.cards import Cards, Update
from bot.sessions.following.drawn import DrawnRecord
from bot.sessions.following.notices import AgentNotices
from bot.sessions.following.schedule import PollSchedule
from bot.sessions.passing_on.qr_codes import QrCodes
from bot.sessions.provider import VideoProvider
from bot.sessions.views import private
from bot.slack.client import Slack
from bot.slack.errors import SlackError, WorkspaceClosed
from bot.store.sessions.store import Sessions
from bot.store.timeline import Timeline
from bot.ui import private_messages
from bot.ui.media import customers_place
from bot.ui.text import translator_for

# As long as a session is being started, its start updates the card.
_STARTED_IN = 1.0

log = get_logger(__name__)


class CardUpdater:
    """Updates cards from the records of their sessions, and ends each session once."""

    def __init__(
        self,
        *,
        sessions: Sessions,
        timeline: Timeline,
        accounts: Accounts,
        slack: Slack,
        cards: Cards,
        notices: AgentNotices,
        qr_codes: QrCodes,
        providers: Mapping[Kind, VideoProvider],
        queue: Queue,
        schedule: PollSchedule,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sessions = sessions
        self._timeline = timeline
        self._accounts = accounts
        self._slack = slack
        self._cards = cards
        self._notices = notices
        self._qr_codes = qr_codes
        self._providers = providers
        self._queue = queue
        self._schedule = schedule
        self._clock = clock

    async def update(self, team: str, session_id: str) -> None:
        """Update a card from the latest record; may be called again after any failure. Raises `TryLater`."""
        session = await self._sessions.get(team, session_id)
        if session is None:
            return
        if not session.progress.links_sent:
            raise TryLater(_STARTED_IN)
        shown = replace(session, timeline=renewed(session.timeline, await self._timeline.of(team, session_id)))
        if session.state.is_open and self._is_unconfirmed(shown, set(shown.timeline) - set(session.timeline)):
            # What a webhook says is shown once Apizee has confirmed what it is about; the sync shows it then.
            await self._queue.request_sync(team, session_id)
            return
        await self.show(shown, recorded=session)

    async def show(self, session: Session, *, recorded: Session | None = None) -> None:
        """Show a session as it is, and do what is due because of it; raises `TryLater`.

        `recorded` is its record, where that lacks the latest steps of its customer.
        """
        drawn = DrawnRecord(self._sessions, recorded or session, session)
        update = await self._cards.update(session)
        await self._notices.send(session, drawn)
        await self._send_location(session, drawn)
        if session.is_followed and not session.state.is_open:
            await self._end(session, drawn, is_shown=update is Update.SHOWN)
        elif update is Update.REFUSED and not session.progress.stale_sent:
            await self._say_card_is_stale(session, drawn)
        if session.call_id and not session.state.is_open:
            await self._end_call(session, drawn, session.call_id)
        await drawn.note()

    def _is_unconfirmed(self, session: Session, new: Collection[Milestone]) -> bool:
        """Return whether Apizee has to be asked before new steps are shown.

        The session was not seen for long, or it seems to be further than its record says.
        """
        steps = {one.step for one in new}
        is_further = not steps <= NOTED_ONLY or (session.state is State.INVITED and not steps.isdisjoint(IN_CALL))
        return is_further or (bool(steps) and self._schedule.is_overdue(session, now=self._clock()))

    async def _send_location(self, session: Session, drawn: DrawnRecord) -> None:
        """Send the agent alone, once, where their customer is."""
        location = session.remote.location
        if location is None or session.progress.location_sent:
            return
        try:
            await self._slack.send_private(session.requester, customers_place(location, translator_for(session.locale)))
        except SlackError as error:
            log.info("location_not_sent", session=session.id, reason=error.code)
        await drawn.note(lambda latest: latest.with_progress(location_sent=True))

    async def _end(self, session: Session, drawn: DrawnRecord, *, is_shown: bool) -> None:
        team = session.requester.conversation.team
        if not is_shown:
            await self._say_below(session, private_messages.ended(session, translator_for(session.locale)))
        await self._qr_codes.remove(team, session.id)
        if session.state is State.DONE:
            await self._send_for_media(session)
            if self._providers[session.kind].counts_participants:
                await self._queue.count_participants(team, session.id)
        await self._ask_how_it_ended(session)
        await drawn.note(lambda latest: latest.with_progress(end_sent=True))
        log.info(
            "session_ended",
            team=team,
            session=session.id,
            state=session.state,
            without_notice=session.remote.closed_without_notice,
        )

    async def _ask_how_it_ended(self, session: Session) -> None:
        """Ask who had the customer how it ended, unless that is noted already."""
        if session.note or session.taken_over_by or not session.state.is_over:
            return
        # By a response URL, Slack shows it also in a channel that the person has left, where it is not seen.
        agent = replace(session.recipient, response_url="")
        try:
            await self._slack.send_private(
                agent, private.how_did_it_end(session, translator_for(session.recipient_locale))
            )
        except SlackError as error:
            log.info("not_asked_how_it_ended", session=session.id, reason=error.code)

    async def _send_for_media(self, session: Session) -> None:
        """Have media delivered now, and again later: only once more where webhooks about them announce what is new."""
        team, announced_at = session.requester.conversation.team, None
        with suppress(NoAccount, AccountReplaced):  # then no webhook says that media appear
            account = await self._accounts.of_session(session)
            await account.events.ended(team, session.id, at=self._clock())
            announced_at = await account.events.media_announced_at()
        is_announced = announced_at is not None and announced_at >= session.created_at
        may_be_there = announced_at is None or is_announced or session.reached(Step.PHOTO_TAKEN)
        await self._queue.deliver_media(team, session.id, at_once=may_be_there, later=announced_at is None)

    async def _end_call(self, session: Session, drawn: DrawnRecord, call_id: str) -> None:
        """Close Slack's block of a call, last of all: it only adorns the card."""
        team = session.requester.conversation.team
        lasted = None if session.remote.duration is None else round(session.remote.duration.total_seconds())
        try:
            await self._slack.end_call(team, call_id, seconds=lasted)
        except SlackError as error:
            log.warning("call_not_ended", session=session.id, reason=error.code)
        await drawn.note(lambda latest: replace(latest, call_id=None))

    async def _say_card_is_stale(self, session: Session, drawn: DrawnRecord) -> None:
        """Say once, when it happens, how a session is whose card Slack does not let us change any more."""
        await self._say_below(session, private.instead_of_card(session, translator_for(session.locale)))
        await drawn.note(lambda latest: latest.with_progress(stale_sent=True))

    async def _say_below(self, session: Session, message: Message) -> None:
        """Reply in the thread of a card; send it to the agent alone where Slack does not accept that."""
        if await self._cards.reply(session, message):
            return
        try:
            await self._slack.send_private(session.requester, message)
        except WorkspaceClosed as error:
            log.warning("not_sent", session=session.id, reason=error.code)
