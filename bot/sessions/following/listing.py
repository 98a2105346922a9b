"""Reads Apizee's lists of sessions piece by piece: a few pages at a time, going on where the last reader stopped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from bot.apizee.errors import MalformedResponse, Refused
from bot.log import get_logger
from bot.model.errors import KnownError, StoreUnavailable
from bot.model.session import Kind, Session
from bot.sessions.following.isolation import alone
from bot.sessions.provider import Listed, VideoProvider
from bot.store.polling_state import PollingState

PAGES_AT_MOST: Final = 3
"""So many pages of one kind are read at a time: the newest, and two more where the last reader stopped."""

READ_SINGLY_AT_MOST: Final = 3
"""So few sessions cost less to read one by one than to look for in more pages."""

_PAGE_SIZE: Final = 100
# How far Apizee's clock and ours may differ when sessions are asked for by their time.
_CLOCKS_DIFFER_BY: Final = timedelta(minutes=2)

log = get_logger(__name__)

Seen: TypeAlias = tuple[Session, Session]
"""A session, and the same as Apizee knows it."""

OnSeen: TypeAlias = Callable[[Sequence[Seen], float], Awaitable[None]]
"""Takes what was found on a page, and when Apizee was asked for it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The result of comparing sessions with a list: those that were not found, and what kept pages from being read.

    `is_cut_short` is whether nothing else can be asked of Apizee now either.
    """

    unseen: Sequence[Session]
    trouble: KnownError | None = None
    is_cut_short: bool = False


class Lists:
    """Reads the lists of both kinds; `clock` returns the time, `on_seen` takes what is found."""

    def __init__(
        self,
        providers: Mapping[Kind, VideoProvider],
        state: PollingState,
        *,
        clock: Callable[[], Awaitable[float]],
        on_seen: OnSeen,
    ) -> None:
        self._providers = providers
        self._state = state
        self._clock = clock
        self._on_seen = on_seen

    async def compare(self, kind: Kind, sessions: Sequence[Session]) -> Compared:
        """Look for sessions of one kind in some pages of its list; raises `StoreUnavailable`."""
        unseen = {session.id: session for session in sessions}
        stopped, offset, trouble, is_cut_short = await self._state.stopped_at(kind), 0, None, False
        since = _since(sessions)
        for number in range(PAGES_AT_MOST):
            begun = await self._clock()
            try:
                page = await self._providers[kind].fetch_many(list(unseen.values()), since, offset)
            except StoreUnavailable:
                raise
            except KnownError as error:
                trouble, is_cut_short = error, not _is_about_this_page(error)
                if is_cut_short:
                    break
                log.warning("page_refused", kind=kind, offset=offset, reason=type(error).__name__)
                page = Listed({}, offset + _PAGE_SIZE)
            found = [(unseen.pop(session_id), seen) for session_id, seen in page.seen.items()]
            await alone("notice", self._on_seen(found, begun), kind=kind)
            if page.next_offset is None or not unseen:
                offset = 0
                break
            offset = page.next_offset if number else max(page.next_offset, stopped)
            if number == 0 and len(unseen) <= READ_SINGLY_AT_MOST:
                break
        await self._state.stop_at(kind, offset)
        log.info("list_read", kind=kind, open=len(sessions), seen=len(sessions) - len(unseen))
        return Compared(list(unseen.values()), trouble, is_cut_short)


def _is_about_this_page(error: KnownError) -> bool:
    """Return whether another page may be read all the same: this one was refused, or is not what is documented."""
    return isinstance(error, Refused) or isinstance(error.__cause__, MalformedResponse)


def _since(sessions: Iterable[Session]) -> datetime:
    oldest = min(session.created_at for session in sessions)
    return datetime.fromtimestamp(oldest, UTC) - _CLOCKS_DIFFER_BY
