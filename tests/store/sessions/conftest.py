"""Where sessions are stored."""

from __future__ import annotations

from tests.store.sessions.examples import sessions

__all__ = ["sessions"]
