"""Finds the session that a message, a button or a text means: by Redis, else by the card's metadata or Apizee."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.errors import NoSession
from bot.model.people import Conversation, Requester
from bot.model.session import OUR_REFERENCE, Invitation, Kind, Remote, Session, State
from bot.model.targets import MessageRef, SessionRef
from bot.sessions.provider import VideoProvider
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.store.sessions.store import Sessions
from bot.ui.ids import card_metadata


class SessionResolver:
    """Finds sessions. What is not in Redis is put together from what the card and Apizee know."""

    def __init__(self, sessions: Sessions, slack: Slack, providers: Mapping[Kind, VideoProvider]) -> None:
        self._sessions = sessions
        self._slack = slack
        self._providers = providers

    async def of_message(self, requester: Requester, message_ref: MessageRef) -> Session:
        """Return the session of a message or its thread; raises `NoSession`."""
        team = requester.conversation.team
        for ts in dict.fromkeys(filter(None, (message_ref.ts, message_ref.thread_ts))):
            if session := await self._sessions.in_thread(team, message_ref.channel, ts):
                return session
        known = message_ref.metadata or await self._metadata_of_thread(team, message_ref)
        if known:
            remote_id = int(known["id"]) if "id" in known else None
            return self._forgotten(requester, Kind(known["kind"]), remote_id, known.get("reference"))
        # Last: the reference that an assistance got from its card.
        reference = f"{OUR_REFERENCE}{team}:{message_ref.channel}:{message_ref.thread_ts or message_ref.ts}"
        return self._forgotten(requester, Kind.ASSISTANCE, None, reference)

    async def pointed_at(self, requester: Requester, session_ref: SessionRef, message_ref: MessageRef) -> Session:
        """Return the session of a button; never raises `NoSession` where the button names a ticket or conference."""
        team = requester.conversation.team
        if session := await self._sessions.get(team, session_ref.session_id):
            return session
        if session_ref.remote_id is None:
            return await self.of_message(requester, message_ref)
        if session := await self._sessions.of_remote(team, session_ref.kind, session_ref.remote_id):
            return session
        reference = (message_ref.metadata or {}).get("reference") or session_ref.name or None
        return self._forgotten(requester, session_ref.kind, session_ref.remote_id, reference, user=session_ref.user)

    def _forgotten(
        self, requester: Requester, kind: Kind, remote_id: int | None, found_by: str | None, *, user: str | None = None
    ) -> Session:
        """Return a session that Redis has forgotten, as far as it is known without asking Apizee."""
        if remote_id is None and found_by is None:
            raise NoSession
        owner = Requester(user=user or requester.user, conversation=requester.conversation)
        invitation = self._providers[kind].invitation_found_by(found_by) if found_by else Invitation()
        return Session("", kind, owner, 0.0, invitation, State.INVITED, remote=Remote(remote_id))

    async def _metadata_of_thread(self, team: str, message_ref: MessageRef) -> Mapping[str, str] | None:
        try:
            messages = await self._slack.messages(
                Conversation(team, message_ref.channel, message_ref.thread_ts or message_ref.ts), since=0
            )
        except SlackError:
            # Without the optional history scopes the message itself is all there is.
            return None
        # Any app may write anything into its messages: only ours are believed.
        by_us = (one for one in messages if message_ref.app_id and one.get("app_id") == message_ref.app_id)
        said = (message.get("metadata") or {} for message in by_us)
        ours = (card_metadata(one.get("event_type"), one.get("event_payload")) for one in said)
        return next(filter(None, ours), None)
