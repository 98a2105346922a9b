"""Links that lead one person straight into one ticket, for a day: what signs them in is fetched when they are opened.

The token is the sealed target itself: nothing is stored, and nothing in it can be read or changed on the way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.model.errors import Unreadable
from bot.model.session import Kind, Session
from bot.model.targets import SessionRef
from bot.store.sealing.keyring import KeyRing

VALID_FOR: Final = timedelta(hours=24)

_PURPOSE: Final = "open"


@dataclass(frozen=True, slots=True)
class OpenTarget:
    """The person that a link was made for, and the ticket that it leads to."""

    team: str
    user: str
    session_ref: SessionRef


class OpenLinks:
    """Makes links into tickets, and reads the target of a link."""

    def __init__(self, public_url: str, keys: KeyRing) -> None:
        self._base = f"{public_url.rstrip('/')}/open/"
        self._keys = keys

    def link(self, session_ref: SessionRef, *, team: str, user: str) -> str | None:
        """Return the address that leads a person into a ticket that they see; `None` where there is no ticket.

        What has no session of ours is shown to nobody but those it is theirs: it is opened as theirs.
        """
        if session_ref.kind is not Kind.ASSISTANCE or session_ref.remote_id is None:
            return None
        theirs = session_ref if session_ref.session_id else replace(session_ref, user=user)
        return self._base + self._keys.seal_text(json.dumps([_PURPOSE, team, user, theirs.encode()]))

    def target(self, token: str) -> OpenTarget:
        """Return the target of a link's token; raises `Unreadable` alike for a wrong, an altered and an expired one."""
        sealed = self._keys.open_text(token, max_age=VALID_FOR)
        try:
            purpose, team, user, session_ref = json.loads(sealed)
            # The key ring seals other things too, which lead into no ticket.
            if purpose == _PURPOSE:
                return OpenTarget(team, user, SessionRef.decode(session_ref))
        except (ValueError, TypeError, AttributeError):
            pass
        raise Unreadable


def open_link(links: OpenLinks | None, session: Session) -> str | None:
    """Return the link into a session's ticket for its agent: who started it, or the colleague it was started for.

    `None` where this bot has no public address, or there is no ticket.
    """
    agent = session.recipient
    return links.link(SessionRef.to(session), team=agent.conversation.team, user=agent.user) if links else None
