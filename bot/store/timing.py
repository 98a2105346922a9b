"""How long the bot waits for Redis: values, handed in where connections are opened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisTiming:
    """The waits for Redis, in seconds."""

    answer: float = 0.8
    """Slack's acknowledgement has one second in all, also when Redis hangs."""
    queue: float = 5.0
    """Nobody waits for the queue's answers: a Redis that is slow for a moment need not stop the workers."""
