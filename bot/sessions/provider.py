"""What a session needs of Apizee, alike for an assistance and a meeting."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.model.media import Media
from bot.model.session import Invitation, Session
from bot.ui.lists.results import Found


@dataclass(frozen=True, slots=True)
class Listed:
    """The sessions on a page of a list, by their ids, as Apizee knows them; `next_offset` is `None` at its end."""

    seen: Mapping[str, Session]
    next_offset: int | None


class VideoProvider(Protocol):
    """One of Apizee's two services: tickets or conferences.

    No method changes the session's record. Those that ask Apizee raise the errors of `bot.apizee.errors`, among them
    `Unavailable` where Apizee's answer leaves open whether what was asked for is there, and `NoAccount` or
    `AccountReplaced` where the workspace has no such account.
    """

    @property
    def awaits_customer(self) -> bool:
        """Whether the agent is reminded of a customer who does not come."""
        ...

    @property
    def counts_participants(self) -> bool:
        """Whether Apizee counts who took part, some minutes after the end."""
        ...

    async def prepare(self, session: Session) -> Session:
        """Return the session with what its form did not give; raises a `KnownError` where nobody could be invited."""
        ...

    def reference(self, session: Session) -> str | None:
        """Return the text, beside its name, by which Apizee finds it when its id is not known; the card is posted."""
        ...

    def invitation_found_by(self, text: str) -> Invitation:
        """Return what is known of a forgotten invitation, by the text by which Apizee finds it."""
        ...

    async def create(self, session: Session) -> Session:
        """Create the ticket or conference and invite into it: the one call that must never be repeated blindly."""
        ...

    def find_created(self, session: Session) -> AsyncIterator[Session]:
        """Yield the session with each ticket or conference that an earlier, unanswered `create` may have made."""
        ...

    async def fetch(self, session: Session) -> Session:
        """Return the session as Apizee knows it now; raises `NoSession` where Apizee does not know it."""
        ...

    async def fetch_many(self, sessions: Sequence[Session], since: datetime, offset: int) -> Listed:
        """Return those of the sessions that are on one page of Apizee's list of all since then."""
        ...

    async def find(self, team: str, text: str) -> list[Found]:
        """Return a workspace's latest tickets with a reference, or conferences whose name holds a text."""
        ...

    async def find_by_id(self, team: str, remote_id: int) -> Found:
        """Return the ticket or conference of an id, as far as Apizee shows one by its id.

        Raises `NoSession` where it is another workspace's.
        """
        ...

    async def media(self, team: str, remote_id: int, *, in_background: bool = False) -> list[Media]:
        """Return the photos and recordings; `in_background` lets people's requests go first.

        Raises `NoSession` where it is another workspace's ticket or conference.
        """
        ...
