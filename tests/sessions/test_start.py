"""Starting a session, however its steps end: what is tried again, when it is given up, and what the card says then."""

from __future__ import annotations

import pytest

from bot.apizee.errors import NotSent, OutcomeUnknown, SignInFailed, Unavailable, Unreachable
from bot.model.errors import KnownError, TryLater
from bot.model.session import Problem, Session, State
from bot.store.sessions.store import Sessions
from sandbox.slack import Workspace
from sandbox.slack.default_world import SUPPORT, TEAM
from tests.sessions.beginnings import A_MINUTE, BadDay, Begin, Clock, begin, clock, recorded

__all__ = ["begin", "clock", "recorded"]


# ── Within a minute ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("invitation", "question", "problem"),
    [
        pytest.param((0.1, Unreachable()), (0, None), Problem.UNREACHABLE, id="connections are refused"),
        pytest.param((5, Unreachable()), (0, None), Problem.UNREACHABLE, id="connections hang"),
        pytest.param((20, Unreachable()), (0, None), Problem.UNREACHABLE, id="sign-ins hang"),
        pytest.param((0.1, OutcomeUnknown()), (0.1, None), Problem.UNREACHABLE, id="invitations fail at once"),
        pytest.param((20, OutcomeUnknown()), (0.1, None), Problem.UNREACHABLE, id="invitations hang"),
        pytest.param((0.1, OutcomeUnknown()), (3, Unavailable()), Problem.UNCERTAIN, id="all fails at once"),
        pytest.param((0.1, OutcomeUnknown()), (20, Unavailable()), Problem.UNCERTAIN, id="questions hang"),
        pytest.param((20, OutcomeUnknown()), (20, Unavailable()), Problem.UNCERTAIN, id="all hangs"),
    ],
)
async def test_what_apizee_does_not_do_reaches_the_card_within_a_minute(
    begin: Begin,
    clock: Clock,
    recorded: Session,
    invitation: tuple[float, KnownError],
    question: tuple[float, KnownError | None],
    problem: Problem,
) -> None:
    ended = await begin(BadDay(clock, invitation, question)).goes_on_until_it_ends()
    assert (ended.state, ended.problem) == (State.FAILED, problem)
    assert clock.now - recorded.created_at <= A_MINUTE


async def test_nobody_is_invited_again_before_the_first_try_has_settled(
    begin: Begin, clock: Clock, recorded: Session
) -> None:
    day = BadDay(clock, (0.1, OutcomeUnknown()))
    begun = begin(day)
    for _ in range(2):
        with pytest.raises(TryLater) as raised:
            await begun.starter.start(TEAM, recorded.id)
        clock.now += 1
    assert 15 < raised.value.retry_in < 20
    assert day.invitations == 1


async def test_waiting_for_a_turn_is_no_trouble(
    begin: Begin, workspace: Workspace, clock: Clock, recorded: Session
) -> None:
    day = BadDay(clock, (0, NotSent(50)))
    begun = begin(day)
    for _ in range(3):
        with pytest.raises(TryLater):
            await begun.starter.start(TEAM, recorded.id)
        clock.now += 50
    assert "goes out in about 50 s" in workspace.channels[SUPPORT].messages[-1].text
    day.invitation = (0.1, Unreachable())
    with pytest.raises(TryLater):
        await begun.starter.start(TEAM, recorded.id)
    day.invitation = (0.1, None)
    assert (await begun.goes_on_until_it_ends()).state is State.INVITED


@pytest.mark.parametrize(("begun", "problem"), [(False, Problem.SIGN_IN), (True, Problem.UNCERTAIN)])
async def test_a_refused_sign_in_says_that_nobody_was_invited_only_where_that_is_known(
    begin: Begin, sessions: Sessions, clock: Clock, recorded: Session, *, begun: bool, problem: Problem
) -> None:
    if begun:
        await sessions.change(TEAM, recorded.id, lambda one: one.with_progress(invitation_begun=clock.now))
    day = BadDay(clock, (0.1, SignInFailed()), (0.1, SignInFailed()))
    assert (await begin(day).goes_on_until_it_ends()).problem is problem
