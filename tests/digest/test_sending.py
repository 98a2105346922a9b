"""A channel gets its digest on Monday: once, whatever happens on the way, and not when it is late."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.digest.sending import DigestSender
from bot.digest.turning import Digests
from bot.model.digest import Digest, DigestBlocked, next_due
from bot.model.errors import NoDigestHere, TryLater
from bot.model.people import Conversation, Person, Requester
from bot.model.session import Kind, Remote, Session, State
from bot.model.session.notes import Note
from bot.slack.client import Slack
from bot.slack.errors import SlackAway
from bot.store import keys as names
from bot.store.sealing.keyring import KeyRing
from bot.store.sessions.store import Sessions
from bot.store.workspaces.digests import DigestStore
from sandbox.slack import Workspace
from sandbox.slack.default_world import (
    ARCHIVED,
    GENERAL,
    PARTNERS,
    PRIVATE,
    PRIVATE_WITH_BOT,
    SUPPORT,
    TEAM,
    U_ADMIN,
)
from sandbox.slack.faults import RateLimited
from tests.fixtures.recorded_queue import RecordedQueue

DIANE = Person(TEAM, U_ADMIN, "Diane", locale="en-US", timezone="Europe/Paris", is_admin=True)
WEEK = timedelta(days=7).total_seconds()
POSTED = "chat.postMessage"


class PlannedQueue(RecordedQueue):
    """Notes which digests are planned, and in how many seconds they are due."""

    def __init__(self) -> None:
        super().__init__()
        self.digests: dict[tuple[str, float], float] = {}

    async def send_digest(self, team: str, channel: str, due: float, *, wait: float) -> None:  # noqa: ARG002  # one team
        self.digests.setdefault((channel, due), wait)


@dataclass
class Setting:
    """The parts that send a digest, at a time that a story chooses."""

    store: DigestStore
    sessions: Sessions
    slack: Slack
    workspace: Workspace
    shared_channels: bool = False
    now: float = field(default_factory=time.time)
    queue: PlannedQueue = field(default_factory=PlannedQueue)

    def __post_init__(self) -> None:
        self.workspace.clock = lambda: self.now
        self.digests = Digests(
            self.store, self.queue, self.slack, shared_channels=self.shared_channels, clock=lambda: self.now
        )
        self.sender = DigestSender(
            self.store, self.digests, self.sessions, self.slack, command="/assist", clock=lambda: self.now
        )

    async def turned_on(self, channel: str = SUPPORT) -> float:
        """Turn the digest on, let the time come when it is due, and return that."""
        await self.digests.turn_on(DIANE, channel)
        digest = await self.store.of(TEAM, channel)
        assert digest
        self.now = digest.due + 1
        return digest.due

    def posted(self, channel: str = SUPPORT) -> list[str]:
        return [one.text for one in self.workspace.messages(channel) if one.user == self.workspace.bot_user]

    def sent_to_diane(self) -> list[str]:
        return [one.text for one in self.workspace.direct_messages(U_ADMIN).messages]


@pytest.fixture
def setting(redis: Redis, keys: KeyRing, sessions: Sessions, slack: Slack, workspace: Workspace) -> Setting:
    return Setting(DigestStore(redis, keys), sessions, slack, workspace)


async def killed_at(setting: Setting, moment: str, sending: Coroutine[object, object, None]) -> None:
    """Let a process die at its first message: before or after Slack has taken it."""
    dying = asyncio.ensure_future(sending)

    async def die(method: str) -> None:
        if method == POSTED:
            setattr(setting.workspace, moment, nothing)
            dying.cancel()
            await asyncio.wait([dying])
            if moment == "before":
                raise ConnectionError

    setattr(setting.workspace, moment, die)
    await asyncio.wait([dying])
    assert dying.cancelled()


async def nothing(_method: str) -> None:
    """Do nothing at a call of Slack's."""


