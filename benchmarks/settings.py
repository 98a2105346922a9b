"""How much is done for a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Settings:
    """Rounds and their seconds, and how many commands, starts and sessions there are.

    Together with the starts of all programs, the whole stays below five minutes on two cores of 2025.
    """

    rounds: int
    ack_seconds: float
    command_seconds: float
    crowd_seconds: float
    lead_in_seconds: float
    arrival_seconds: int
    others_arrival_seconds: int
    bursts: int
    commands: int
    starts: int
    session_counts: tuple[int, ...]
    watched_rounds: int
    open_sessions: int
    sessions: int
    session_pace: float
    """The seconds between two steps of a customer; the bot does in one what is asked for within a second."""
    sessions_arrive_in: float
    """The seconds over which sessions are spread, and so each of their steps."""


WHOLE: Final = Settings(
    rounds=5,
    ack_seconds=0.25,
    command_seconds=0.3,
    crowd_seconds=0.6,
    lead_in_seconds=0.1,
    arrival_seconds=30,
    others_arrival_seconds=2,
    bursts=2,
    commands=10_000,
    starts=3,
    session_counts=(10, 1_000, 10_000, 100_000),
    watched_rounds=3,
    open_sessions=10_000,
    sessions=60,
    session_pace=1.3,
    sessions_arrive_in=1.0,
)
QUICK: Final = Settings(
    rounds=1,
    ack_seconds=0.3,
    command_seconds=0.4,
    crowd_seconds=0.8,
    lead_in_seconds=0.1,
    arrival_seconds=5,
    others_arrival_seconds=3,
    bursts=1,
    commands=1_000,
    starts=1,
    session_counts=(10, 1_000),
    watched_rounds=3,
    open_sessions=1_000,
    sessions=20,
    session_pace=0.5,
    sessions_arrive_in=0.5,
)
"""Good enough to see whether something got faster, not for the report."""
