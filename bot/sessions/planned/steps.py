"""What is due of a planned session, and what it becomes, without I/O; times are Unix seconds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from enum import Enum, auto

from bot.model.session import Progress, Session, State
from bot.model.session.plans import LATE_AFTER, Plan


class Due(Enum):
    """What is to be done about a planned session."""

    NOTHING = auto()
    WAIT = auto()
    REMIND = auto()
    START = auto()
    HAND_OVER = auto()
    """It was begun, by a process that may have died before it handed it over."""
    ASK = auto()
    """It came due too late to start by itself."""


def due(session: Session, now: float, *, before: timedelta) -> Due:
    """Return what is due; the agent is reminded so long `before` the time."""
    plan = session.plan
    if plan is None:
        return Due.NOTHING
    if session.state is State.INVITING and not session.progress.links_sent:
        return Due.HAND_OVER
    if session.state is not State.PLANNED or plan.asked:
        return Due.NOTHING
    if now >= plan.at:
        return Due.ASK if plan.is_late(now) else Due.START
    return Due.REMIND if now >= next_moment(plan, before=before) else Due.WAIT


def next_moment(plan: Plan, *, before: timedelta) -> float:
    """Return when something is due the next time."""
    reminder = None if plan.reminded else plan.reminder_at(before)
    return plan.at if reminder is None else reminder


def begin(session: Session, now: float) -> Session:
    """Return a planned session as it begins; who may start it, and with which login, is found out once more."""
    requester = replace(session.requester, response_url="")  # it has expired
    fresh = replace(session, requester=requester, state=State.INVITING, created_at=now, progress=Progress())
    return fresh.with_invitation(agent=None)


def is_overdue(session: Session, now: float) -> bool:
    """Return whether a planned session began so long ago, without an invitation, that its agent has to be asked."""
    waits = session.plan is not None and session.progress.invitation_begun is None and session.remote.id is None
    return waits and session.state is State.INVITING and now > session.created_at + LATE_AFTER.total_seconds()


def held(session: Session) -> Session:
    """Return a session that began too long ago as planned again; what comes next is the question to its agent."""
    return replace(session, state=State.PLANNED, progress=Progress(links_sent=True))


def cancelled(session: Session) -> Session:
    """Return a planned session as cancelled; any other one as it is."""
    if session.state is not State.PLANNED:
        return session
    return replace(session, state=State.CANCELLED).with_progress(links_sent=True)


def moved(session: Session, at: float, now: float) -> Session:
    """Return a planned session with another time; any other one, and one that has this time, as it is."""
    if session.state is not State.PLANNED or session.plan is None or session.plan.at == at:
        return session
    return replace(session, plan=session.plan.moved(at, now=now))
