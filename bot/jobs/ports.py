"""What the jobs do, as the worker sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

GiveUp: TypeAlias = Callable[..., Awaitable[None]]
"""Called with a job's own arguments and a `reference` once it is set aside; may raise like the job itself."""


class SessionWork(Protocol):
    """Starts sessions."""

    async def start(self, team: str, session_id: str) -> None:
        """May be called again after any failure; raises `TryLater` to be called again."""
        ...

    async def on_exhausted(self, team: str, session_id: str, *, reference: str) -> None:
        """Called where trying again is hopeless; `reference` is the id under which the log knows why."""
        ...


class RequestWork(Protocol):
    """Runs deferred requests."""

    async def run(self, team: str, request_id: str) -> None:
        """May be called again after any failure; raises `TryLater` to be called again."""
        ...

    async def on_exhausted(self, team: str, request_id: str, *, reference: str) -> None:
        """Called where trying again is hopeless; `reference` is the id under which the log knows why."""
        ...


class MediaWork(Protocol):
    """Brings media into threads."""

    async def deliver(self, team: str, session_id: str, *, last: bool, asked: bool = False) -> None:
        """May be called again after any failure, by one caller at a time for a session.

        `last` is whether nobody will ask again for what cannot be had now, `asked` whether a person waits for it.
        Raises `TryLater` to be called again.
        """
        ...


class WorkspaceWork(Protocol):
    """Forgets workspaces."""

    async def forget_workspace(self, team: str) -> None:
        """May be called again after any failure; raises `TryLater` to be called again."""
        ...
