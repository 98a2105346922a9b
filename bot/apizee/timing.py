"""How long the bot waits for Apizee: values, handed in where its client is built."""

from __future__ import annotations

from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True, kw_only=True)
class ApizeeTiming:
    """The waits for Apizee, in seconds."""

    connect: float = 5.0
    """For a connection, or a free one of the pool."""
    silence: float = 15.0
    """For the next byte in either direction."""
    exchange: float = 20.0
    """For a request and its whole answer."""
    question: float = 20.0
    """For a question with all its repetitions."""
    sign_in: float = 20.0
    """For a bearer, however many wait for the same one."""
    free_place: float = 1.0
    """For a free place among the requests under way, while Apizee answers none of them."""
    budget_window: float = 60.0
    """Apizee counts requests in minutes."""

    @property
    def timeout(self) -> httpx.Timeout:
        """The same for httpx."""
        return httpx.Timeout(self.silence, connect=self.connect, pool=self.connect)