async def test_it_comes_on_monday_with_the_sessions_of_the_week_before(setting: Setting) -> None:
    started = setting.now
    due = await setting.turned_on()
    assert setting.queue.digests == {(SUPPORT, due): pytest.approx(due - started)}
    since, until = (moment.timestamp() for moment in Digest(SUPPORT, U_ADMIN, due, "Europe/Paris").days)
    here = Requester("U0001", Conversation(TEAM, SUPPORT))
    for number, at in enumerate([since - 1, since, until - 1, until]):
        remote, note = Remote(id=number + 1), Note("Solved", "", U_ADMIN, at)
        session = Session(f"s{number}", Kind.ASSISTANCE, here, at, state=State.DONE, remote=remote, note=note)
        await setting.sessions.record(session, delivery=session.id)
    elsewhere = replace(session, id="other", requester=Requester("U0001", Conversation("T0002", SUPPORT)))
    await setting.sessions.record(replace(elsewhere, created_at=since), delivery="other")

    await setting.sender.send(TEAM, SUPPORT, due)
    (text,) = setting.posted()
    assert "Video sessions of the week" in text
    assert "2 video assistances · 0 video meetings" in text
    assert "Answered: 100% (2 of 2)" in text
    assert "Outcomes: Solved 2" in text
    assert (SUPPORT, next_due(due, "Europe/Paris")) in setting.queue.digests


async def test_it_is_sent_once_however_often_its_job_runs(setting: Setting) -> None:
    due = await setting.turned_on()
    for _ in range(3):
        await setting.sender.send(TEAM, SUPPORT, due)
    assert len(setting.posted()) == 1


async def test_of_two_processes_one_sends_it(setting: Setting) -> None:
    due = await setting.turned_on()
    done = await asyncio.gather(*(setting.sender.send(TEAM, SUPPORT, due) for _ in range(4)), return_exceptions=True)
    assert all(one is None or isinstance(one, TryLater) for one in done)
    assert len(setting.posted()) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_killed_while_it_is_sent_it_is_sent_once_all_the_same(setting: Setting, moment: str) -> None:
    due = await setting.turned_on()
    await killed_at(setting, moment, setting.sender.send(TEAM, SUPPORT, due))
    with pytest.raises(TryLater):  # it may still be on its way
        await setting.sender.send(TEAM, SUPPORT, due)
    setting.now += 31
    await setting.sender.send(TEAM, SUPPORT, due)
    assert len(setting.posted()) == 1
    latest = await setting.store.of(TEAM, SUPPORT)
    assert latest
    assert (latest.due, latest.begun) == (next_due(due, "Europe/Paris"), None)


async def test_where_slack_does_not_show_the_channel_it_is_not_sent_twice(setting: Setting) -> None:
    setting.workspace.scopes -= {"channels:history"}
    due = await setting.turned_on()
    await killed_at(setting, "after", setting.sender.send(TEAM, SUPPORT, due))
    setting.now += 31
    await setting.sender.send(TEAM, SUPPORT, due)
    assert len(setting.posted()) == 1


@pytest.mark.parametrize(("late", "sent"), [(59, True), (61, False), (6 * 24 * 60, False)])
async def test_it_is_skipped_where_it_would_come_late(setting: Setting, late: int, sent: bool) -> None:  # noqa: FBT001  # parametrized
    due = await setting.turned_on()
    setting.now = due + late * 60
    await setting.sender.send(TEAM, SUPPORT, due)
    assert bool(setting.posted()) is sent
    following = next_due(due, "Europe/Paris")
    assert (SUPPORT, following) in setting.queue.digests
    setting.now = following + 1
    await setting.sender.send(TEAM, SUPPORT, following)
    assert len(setting.posted()) == 1 + sent


async def test_where_the_clock_was_set_back_it_waits(setting: Setting) -> None:
    due = await setting.turned_on()
    setting.now = due - 3600
    with pytest.raises(TryLater) as later:
        await setting.sender.send(TEAM, SUPPORT, due)
    assert later.value.retry_in == pytest.approx(3600)
    assert not setting.posted()


async def test_turned_off_it_does_not_come(setting: Setting) -> None:
    due = await setting.turned_on()
    await setting.digests.turn_off(TEAM, SUPPORT)
    await setting.sender.send(TEAM, SUPPORT, due)
    assert not setting.posted()
    assert await setting.store.all_of(TEAM) == []


