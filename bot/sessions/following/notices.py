"""Calls the agent of an assistance: the customer is there, refuses camera or microphone, or left too early."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from bot.log import get_logger
from bot.model.session import Kind, Session, State
from bot.model.session.timeline import Step
from bot.sessions.following.drawn import DrawnRecord
from bot.sessions.open_links import OpenLinks, open_link
from bot.sessions.provider import VideoProvider
from bot.sessions.views import notices
from bot.sessions.views.notices import Notice
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.ui.text import translator_for

log = get_logger(__name__)


class AgentNotices:
    """Sends each notice of a session once; after a crash in between perhaps twice, for none may be missed."""

    def __init__(
        self,
        slack: Slack,
        providers: Mapping[Kind, VideoProvider],
        *,
        open_links: OpenLinks | None = None,
    ) -> None:
        self._slack = slack
        self._providers = providers
        self._open_links = open_links

    async def send(self, session: Session, drawn: DrawnRecord) -> None:
        """Send the agent alone what is due, and record it; raises `TryLater` where Slack accepts nothing for now."""
        if not self._providers[session.kind].awaits_customer:
            return
        # Slack shows what comes by a response URL also in a channel that the person has left, where it is not seen.
        agent = replace(session.recipient, response_url="")
        for notice in due(session):
            try:
                translate, way_in = translator_for(session.recipient_locale), open_link(self._open_links, session)
                await self._slack.send_private(agent, notices.message_of(notice, session, translate, open_link=way_in))
            except SlackError as error:
                log.warning("notice_not_sent", session=session.id, notice=notice, reason=error.code)
            await drawn.note(partial(_with_sent, notice=notice))


def due(session: Session) -> list[Notice]:
    """Return the notices that are due and not yet sent to the agent of an assistance."""
    if session.taken_over_by:
        return []
    progress, is_open = session.progress, session.state.is_open
    camera = session.reached(Step.CAMERA_REFUSED) and not session.reached(Step.CAMERA_ALLOWED)
    microphone = session.reached(Step.MICROPHONE_REFUSED) and not session.reached(Step.MICROPHONE_ALLOWED)
    is_away, connected = session.is_customer_away, session.reached(Step.CONNECTED)
    is_there = session.state is State.IN_PROGRESS and not is_away
    found = [
        (Notice.CONNECTED, is_there and not progress.connected_sent),
        (Notice.CAMERA_REFUSED, is_open and camera and not progress.camera_refused_sent),
        (Notice.MICROPHONE_REFUSED, is_open and microphone and not progress.microphone_refused_sent),
        (Notice.LEFT_EARLY, is_away and not connected and not progress.left_early_sent),
    ]
    return [notice for notice, is_due in found if is_due]


def _with_sent(session: Session, *, notice: Notice) -> Session:
    match notice:
        case Notice.CONNECTED:
            return session.with_progress(connected_sent=True)
        case Notice.CAMERA_REFUSED:
            return session.with_progress(camera_refused_sent=True)
        case Notice.MICROPHONE_REFUSED:
            return session.with_progress(microphone_refused_sent=True)
        case Notice.LEFT_EARLY:
            return session.with_progress(left_early_sent=True)
