"""Starting a session, however its steps end: what is tried again, when it is given up, and what the card says then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from functools import partial

import pytest

from bot.apizee.errors import NotSent, SignInFailed, Unanswered, Unavailable, Unreachable
from bot.errors import KnownError, TryLater
from bot.model import Card, Kind, Problem, Session, State
from bot.services.agents import Agents
from bot.services.board import Board
from bot.services.by_hand import quick_invitation
from bot.services.starting import Starter
from bot.services.twins import Twins
from bot.slack.gateway import Slack
from bot.store.sessions import Sessions
from playground.slack import Workspace
from playground.slack.default_world import SUPPORT, TEAM, U_EN, U_GONE
from playground.slack.faults import Refuses

A_MINUTE = 60.0
# Until a postponed job begins again.
LATENESS = 0.2


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class BadDay:
    """An Apizee at which each invitation and each question takes some seconds, and then ends in the same way."""

    clock: Clock
    invitation: tuple[float, KnownError | None]
    question: tuple[float, KnownError | None] = (0.1, None)
    finds: int | None = None
    invitations: int = 0

    async def prepared(self, session: Session) -> Session:
        return session

    def reference(self, session: Session) -> str:
        return session.reference or ""

    async def invited(self, session: Session) -> Session:
        self.invitations += 1
        self._pass(*self.invitation)
        return replace(session, remote_id=900, state=State.INVITED)

    async def lookalikes(self, session: Session) -> AsyncIterator[Session]:
        self._pass(*self.question)
        if self.finds:
            yield replace(session, remote_id=self.finds, state=State.INVITED)

    async def refreshed(self, session: Session) -> Session:
        return session

    def _pass(self, seconds: float, error: KnownError | None) -> None:
        self.clock.now += seconds
        if error:
            raise error


@dataclass
class Later:
    """Takes what is handed over to be done later."""

    drawings: list[str] = field(default_factory=list)

    async def look(self, team: str, session_id: str) -> None:
        raise NotImplementedError

    async def look_at_all(self) -> None:
        raise NotImplementedError

    async def draw(self, team: str, session_id: str) -> None:
        self.drawings.append(f"{team}/{session_id}")


@dataclass
class Beginning:
    """One session on its way."""

    starter: Starter
    clock: Clock
    sessions: Sessions
    waits: list[float]

    async def goes_on_until_it_ends(self) -> Session:
        """Start it again whenever that is asked for; how it ended."""
        while len(self.waits) < 100:
            try:
                await self.starter.start(TEAM, "s1")
            except TryLater as error:
                self.waits.append(error.retry_in)
                self.clock.now += error.retry_in + LATENESS
            else:
                return await self.stands()
        pytest.fail("it never ends")

    async def stands(self) -> Session:
        found = await self.sessions.get(TEAM, "s1")
        assert found
        return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def recorded(sessions: Sessions, session: Session, clock: Clock) -> Session:
    session = replace(session, created_at=clock.now)
    await sessions.record(session, delivery="d1")
    return session


def beginning(slack: Slack, sessions: Sessions, twins: Twins, day: BadDay) -> Beginning:
    starter = Starter(
        sessions=sessions,
        slack=slack,
        agents=Agents(slack, default_login=None),
        board=Board(slack, sessions, clock=day.clock),
        rooms={Kind.ASSISTANCE: day},
        twins=twins,
        following=Later(),
        by_hand=partial(quick_invitation, "https://apizee.invalid/api"),
        command="/assist",
        clock=day.clock,
    )
    return Beginning(starter, day.clock, sessions, [])


# ── Within a minute ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("invitation", "question", "problem"),
    [
        pytest.param((0.1, Unreachable()), (0, None), Problem.UNREACHABLE, id="connections are refused"),
        pytest.param((5, Unreachable()), (0, None), Problem.UNREACHABLE, id="connections hang"),
        pytest.param((20, Unreachable()), (0, None), Problem.UNREACHABLE, id="sign-ins hang"),
        pytest.param((0.1, Unanswered()), (0.1, None), Problem.UNREACHABLE, id="invitations fail at once"),
        pytest.param((20, Unanswered()), (0.1, None), Problem.UNREACHABLE, id="invitations hang"),
        pytest.param((0.1, Unanswered()), (3, Unavailable()), Problem.UNCERTAIN, id="all fails at once"),
        pytest.param((0.1, Unanswered()), (20, Unavailable()), Problem.UNCERTAIN, id="questions hang"),
        pytest.param((20, Unanswered()), (20, Unavailable()), Problem.UNCERTAIN, id="all hangs"),
    ],
)
async def test_what_apizee_does_not_do_reaches_the_card_within_a_minute(
    slack: Slack,
    sessions: Sessions,
    twins: Twins,
    clock: Clock,
    recorded: Session,
    invitation: tuple[float, KnownError],
    question: tuple[float, KnownError | None],
    problem: Problem,
) -> None:
    ended = await beginning(slack, sessions, twins, BadDay(clock, invitation, question)).goes_on_until_it_ends()
    assert (ended.state, ended.problem) == (State.FAILED, problem)
    assert clock.now - recorded.created_at <= A_MINUTE


async def test_nobody_is_invited_again_before_the_first_try_has_settled(
    slack: Slack, sessions: Sessions, twins: Twins, clock: Clock, recorded: Session
) -> None:
    day = BadDay(clock, (0.1, Unanswered()))
    begun = beginning(slack, sessions, twins, day)
    for _ in range(2):
        with pytest.raises(TryLater) as told:
            await begun.starter.start(TEAM, recorded.id)
        clock.now += 1
    assert 15 < told.value.retry_in < 20
    assert day.invitations == 1


async def test_waiting_for_a_turn_is_no_trouble(
    slack: Slack, sessions: Sessions, twins: Twins, workspace: Workspace, clock: Clock, recorded: Session
) -> None:
    day = BadDay(clock, (0, NotSent(50)))
    begun = beginning(slack, sessions, twins, day)
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
    slack: Slack,
    sessions: Sessions,
    twins: Twins,
    clock: Clock,
    recorded: Session,
    begun: bool,  # noqa: FBT001  # a case of a table
    problem: Problem,
) -> None:
    if begun:
        await sessions.change(TEAM, recorded.id, lambda one: one.stepped(invitation_begun=clock.now))
    day = BadDay(clock, (0.1, SignInFailed()), (0.1, SignInFailed()))
    assert (await beginning(slack, sessions, twins, day).goes_on_until_it_ends()).problem is problem


# ── When it may be called again and again ────────────────────────────────────────────────────────────────


async def test_an_invitation_that_a_dead_process_had_sent_is_found_and_not_repeated(
    slack: Slack, sessions: Sessions, twins: Twins, clock: Clock, recorded: Session
) -> None:
    await sessions.change(TEAM, recorded.id, lambda one: one.stepped(invitation_begun=clock.now))
    day = BadDay(clock, (0.1, None), finds=900)
    ended = await beginning(slack, sessions, twins, day).goes_on_until_it_ends()
    assert (ended.state, ended.remote_id, day.invitations) == (State.INVITED, 900, 0)


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("moment", ["chat.postMessage", "chat.update"])
async def test_a_process_that_was_taken_for_dead_and_is_not_invites_nobody_again(
    slack: Slack,
    sessions: Sessions,
    twins: Twins,
    workspace: Workspace,
    clock: Clock,
    moment: str,
) -> None:
    day = BadDay(clock, (0.1, None))
    asleep, awake = asyncio.Event(), asyncio.Event()

    async def fall_asleep(method: str) -> None:
        if method == moment and not asleep.is_set():
            asleep.set()
            await awake.wait()

    workspace.before = fall_asleep
    sleeper = asyncio.create_task(beginning(slack, sessions, twins, day).goes_on_until_it_ends())
    await asleep.wait()
    other = await beginning(slack, sessions, twins, day).goes_on_until_it_ends()
    awake.set()
    assert (await sleeper).remote_id == other.remote_id == 900
    assert day.invitations == 1
    assert [one.ts for one in workspace.channels[SUPPORT].messages] == [other.card.ts if other.card else ""]


@pytest.mark.usefixtures("recorded")
async def test_a_process_that_stood_still_takes_back_the_card_that_it_posted_meanwhile(
    slack: Slack, sessions: Sessions, twins: Twins, workspace: Workspace, clock: Clock
) -> None:
    """Where the bot may not read the channel, the other one cannot know of it."""
    workspace.faults.switch_on(Refuses("missing_scope"), "conversations.history")
    day = BadDay(clock, (0.1, None))
    asleep, awake = asyncio.Event(), asyncio.Event()

    async def fall_asleep(method: str) -> None:
        if method == "chat.postMessage" and not asleep.is_set():
            asleep.set()
            await awake.wait()

    workspace.before = fall_asleep
    sleeper = asyncio.create_task(beginning(slack, sessions, twins, day).goes_on_until_it_ends())
    await asleep.wait()
    other = await beginning(slack, sessions, twins, day).goes_on_until_it_ends()
    awake.set()
    await sleeper
    assert len(workspace.calls_of("chat.postMessage")) == 2
    assert [one.ts for one in workspace.channels[SUPPORT].messages] == [other.card.ts if other.card else ""]


@pytest.mark.usefixtures("recorded")
async def test_a_card_that_was_posted_while_the_record_was_noted_in_is_kept(
    slack: Slack, sessions: Sessions, twins: Twins, workspace: Workspace, clock: Clock
) -> None:
    async def note(method: str) -> None:
        if method == "chat.postMessage":
            await sessions.change(TEAM, "s1", lambda one: one.stepped(wait_told=True))

    workspace.faults.switch_on(Refuses("missing_scope"), "conversations.history")
    workspace.before = note
    ended = await beginning(slack, sessions, twins, BadDay(clock, (0.1, None))).goes_on_until_it_ends()
    assert [one.ts for one in workspace.channels[SUPPORT].messages] == [ended.card.ts if ended.card else ""]
    assert len(workspace.calls_of("chat.postMessage")) == 1


@pytest.mark.usefixtures("recorded")
async def test_a_second_card_that_slack_does_not_take_back_now_costs_the_session_nothing(
    slack: Slack, sessions: Sessions, twins: Twins, workspace: Workspace, clock: Clock
) -> None:
    async def another_has_posted(method: str) -> None:
        if method == "chat.postMessage":
            other = Card(SUPPORT, "1700000000.000001")
            await sessions.change(TEAM, "s1", lambda one: replace(one, card=other))

    workspace.faults.switch_on(Refuses("ratelimited", 429), "chat.delete")
    workspace.before = another_has_posted
    day = BadDay(clock, (0.1, None))
    ended = await beginning(slack, sessions, twins, day).goes_on_until_it_ends()
    assert (ended.card, day.invitations) == (Card(SUPPORT, "1700000000.000001"), 1)
    assert len(workspace.calls_of("chat.delete")) == 1


@pytest.mark.parametrize("finds", [None, 900])
async def test_a_clock_that_was_set_back_makes_nobody_wait_until_it_has_caught_up(
    slack: Slack, sessions: Sessions, twins: Twins, clock: Clock, recorded: Session, finds: int | None
) -> None:
    an_hour_ahead = recorded.stepped(invitation_begun=clock.now + 3600, trouble_since=clock.now + 3600)
    await sessions.change(TEAM, recorded.id, lambda latest: replace(latest, progress=an_hour_ahead.progress))
    day, before = BadDay(clock, (0.1, Unanswered()), finds=finds), clock.now
    ended = await beginning(slack, sessions, twins, day).goes_on_until_it_ends()
    assert (ended.state, day.invitations) == ((State.INVITED, 0) if finds else (State.FAILED, 1))
    assert clock.now - before <= A_MINUTE


async def test_a_session_that_was_started_is_left_alone(
    slack: Slack, sessions: Sessions, twins: Twins, workspace: Workspace, clock: Clock, recorded: Session
) -> None:
    day = BadDay(clock, (0.1, None))
    begun = beginning(slack, sessions, twins, day)
    await begun.goes_on_until_it_ends()
    calls = len(workspace.calls)
    await begun.goes_on_until_it_ends()
    await begun.starter.give_up(TEAM, recorded.id, reference="abcd1234")
    assert (day.invitations, len(workspace.calls)) == (1, calls)
    assert (await begun.stands()).state is State.INVITED


async def test_a_session_that_was_forgotten_is_nobodys(
    slack: Slack, sessions: Sessions, twins: Twins, workspace: Workspace, clock: Clock
) -> None:
    starter = beginning(slack, sessions, twins, BadDay(clock, (0, None))).starter
    await starter.start(TEAM, "forgotten")
    await starter.give_up(TEAM, "forgotten", reference="abcd1234")
    assert not workspace.calls


async def test_what_nobody_foresaw_is_told_with_the_reference_in_the_log(
    slack: Slack, sessions: Sessions, twins: Twins, workspace: Workspace, clock: Clock, recorded: Session
) -> None:
    begun = beginning(slack, sessions, twins, BadDay(clock, (0, Unreachable())))
    with pytest.raises(TryLater):
        await begun.starter.start(TEAM, recorded.id)
    await begun.starter.give_up(TEAM, recorded.id, reference="abcd1234")
    assert "Something went wrong on our side" in workspace.channels[SUPPORT].messages[-1].text
    assert "abcd1234" in workspace.ephemerals(U_EN)[-1].text


async def test_somebody_who_left_the_workspace_invites_nobody(
    slack: Slack, sessions: Sessions, twins: Twins, workspace: Workspace, clock: Clock, recorded: Session
) -> None:
    gone = replace(recorded, id="s2", asker=replace(recorded.asker, user=U_GONE))
    await sessions.record(gone, delivery="d2")
    day = BadDay(clock, (0, None))
    await beginning(slack, sessions, twins, day).starter.start(TEAM, "s2")
    assert day.invitations == 0
    assert not workspace.channels[SUPPORT].messages
