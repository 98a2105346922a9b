"""The App Home: my open sessions, the two ways to start one, and who I am at Apizee."""

from __future__ import annotations

import json

from sandbox.slack.default_world import SUPPORT, U_EN, U_FR, U_NOLOGIN
from sandbox.slack.model import View
from tests.scenarios.environment import Environment


async def at_home(environment: Environment, user: str) -> View:
    """Return the Home that somebody sees who opens it."""
    environment.slack.homes.pop(user, None)
    await environment.people.open_home(user)
    home = await environment.slack.wait_for(lambda: environment.slack.home(user))
    assert home is not None
    return home


def text_of(home: View) -> str:
    return json.dumps(home.body, ensure_ascii=False)


async def test_the_home_shows_my_open_sessions_and_nobody_elses(environment: Environment) -> None:
    await environment.assist("+33 6 62 68 21 93")
    ticket = await environment.invited()
    mine, another = text_of(await at_home(environment, U_EN)), text_of(await at_home(environment, U_FR))
    assert f"*{ticket.id}* +33 6 •• •• •• 93 · invited" in mine
    assert "Your login at Apizee: agent1@apizee.com" in mine
    assert str(ticket.id) not in another
    assert "pas de session ouverte" in another


async def test_who_has_no_login_reads_how_to_get_one(environment: Environment) -> None:
    assert "ask your administrator" in text_of(await at_home(environment, U_NOLOGIN))


async def test_both_forms_open_from_the_home(environment: Environment) -> None:
    home = await at_home(environment, U_EN)
    for action, title in (("home_start_meeting", "Start a video meeting"), ("home_start_assistance", "Start video")):
        await environment.people.click_in_view(home, action)
        view = await environment.form()
        assert view.title.startswith(title)
        await environment.people.close(U_EN)
    await environment.people.click_in_view(home, "home_start_assistance")
    await environment.form()
    await environment.people.submit(U_EN, {"contact": "jean@client.com", "channel": SUPPORT})
    await environment.invited()


async def test_the_other_tabs_of_the_app_are_left_alone(environment: Environment) -> None:
    assert (await environment.people.open_home(U_EN, "messages")).outcome == "ok"
    await environment.settled()
    assert environment.slack.home(U_EN) is None
