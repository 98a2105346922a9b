"""What starting a session needs of Apizee, the same for an assistance and a meeting."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.model.session import Session


@dataclass(frozen=True, slots=True)
class Listed:
    """The sessions on a page of a list, by their ids, as Apizee knows them; `next_offset` is `None` at its end."""

    seen: Mapping[str, Session]
    next_offset: int | None


class VideoProvider(Protocol):
    """One of Apizee's two services, as the life of a session sees it.

    None of its methods changes the session's record. Those that ask Apizee raise the errors of
    `bot.apizee.errors`.
    """

    async def prepared(self, session: Session) -> Session:
        """The session with what its form did not give; raises a `KnownError` where nobody could be invited."""
        ...

    def reference(self, session: Session) -> str:
        """What the room is looked up by at Apizee when its id is not known; the session has its card by then."""
        ...

    async def invited(self, session: Session) -> Session:
        """Make the room and invite into it: the one call that must never be repeated blindly."""
        ...

    def find_created(self, session: Session) -> AsyncIterator[Session]:
        """The session with each room that an earlier, unanswered invitation of it may have made."""
        ...

    async def fetch(self, session: Session) -> Session:
        """The session as Apizee knows it now; raises `NoSession` where Apizee does not know it."""
        ...
