"""What a week comes to: sessions, who came, how far, and how soon."""

from __future__ import annotations

from dataclasses import replace

from bot.digest.figures import WeekFigures, add_up
from bot.model.people import Conversation, Requester
from bot.model.session import Kind, Remote, Session, State
from bot.model.session.notes import Note
from bot.model.session.timeline import Milestone, Step

HERE = Requester("U0001", Conversation("T0001", "C0001"))


def session(state: State, *steps: Step, kind: Kind = Kind.ASSISTANCE, number: int | None = 7) -> Session:
    """Return a session whose customer took these steps, a minute apart."""
    way = tuple(Milestone(step, 60.0 * place) for place, step in enumerate(steps, start=1))
    return Session("a", kind, HERE, 0.0, state=state, remote=Remote(id=number), timeline=way)


def test_nothing_comes_to_nothing() -> None:
    assert add_up([]) == WeekFigures()


def test_what_was_never_sent_does_not_count() -> None:
    assert add_up([session(State.FAILED), session(State.INVITING, number=None)]) == WeekFigures()


def test_those_who_came_are_a_share_of_those_who_could_have() -> None:
    week = add_up([session(state) for state in (State.DONE, State.IN_PROGRESS, State.EXPIRED, State.INVITED)])
    assert (week.assistances, week.settled, week.answered) == (4, 3, 2)


def test_customers_come_so_far_and_connect_so_soon() -> None:
    week = add_up(
        [
            session(State.EXPIRED, Step.LINK_OPENED),
            session(State.DECLINED, Step.LINK_OPENED, Step.CONSENTED),
            session(State.DONE, Step.LINK_OPENED, Step.CONSENTED, Step.CAMERA_ALLOWED, Step.CONNECTED),
            session(State.DONE, Step.LINK_OPENED, Step.CONNECTED),
            session(State.DONE),  # no webhook arrived
            session(State.EXPIRED, Step.CONSENTED),  # one of its webhooks was lost
            session(State.CANCELLED),
        ]
    )
    assert (week.opened, week.consented, week.connected) == (6, 5, 3)
    assert week.to_connect == 180.0


def test_what_was_noted_is_counted_the_most_frequent_first() -> None:
    noted = [
        replace(session(State.DONE), note=Note(outcome, "", "U0001", 0.0)) for outcome in ("Sold", "Solved", "Solved")
    ]
    assert add_up([*noted, session(State.DONE)]).outcomes == (("Solved", 2), ("Sold", 1))


def test_meetings_count_apart() -> None:
    week = add_up([session(State.DONE, kind=Kind.MEETING), session(State.DONE)])
    assert (week.meetings, week.assistances, week.settled) == (1, 1, 1)
