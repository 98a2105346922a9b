"""The Home: my sessions, open and over, today's figures; to administrators, how the connection is."""

from __future__ import annotations

from sandbox.slack.default_world import U_ADMIN, U_EN
from tests.scenarios.environment import Environment


async def home(environment: Environment, user: str, word: str) -> str:
    await environment.people.open_home(user)
    await environment.slack.wait_for(
        lambda: user in environment.slack.homes and word in str(environment.slack.homes[user])
    )
    return str(environment.slack.homes[user])


async def test_my_sessions_are_there_with_their_buttons_and_results(environment: Environment) -> None:
    await environment.assist("+33 6 62 68 21 93")
    ticket = await environment.invited()
    shown = await home(environment, U_EN, "session_open")
    assert "21 93" not in shown
    assert "1 session started" in shown
    assert "agent1@apizee.com" in shown
    environment.apizee.declines(ticket.id)
    await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
    await environment.card("declined")
    shown = await home(environment, U_EN, "My last sessions")
    assert "declined" in shown
    assert "You have no open session." in shown
    assert "session_open" in shown  # a ticket is worth a look also after its end
    assert "session_media" in shown


async def test_a_ticket_is_opened_from_the_home(environment: Environment) -> None:
    await environment.assist("+33 6 62 68 21 93")
    await environment.invited()
    await home(environment, U_EN, "session_open")
    await environment.people.click_in_view(environment.slack.homes[U_EN], "session_open")
    await environment.modal("gave no sign-in link")


async def test_only_administrators_see_how_the_connection_is(environment: Environment) -> None:
    assert "of 1000 requests" in await home(environment, U_ADMIN, "Connection to Apizee")
    assert "Connection to Apizee" not in await home(environment, U_EN, "My open sessions")
