"""Follows sessions whose channel is shared with another organisation, or gets another id."""

from __future__ import annotations

from dataclasses import replace

from bot.log import get_logger
from bot.model.session import Session
from bot.policy.places import Places
from bot.sessions.views import private
from bot.slack.client import Slack
from bot.store.sessions.invitees import Invitees
from bot.store.sessions.store import Sessions
from bot.ui.text import translator_for

log = get_logger(__name__)


class ChannelChanges:
    """Follows Slack's events about channels: https://docs.slack.dev/apis/slack-connect."""

    def __init__(self, sessions: Sessions, invitees: Invitees, places: Places, slack: Slack) -> None:
        self._sessions = sessions
        self._invitees = invitees
        self._places = places
        self._slack = slack

    async def shared(self, team: str, channel: str) -> None:
        """Notify the requesters of a channel's open sessions, each alone, that another organisation is in it now."""
        await self._places.note_shared(team, channel, is_shared=True)
        for session in await self._sessions.in_channel(team, channel):
            if session.state.is_open:
                message = private.channel_shared(session, translator_for(session.locale))
                await self._slack.send_private(session.requester, message)

    async def unshared(self, team: str, channel: str, *, is_shared: bool) -> None:
        """Note that an organisation has left a channel; `is_shared` is whether there is another one in it."""
        await self._places.note_shared(team, channel, is_shared=is_shared)

    async def moved(self, team: str, channel: str, new: str) -> None:
        """Move all that is kept of a channel to its new id."""
        sessions = await self._sessions.in_channel(team, channel)
        for session in sessions:
            await self._invitees.forget(session)
            moved = await self._sessions.change(team, session.id, lambda latest: _moved(latest, channel, new))
            if moved.state.is_under_way:
                await self._invitees.claim(moved)
        log.info("channel_moved", team=team, channel=channel, to=new, sessions=len(sessions))


def _moved(session: Session, channel: str, new: str) -> Session:
    """Return the session with its card, and the place where it was asked for, in the new channel."""
    requester, card = session.requester, session.card
    if requester.conversation.channel == channel:
        requester = replace(requester, conversation=replace(requester.conversation, channel=new))
    if card and card.channel == channel:
        card = replace(card, channel=new)
    return replace(session, requester=requester, card=card)
