"""The Home: my sessions, open and over, today's figures; to administrators, how the connection is."""

from __future__ import annotations

from sandbox.slack.default_world import U_ADMIN, U_EN
from tests.scenarios.environment import Stage


async def home(stage: Stage, user: str, word: str) -> str:
    await stage.people.open_home(user)
    await stage.slack.wait_for(lambda: user in stage.slack.homes and word in str(stage.slack.homes[user]))
    return str(stage.slack.homes[user])


async def test_my_sessions_are_there_with_their_buttons_and_results(stage: Stage) -> None:
    await stage.assist("+33 6 62 68 21 93")
    ticket = await stage.invited()
    shown = await home(stage, U_EN, "session_open")
    assert "21 93" not in shown
    assert "1 session started" in shown
    assert "agent1@apizee.com" in shown
    stage.apizee.declines(ticket.id)
    await stage.people.click(U_EN, stage.cards()[0], "session_refresh")
    await stage.card("declined")
    shown = await home(stage, U_EN, "My last sessions")
    assert "declined" in shown
    assert "You have no open session." in shown
    assert "session_open" in shown  # a ticket is worth a look also after its end
    assert "session_media" in shown


async def test_a_ticket_is_opened_from_the_home(stage: Stage) -> None:
    await stage.assist("+33 6 62 68 21 93")
    await stage.invited()
    await home(stage, U_EN, "session_open")
    await stage.people.click_in_view(stage.slack.homes[U_EN], "session_open")
    direct = await stage.slack.wait_for(lambda: [one for one in every_message(stage) if "gave no sign-in link" in one])
    assert direct


async def test_only_administrators_see_how_the_connection_is(stage: Stage) -> None:
    assert "of 1000 requests" in await home(stage, U_ADMIN, "Connection to Apizee")
    assert "Connection to Apizee" not in await home(stage, U_EN, "My open sessions")


def every_message(stage: Stage) -> list[str]:
    return [message.text for channel in stage.slack.channels.values() for message in channel.messages]
