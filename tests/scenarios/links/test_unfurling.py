"""A pasted link becomes its session in brief where the card stands, and elsewhere for who pasted it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.model.session import Session
from sandbox.slack.block_kit.limits import check_blocks
from sandbox.slack.default_world import (
    GENERAL,
    PRIVATE_WITH_BOT,
    SCOPES,
    SUPPORT,
    U_EN,
    U_FR,
    U_GUEST,
    U_NOLOGIN,
    U_STRANGER,
)
from sandbox.slack.model import Json, Message
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.environment import Environment, said

CUSTOMER = "+33 6 62 68 21 93"


async def assisted(environment: Environment, channel: str = SUPPORT) -> Session:
    """Return Alice's assistance, whose card stands in a channel."""
    assert environment.app is not None
    await environment.assist(f"{CUSTOMER} ref:CASE-7", channel=channel)
    await environment.invited(channel=channel)
    await environment.settled()
    (session,) = await environment.sessions_of(U_EN)
    return session


async def met(environment: Environment) -> Session:
    """Return Alice's meeting, whose card stands in #support."""
    assert environment.app is not None
    await environment.meet('ann@example.com name:"Site visit"')
    await environment.card("The guests are invited")
    await environment.settled()
    (session,) = await environment.sessions_of(U_EN)
    return session


async def pasted(environment: Environment, link: str | None, *, user: str = U_FR, channel: str = SUPPORT) -> Message:
    """Return the message in which somebody pasted a link, once all is done."""
    assert link is not None
    message = await environment.people.say(user, channel, f"Have a look: <{link}>")
    await environment.settled()
    return message


def shown_below(message: Message) -> Sequence[Json]:
    """Return the blocks of what is shown below a message."""
    blocks: list[Json] = [block for one in message.attachments for block in one["blocks"]]
    assert check_blocks(blocks) == []
    return blocks


async def test_an_agent_s_link_becomes_the_session_in_brief_for_all_where_its_card_stands(
    environment: Environment,
) -> None:
    session = await assisted(environment)
    message = await pasted(environment, session.remote.links.agent)
    shown = str(shown_below(message))
    assert "Video assistance for +33 6 •• •• •• 93" in shown
    assert "Invited by SMS." in shown
    assert f"Started by <@{U_EN}>" in shown
    assert "as of <!date^" in shown
    assert "62 68 21" not in shown
    assert "diag?" not in shown
    assert not environment.ephemeral_messages(U_FR)
    await environment.people.click(U_FR, message, "session_open")
    await environment.modal("Ouvrir le ticket", user=U_FR)


@pytest.mark.parametrize("which", ["meeting", "meeting_short"])
async def test_a_meeting_s_link_the_long_and_the_short_one_becomes_the_meeting_in_brief(
    environment: Environment, which: str
) -> None:
    session = await met(environment)
    message = await pasted(environment, getattr(session.remote.links, which))
    assert "Video meeting “Site visit”" in str(shown_below(message))
    _, join = message.find_element("session_join")
    assert join["url"] == session.remote.links.meeting_short
    await environment.people.click(U_FR, message, "session_media")
    await environment.modal("Photos", user=U_FR)


async def test_a_meeting_s_link_with_a_name_in_it_is_the_same_meeting(environment: Environment) -> None:
    session = await met(environment)
    message = await pasted(environment, f"{session.remote.links.meeting}?name=Alice")
    assert "Site visit" in str(shown_below(message))


async def test_elsewhere_who_pasted_it_gets_the_same_alone(environment: Environment) -> None:
    session = await assisted(environment)
    message = await pasted(environment, session.remote.links.agent, channel=PRIVATE_WITH_BOT)
    assert not message.attachments
    assert not environment.slack.calls_of("chat.unfurl")
    brief = await environment.private_message("Visible par vous uniquement", user=U_FR)
    assert brief.channel == PRIVATE_WITH_BOT
    assert "Assistance vidéo pour +33 6 •• •• •• 93" in said(brief)
    assert f"<#{SUPPORT}>" in said(brief)


