"""Starting a session again and again: after a crash, by a process that stood still, by a clock that was set back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.apizee.errors import OutcomeUnknown, Unreachable
from bot.model.errors import TryLater
from bot.model.session import Card, Session, State
from bot.store.sessions.store import Sessions
from sandbox.slack import Workspace
from sandbox.slack.default_world import SUPPORT, TEAM, U_EN, U_GONE
from sandbox.slack.faults import Refuses
from tests.sessions.beginnings import A_MINUTE, BadDay, Begin, Clock, begin, clock, recorded

__all__ = ["begin", "clock", "recorded"]


async def test_an_invitation_that_a_dead_process_had_sent_is_found_and_not_repeated(
    begin: Begin, sessions: Sessions, clock: Clock, recorded: Session
) -> None:
    await sessions.change(TEAM, recorded.id, lambda one: one.with_progress(invitation_begun=clock.now))
    day = BadDay(clock, (0.1, None), finds=900)
    ended = await begin(day).goes_on_until_it_ends()
    assert (ended.state, ended.remote.id, day.invitations) == (State.INVITED, 900, 0)


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("moment", ["chat.postMessage", "chat.update"])
async def test_a_process_that_was_taken_for_dead_and_is_not_invites_nobody_again(
    begin: Begin, workspace: Workspace, clock: Clock, moment: str
) -> None:
    day = BadDay(clock, (0.1, None))
    asleep, awake = asyncio.Event(), asyncio.Event()

    async def fall_asleep(method: str) -> None:
        if method == moment and not asleep.is_set():
            asleep.set()
            await awake.wait()

    workspace.before = fall_asleep
    sleeper = asyncio.create_task(begin(day).goes_on_until_it_ends())
    await asleep.wait()
    other = await begin(day).goes_on_until_it_ends()
    awake.set()
    assert (await sleeper).remote.id == other.remote.id == 900
    assert day.invitations == 1
    assert [one.ts for one in workspace.channels[SUPPORT].messages] == [other.card.ts if other.card else ""]


@pytest.mark.usefixtures("recorded")
async def test_a_process_that_stood_still_takes_back_the_card_that_it_posted_meanwhile(
    begin: Begin, workspace: Workspace, clock: Clock
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
    sleeper = asyncio.create_task(begin(day).goes_on_until_it_ends())
    await asleep.wait()
    other = await begin(day).goes_on_until_it_ends()
    awake.set()
    await sleeper
    assert len(workspace.calls_of("chat.postMessage")) == 2
    assert [one.ts for one in workspace.channels[SUPPORT].messages] == [other.card.ts if other.card else ""]


@pytest.mark.usefixtures("recorded")
async def test_a_card_that_was_posted_while_the_record_was_noted_in_is_kept(
    begin: Begin, sessions: Sessions, workspace: Workspace, clock: Clock
) -> None:
    async def note(method: str) -> None:
        if method == "chat.postMessage":
            await sessions.change(TEAM, "s1", lambda one: one.with_progress(wait_sent=True))

    workspace.faults.switch_on(Refuses("missing_scope"), "conversations.history")
    workspace.before = note
    ended = await begin(BadDay(clock, (0.1, None))).goes_on_until_it_ends()
    assert [one.ts for one in workspace.channels[SUPPORT].messages] == [ended.card.ts if ended.card else ""]
    assert len(workspace.calls_of("chat.postMessage")) == 1


@pytest.mark.usefixtures("recorded")
async def test_a_second_card_that_slack_does_not_take_back_now_costs_the_session_nothing(
    begin: Begin, sessions: Sessions, workspace: Workspace, clock: Clock
) -> None:
    async def another_has_posted(method: str) -> None:
        if method == "chat.postMessage":
            other = Card(SUPPORT, "1700000000.000001")
            await sessions.change(TEAM, "s1", lambda one: replace(one, card=other))

    workspace.faults.switch_on(Refuses("ratelimited", 429), "chat.delete")
    workspace.before = another_has_posted
    day = BadDay(clock, (0.1, None))
    ended = await begin(day).goes_on_until_it_ends()
    assert (ended.card, day.invitations) == (Card(SUPPORT, "1700000000.000001"), 1)
    assert len(workspace.calls_of("chat.delete")) == 1


@pytest.mark.parametrize("finds", [None, 900])
async def test_a_clock_that_was_set_back_makes_nobody_wait_until_it_has_caught_up(
    begin: Begin, sessions: Sessions, clock: Clock, recorded: Session, finds: int | None
) -> None:
    an_hour_ahead = recorded.with_progress(invitation_begun=clock.now + 3600, trouble_since=clock.now + 3600)
    await sessions.change(TEAM, recorded.id, lambda latest: replace(latest, progress=an_hour_ahead.progress))
    day, before = BadDay(clock, (0.1, OutcomeUnknown()), finds=finds), clock.now
    ended = await begin(day).goes_on_until_it_ends()
    assert (ended.state, day.invitations) == ((State.INVITED, 0) if finds else (State.FAILED, 1))
    assert clock.now - before <= A_MINUTE


async def test_a_session_that_was_started_is_left_alone(
    begin: Begin, workspace: Workspace, clock: Clock, recorded: Session
) -> None:
    day = BadDay(clock, (0.1, None))
    begun = begin(day)
    await begun.goes_on_until_it_ends()
    calls = len(workspace.calls)
    await begun.goes_on_until_it_ends()
    await begun.starter.on_exhausted(TEAM, recorded.id, reference="abcd1234")
    assert (day.invitations, len(workspace.calls)) == (1, calls)
    assert (await begun.stands()).state is State.INVITED


async def test_a_session_that_was_forgotten_is_nobodys(begin: Begin, workspace: Workspace, clock: Clock) -> None:
    starter = begin(BadDay(clock, (0, None))).starter
    await starter.start(TEAM, "forgotten")
    await starter.on_exhausted(TEAM, "forgotten", reference="abcd1234")
    assert not workspace.calls


async def test_what_nobody_foresaw_is_reported_with_the_reference_in_the_log(
    begin: Begin, workspace: Workspace, clock: Clock, recorded: Session
) -> None:
    begun = begin(BadDay(clock, (0, Unreachable())))
    with pytest.raises(TryLater):
        await begun.starter.start(TEAM, recorded.id)
    await begun.starter.on_exhausted(TEAM, recorded.id, reference="abcd1234")
    assert "Something went wrong on our side" in workspace.channels[SUPPORT].messages[-1].text
    assert "abcd1234" in workspace.ephemerals(U_EN)[-1].text


async def test_somebody_who_left_the_workspace_invites_nobody(
    begin: Begin, sessions: Sessions, workspace: Workspace, clock: Clock, recorded: Session
) -> None:
    gone = replace(recorded, id="s2", requester=replace(recorded.requester, user=U_GONE))
    await sessions.record(gone, delivery="d2")
    day = BadDay(clock, (0, None))
    await begin(day).starter.start(TEAM, "s2")
    assert day.invitations == 0
    assert not workspace.channels[SUPPORT].messages
