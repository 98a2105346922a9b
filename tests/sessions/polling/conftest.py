"""A poller, and tickets for it."""

from __future__ import annotations

from tests.sessions.polling.rounds import rounds, tickets

__all__ = ["rounds", "tickets"]