async def test_who_does_not_see_the_session_sees_nothing_of_it(environment: Environment) -> None:
    session = await assisted(environment, PRIVATE_WITH_BOT)
    message = await pasted(environment, session.remote.links.agent, user=U_NOLOGIN)
    assert not message.attachments
    assert not environment.slack.ephemerals(U_NOLOGIN)
    (*_, entry) = await environment.audited(U_NOLOGIN)
    assert (entry.act, entry.refusal, entry.session) == ("unfurl", "not seen", session.id)


async def test_for_guests_and_people_of_other_organisations_nothing_is_shown(environment: Environment) -> None:
    session = await assisted(environment)
    for user in (U_GUEST, U_STRANGER):
        message = await pasted(environment, session.remote.links.agent, user=user)
        assert not message.attachments
        assert not environment.slack.ephemerals(user)


async def test_links_that_are_nobody_s_session_stay_as_they_are(environment: Environment) -> None:
    session = await assisted(environment)
    agent = session.remote.links.agent or ""
    message = await pasted(environment, f"{agent.rpartition('/')[0]}/999999> and <{agent.partition('/entry')[0]}/sdk")
    assert not message.attachments
    assert not environment.slack.ephemerals(U_FR)


async def test_an_event_that_comes_again_shows_it_once(environment: Environment) -> None:
    session = await assisted(environment)
    await pasted(environment, session.remote.links.agent, channel=PRIVATE_WITH_BOT)
    delivered = next(
        one for one in reversed(environment.slack.deliveries) if "link_shared" in str(one.delivery.payload)
    )
    await environment.people.redeliver(delivered)
    await environment.settled()
    assert len(environment.slack.ephemerals(U_FR)) == 1


async def test_without_the_scope_the_message_stays_as_it_is(environment: Environment) -> None:
    session = await assisted(environment)
    environment.slack.scopes = frozenset(SCOPES) - {"links:write"}
    message = await pasted(environment, session.remote.links.agent)
    assert not message.attachments
    assert not environment.ephemeral_messages(U_FR)


async def test_a_draft_stays_as_it_is_until_it_is_sent(environment: Environment) -> None:
    session = await assisted(environment)
    delivered = await environment.people.draft(U_FR, f"Look: {session.remote.links.agent}")
    await environment.settled()
    assert delivered is not None
    assert delivered.status == 200
    assert not environment.slack.calls_of("chat.unfurl")
    assert not environment.ephemeral_messages(U_FR)
    assert not environment.slack.direct_messages(U_FR).messages


async def test_what_is_forgotten_is_found_by_none_of_its_links(environment: Environment, redis: Redis) -> None:
    session = await met(environment)
    assert environment.app is not None
    assert await redis.keys("*:found-by:*")
    await environment.app.adapters.sessions.forget(session)
    await environment.app.adapters.invitees.forget(session)
    message = await pasted(environment, session.remote.links.meeting)
    assert not message.attachments
    assert not await redis.keys("*:found-by:*")


async def test_redis_holds_no_link_that_could_be_followed(environment: Environment, redis: Redis) -> None:
    session = await met(environment)
    await pasted(environment, session.remote.links.meeting, channel=GENERAL)
    kept = str(await everything_in(redis))
    assert "/meet/" not in kept
    assert (session.remote.links.meeting_short or "").rpartition("/")[2] not in kept


async def test_a_meeting_of_another_channel_is_not_shown_with_one_of_this(environment: Environment) -> None:
    here, there = await assisted(environment), replace(await met_elsewhere(environment))
    message = await environment.people.say(U_FR, SUPPORT, f"{here.remote.links.agent} {there.remote.links.meeting}")
    await environment.settled()
    assert "Site visit" not in str(shown_below(message))
    await environment.private_message("Site visit", user=U_FR)


async def met_elsewhere(environment: Environment) -> Session:
    assert environment.app is not None
    await environment.meet('ann@example.com name:"Site visit"', channel=PRIVATE_WITH_BOT)
    await environment.card("The guests are invited", channel=PRIVATE_WITH_BOT)
    await environment.settled()
    (session, *_) = await environment.sessions_of(U_EN)
    return session