@pytest.mark.parametrize(
    ("channel", "why"),
    [
        (GENERAL, DigestBlocked.NOT_A_MEMBER),
        (PRIVATE, DigestBlocked.NOT_A_MEMBER),
        ("C0NOWHERE", DigestBlocked.NOT_A_MEMBER),
        (ARCHIVED, DigestBlocked.ARCHIVED),
        (PARTNERS, DigestBlocked.SHARED),
    ],
)
async def test_only_a_channel_that_the_bot_is_in_and_that_is_nobody_elses_gets_one(
    setting: Setting, channel: str, why: DigestBlocked
) -> None:
    with pytest.raises(NoDigestHere) as refused:
        await setting.digests.turn_on(DIANE, channel)
    assert refused.value.blocked is why
    assert await setting.store.all_of(TEAM) == []
    assert not setting.queue.digests


async def test_a_shared_channel_gets_one_where_the_operator_allows_it(setting: Setting) -> None:
    allowing = replace(setting, shared_channels=True)
    due = await allowing.turned_on(PARTNERS)
    await allowing.sender.send(TEAM, PARTNERS, due)
    assert len(allowing.posted(PARTNERS)) == 1


def archived(workspace: Workspace) -> None:
    workspace.channels[SUPPORT].is_archived = True


def removed(workspace: Workspace) -> None:
    workspace.channels[SUPPORT].members.discard(workspace.bot_user)


def shared(workspace: Workspace) -> None:
    workspace.channels[SUPPORT].shared_with.append("T0PARTNER")


def restricted(workspace: Workspace) -> None:
    workspace.channels[SUPPORT].is_restricted = True


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (archived, "is archived"),
        (removed, "I am not in this channel"),
        (shared, "is shared with another organisation"),
        (restricted, "I may not post in this channel"),
    ],
)
async def test_what_no_longer_can_be_sent_is_turned_off_and_the_administrator_knows(
    setting: Setting, happens: Callable[[Workspace], None], said: str
) -> None:
    due = await setting.turned_on()
    happens(setting.workspace)
    await setting.sender.send(TEAM, SUPPORT, due)
    (text,) = setting.sent_to_diane()
    assert text.startswith(f"The weekly digest for <#{SUPPORT}> is turned off.")
    assert said in text
    assert not setting.posted()
    assert await setting.store.all_of(TEAM) == []


async def test_where_slack_asks_to_wait_it_comes_later_without_being_looked_for(setting: Setting) -> None:
    due = await setting.turned_on()
    setting.workspace.scopes -= {"channels:history"}
    setting.workspace.faults.switch_on(RateLimited(), POSTED, times=1)
    with pytest.raises(SlackAway):
        await setting.sender.send(TEAM, SUPPORT, due)
    await setting.sender.send(TEAM, SUPPORT, due)
    assert len(setting.posted()) == 1


async def test_a_channel_that_gets_another_id_keeps_its_digest(setting: Setting) -> None:
    due = await setting.turned_on(PRIVATE_WITH_BOT)
    await setting.digests.moved(TEAM, PRIVATE_WITH_BOT, SUPPORT)
    assert [one.channel for one in await setting.store.all_of(TEAM)] == [SUPPORT]
    await setting.sender.send(TEAM, PRIVATE_WITH_BOT, due)
    await setting.sender.send(TEAM, SUPPORT, due)
    assert not setting.posted(PRIVATE_WITH_BOT)
    assert len(setting.posted()) == 1


async def test_it_is_sealed_for_its_channel_alone(setting: Setting, redis: Redis) -> None:
    await setting.turned_on()
    key = names.digests(TEAM)
    sealed = await redis.hget(key, SUPPORT)
    assert sealed
    assert U_ADMIN.encode() not in sealed
    await redis.hset(key, GENERAL, sealed)
    assert [one.channel for one in await setting.store.all_of(TEAM)] == [SUPPORT]
    assert await redis.ttl(key) > WEEK
