"""The App Home: my open sessions, the two ways to start one, and who I am at Apizee."""

from __future__ import annotations

import json

from sandbox.slack.default_world import SUPPORT, U_EN, U_FR, U_NOLOGIN
from sandbox.slack.model import View
from tests.scenarios.environment import Stage


async def at_home(stage: Stage, user: str) -> View:
    """The Home that somebody sees who opens it."""
    stage.slack.homes.pop(user, None)
    await stage.people.open_home(user)
    home = await stage.slack.wait_for(lambda: stage.slack.home(user))
    assert home is not None
    return home


def told(home: View) -> str:
    return json.dumps(home.body, ensure_ascii=False)


async def test_the_home_shows_my_open_sessions_and_nobody_elses(stage: Stage) -> None:
    await stage.assist("+33 6 62 68 21 93")
    ticket = await stage.invited()
    mine, another = told(await at_home(stage, U_EN)), told(await at_home(stage, U_FR))
    assert f"*{ticket.id}* +33 6 •• •• •• 93 · invited" in mine
    assert "Your login at Apizee: agent1@apizee.com" in mine
    assert str(ticket.id) not in another
    assert "pas de session ouverte" in another


async def test_whoever_has_no_login_reads_how_to_get_one(stage: Stage) -> None:
    assert "ask your administrator" in told(await at_home(stage, U_NOLOGIN))


async def test_both_forms_open_from_the_home(stage: Stage) -> None:
    home = await at_home(stage, U_EN)
    for action, title in (("home_start_meeting", "Start a video meeting"), ("home_start_assistance", "Start video")):
        await stage.people.click_in_view(home, action)
        view = await stage.form()
        assert view.title.startswith(title)
        await stage.people.close(U_EN)
    await stage.people.click_in_view(home, "home_start_assistance")
    await stage.form()
    await stage.people.submit(U_EN, {"contact": "jean@client.com", "channel": SUPPORT})
    await stage.invited()


async def test_the_other_tabs_of_the_app_are_left_alone(stage: Stage) -> None:
    assert (await stage.people.open_home(U_EN, "messages")).outcome == "ok"
    await stage.settled()
    assert stage.slack.home(U_EN) is None
