"""How a session ended, as its own people note it once it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

DEFAULT_OUTCOMES: Final = ("Solved", "Follow-up needed", "Visit needed", "No answer")
"""What a session can end with where the operator names nothing else; these are shown in the reader's language."""

LONGEST_OUTCOME: Final = 75
"""Slack shows no more characters of a choice; https://docs.slack.dev/reference/block-kit/composition-objects/option-object."""

LONGEST_NOTE: Final = 1000


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody noted: `author` is their Slack id, `at` is when they asked for it, in Unix seconds."""

    outcome: str
    text: str = field(repr=False)
    author: str
    at: float


@dataclass(frozen=True, slots=True)
class NoteMessage:
    """How far a note has come into the thread of its session.

    `begun` is since when its message may be there, in Unix seconds; `ts` is that message, once it is known; `shows` is
    the time of the note in it.
    """

    begun: float | None = None
    ts: str = ""
    shows: float = 0.0
