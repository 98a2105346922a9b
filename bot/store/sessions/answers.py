"""What Redis answers about records of sessions, and where a session stands among others."""

from __future__ import annotations

from collections.abc import Sequence

from redis.exceptions import ResponseError

from bot.model.session import Session, State


def place_of(session: Session) -> float:
    """Return the score of a session among those of its requester and among the open ones: when it began.

    One that is planned, and has its card, is before the beginning of time: the rounds, which go over what has begun,
    do not even meet it.
    """
    if session.state is State.PLANNED and session.plan and session.card:
        return -session.plan.at
    return session.created_at


def kept(answers: Sequence[bytes | Exception | None]) -> list[bytes | None]:
    """Return what is stored of each record; for what is no record at all, bytes that nobody can read."""
    for answer in answers:
        if isinstance(answer, Exception) and not _is_no_record(answer):
            raise answer
    return [b"" if isinstance(answer, Exception) else answer for answer in answers]


def _is_no_record(error: Exception) -> bool:
    return isinstance(error, ResponseError) and "WRONGTYPE" in str(error)
