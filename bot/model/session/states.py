"""How far a session has come, and why it came no further; the texts are those of its record."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """Which of Apizee's two services a session uses."""

    ASSISTANCE = "assistance"
    MEETING = "meeting"


class State(StrEnum):
    """How far a session has come; the texts are those of the record, never shown as they are."""

    PLANNED = "planned"
    INVITING = "inviting"
    INVITED = "invited"
    IN_PROGRESS = "in progress"
    DONE = "done"
    EXPIRED = "expired"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_open(self) -> bool:
        """Whether something may still happen in it."""
        return self is State.PLANNED or self.is_under_way

    @property
    def is_under_way(self) -> bool:
        """Whether its people are invited, or about to be, and it is not over."""
        return self in {State.INVITING, State.INVITED, State.IN_PROGRESS}

    @property
    def is_over(self) -> bool:
        """Whether it has ended, however; what failed has never begun."""
        return not self.is_open and self is not State.FAILED


class Problem(StrEnum):
    """Why an invitation failed, as far as it changes what a person does next."""

    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNCERTAIN = "uncertain"
    SIGN_IN = "sign in"
    UNEXPECTED = "unexpected"
    NOT_STARTED = "not started"  # it was planned, and might not be started any more when it came due


class Trouble(StrEnum):
    """Why Apizee could not be asked."""

    LIMITED = "limited"
    AWAY = "away"
    SIGN_IN = "sign in"
    REFUSED = "refused"
