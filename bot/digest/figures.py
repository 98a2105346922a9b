"""Adds up a week of a workspace's own sessions, from our records alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from bot.model.session import Kind, Session, State
from bot.model.session.timeline import Step

_WAY: Final = (Step.LINK_OPENED, Step.CONSENTED, Step.CONNECTED)
_CAME: Final = frozenset({State.IN_PROGRESS, State.DONE})


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """What the sessions of a week come to.

    `answered` are the assistances whose customer came, of the `settled` ones, whose invitation is no longer open.
    `opened`, `consented` and `connected` say how far customers came. `to_connect` is the median time from the
    invitation to the connection, in seconds. `outcomes` are what was noted of them, the most frequent first.
    """

    assistances: int = 0
    meetings: int = 0
    settled: int = 0
    answered: int = 0
    opened: int = 0
    consented: int = 0
    connected: int = 0
    to_connect: float | None = None
    outcomes: tuple[tuple[str, int], ...] = ()


def add_up(sessions: Sequence[Session]) -> WeekFigures:
    """Return the figures of some sessions; those of which nobody was invited do not count."""
    held = [one for one in sessions if one.remote.id is not None and one.state is not State.FAILED]
    assistances = [one for one in held if one.kind is Kind.ASSISTANCE]
    settled = [one for one in assistances if one.state is not State.INVITED]
    opened, consented, connected = (sum(_reached(one, step) for one in assistances) for step in _WAY)
    waits = [wait for one in assistances if (wait := _to_connect(one)) is not None]
    return WeekFigures(
        assistances=len(assistances),
        meetings=len(held) - len(assistances),
        settled=len(settled),
        answered=sum(one.state in _CAME for one in settled),
        opened=opened,
        consented=consented,
        connected=connected,
        to_connect=median(waits) if waits else None,
        outcomes=tuple(Counter(one.note.outcome for one in held if one.note).most_common()),
    )


def _reached(session: Session, step: Step) -> bool:
    """Return whether a customer came so far; a later step tells it of the earlier ones, which a webhook may miss."""
    if session.state in _CAME:
        return True
    return any(session.reached(one) for one in _WAY[_WAY.index(step) :])


def _to_connect(session: Session) -> float | None:
    connected = [one.at for one in session.timeline if one.step is Step.CONNECTED]
    return max(0.0, connected[0] - session.created_at) if connected else None
