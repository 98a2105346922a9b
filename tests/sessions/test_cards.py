"""One card for each session, whatever was cut off while it was posted or updated."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.model.messages import Message as Said
from bot.model.people import Conversation, Requester
from bot.model.session import Session, State
from bot.sessions.cards import Cards
from bot.slack.client import Slack
from bot.store.sessions.store import Sessions
from sandbox.slack import Workspace
from sandbox.slack.default_world import PRIVATE, SUPPORT, TEAM, U_EN
from sandbox.slack.faults import Refuses
from sandbox.slack.model import Message


def posted_cards(workspace: Workspace, channel: str = SUPPORT) -> list[Message]:
    return [one for one in workspace.channels[channel].messages if one.user == workspace.bot_user]


async def begun(sessions: Sessions, session: Session) -> Session:
    """Return the session as it stands when a process died while it posted its card."""
    return await recorded(sessions, session.with_progress(card_begun=time.time()))


async def recorded(sessions: Sessions, session: Session) -> Session:
    await sessions.record(session, delivery=session.id)
    kept = await sessions.get(TEAM, session.id)
    assert kept
    return kept


async def test_a_card_that_was_posted_before_a_crash_is_found_again(
    workspace: Workspace, slack: Slack, sessions: Sessions, session: Session
) -> None:
    session, cards = await begun(sessions, session), Cards(slack, sessions)
    posted = await cards.post(replace(session, progress=replace(session.progress, card_begun=None)))
    assert (await cards.post(session)).card == posted.card
    assert len(posted_cards(workspace)) == 1


async def test_another_sessions_card_is_not_taken_for_ours(
    workspace: Workspace, slack: Slack, sessions: Sessions, session: Session
) -> None:
    session, cards = await begun(sessions, session), Cards(slack, sessions)
    workspace.say(U_EN, SUPPORT, "Has anybody called this customer?")
    other = replace(session, id="s2", version=0, progress=replace(session.progress, card_begun=None))
    others = await cards.post(await recorded(sessions, other))
    assert (await cards.post(session)).card != others.card
    assert len(posted_cards(workspace)) == 2


async def test_where_the_bot_may_not_read_the_channel_the_card_is_posted_again(
    workspace: Workspace, slack: Slack, sessions: Sessions, session: Session
) -> None:
    workspace.faults.switch_on(Refuses("missing_scope"), "conversations.history")
    await Cards(slack, sessions).post(await begun(sessions, session))
    assert len(posted_cards(workspace)) == 1


async def test_where_the_bot_may_not_write_the_card_goes_to_the_persons_own_messages(
    workspace: Workspace, slack: Slack, sessions: Sessions, session: Session
) -> None:
    elsewhere = replace(session, requester=Requester(U_EN, Conversation(TEAM, PRIVATE)))
    card = (await Cards(slack, sessions).post(await recorded(sessions, elsewhere))).card
    own = workspace.direct_messages(U_EN).id
    assert card
    assert card.channel == own
    assert any("/invite @Apizee" in one.text for one in workspace.channels[own].messages)


async def test_a_card_that_somebody_deleted_is_left_alone(
    workspace: Workspace, slack: Slack, sessions: Sessions, session: Session
) -> None:
    cards = Cards(slack, sessions)
    session = await cards.post(await recorded(sessions, session))
    workspace.remove(posted_cards(workspace)[0])
    await cards.update(replace(session, state=State.DONE))
    assert not posted_cards(workspace)


async def test_a_session_without_a_card_is_drawn_nowhere(
    workspace: Workspace, slack: Slack, redis: Redis, sessions: Sessions, session: Session
) -> None:
    await Cards(slack, sessions).update(session)
    assert not workspace.calls
    assert not await redis.keys()


@pytest.mark.parametrize(
    ("code", "gone"), [("message_not_found", True), ("cant_delete_message", False), ("channel_not_found", False)]
)
async def test_a_leftover_that_slack_does_not_delete_is_left_standing(
    workspace: Workspace, slack: Slack, sessions: Sessions, code: str, *, gone: bool
) -> None:
    card = await slack.post(Conversation(TEAM, SUPPORT), Said("Inviting…"))
    workspace.faults.switch_on(Refuses(code), "chat.delete", times=1)
    cards = Cards(slack, sessions)
    assert await cards.remove(TEAM, card) is gone
    assert await cards.remove(TEAM, card)
    assert not posted_cards(workspace)
