"""Finds the session that a message, a button or a text means: by Redis, else by the card's metadata or Apizee."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.model.errors import NoSession
from bot.model.people import Conversation, Requester
from bot.model.session import OUR_REFERENCE, Invitation, Kind, Remote, Session, State
from bot.model.targets import MessageRef, SessionRef
from bot.sessions.provider import VideoProvider
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.store.sessions.store import Sessions
from bot.ui.ids import card_metadata

# More digits are no id: `int` takes any, and fails on thousands.
_REMOTE_ID: Final = re.compile(r"[0-9]{1,18}")


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
        # Last of all: the reference that an assistance got from its card.
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

    async def remote_id(self, session: Session) -> int:
        """Return the id of a session's ticket or conference, which Apizee is asked for where it is not known.

        Raises `NoSession`.
        """
        if session.remote.id:
            return session.remote.id
        return await self.remote_id_named(
            session.kind, session.requester.conversation.team, session.invitation.found_by
        )

    async def remote_id_named(self, kind: Kind, team: str, text: str) -> int:
        """Return the id that a text means: one the bot knows, else one found by reference or name, else the number.

        Raises `NoSession`.
        """
        number = int(text) if _REMOTE_ID.fullmatch(text) else None
        if number is not None and await self._sessions.of_remote(team, kind, number):
            return number
        found = await self._providers[kind].find(text)
        if found:
            exactly = [one for one in found if one.name == text]
            return (exactly or found)[0].remote_id
        if number is None:
            raise NoSession
        return number

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
        said = (message.get("metadata") or {} for message in messages)
        ours = (card_metadata(one.get("event_type"), one.get("event_payload")) for one in said)
        return next(filter(None, ours), None)
