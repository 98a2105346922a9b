"""Who somebody is at Apizee, and in which language one speaks to them."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.model.errors import NoAgent, TimeZoneNotKnown
from bot.model.timing import AgentsTiming
from bot.policy.agents import Agents, no_default_agent
from bot.slack.client import Slack
from bot.slack.errors import UserUnavailable
from sandbox.slack import Workspace
from sandbox.slack.default_world import TEAM, U_EN, U_FR, U_GONE, U_NOLOGIN
from sandbox.slack.faults import Broken, Slow


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def agents(slack: Slack, clock: Clock) -> Agents:
    return Agents(slack, default_login=no_default_agent, clock=clock)


async def test_the_login_is_the_address_of_the_profile(agents: Agents) -> None:
    assert await agents.login(await agents.person(TEAM, U_EN)) == "agent1@apizee.com"


async def test_without_an_address_the_common_login_serves(slack: Slack) -> None:
    async def default_login(_team: str) -> str:
        return "default.agent@apizee.com"

    agents = Agents(slack, default_login=default_login)
    assert await agents.login(await agents.person(TEAM, U_NOLOGIN)) == "default.agent@apizee.com"
    assert await agents.login(await agents.person(TEAM, U_EN)) == "agent1@apizee.com"


async def test_without_either_nobody_can_be_invited(agents: Agents) -> None:
    with pytest.raises(NoAgent):
        await agents.login(await agents.person(TEAM, U_NOLOGIN))


async def test_slack_is_asked_about_a_person_once_in_five_minutes(
    agents: Agents, workspace: Workspace, clock: Clock
) -> None:
    for _ in range(3):
        await agents.person(TEAM, U_EN)
    assert len(workspace.calls_of("users.info")) == 1
    clock.now = AgentsTiming().kept_for
    workspace.users[U_EN] = replace(workspace.users[U_EN], email="alice@apizee.com")
    assert agents.cached(TEAM, U_EN) is None
    assert (await agents.person(TEAM, U_EN)).email == "alice@apizee.com"


async def test_not_everybody_is_cached_for_ever(slack: Slack) -> None:
    agents = Agents(slack, default_login=no_default_agent, kept_at_most=1)
    await agents.person(TEAM, U_EN)
    await agents.person(TEAM, U_FR)
    assert agents.cached(TEAM, U_EN) is None
    assert agents.cached(TEAM, U_FR)


async def test_one_workspace_does_not_answer_for_another(agents: Agents) -> None:
    await agents.person(TEAM, U_EN)
    assert agents.cached("T0002", U_EN) is None


async def test_somebody_who_left_is_nobodys_agent(agents: Agents) -> None:
    with pytest.raises(UserUnavailable):
        await agents.person(TEAM, U_GONE)


async def test_everybody_is_spoken_to_in_their_language(agents: Agents) -> None:
    assert (await agents.translate(TEAM, U_FR))("Inviting…") == "Invitation en cours…"
    assert (await agents.translate(TEAM, U_EN))("Inviting…") == "Inviting…"


@pytest.mark.parametrize(
    ("said", "zone"),
    [("Europe/Paris", ZoneInfo("Europe/Paris")), ("", None), ("Mars/Olympus", None), ("../etc/passwd", None)],
)
async def test_a_time_zone_is_what_slack_says_if_there_is_such(
    agents: Agents, workspace: Workspace, said: str, zone: ZoneInfo | None
) -> None:
    workspace.users[U_EN] = replace(workspace.users[U_EN], tz=said)
    assert await agents.zone(TEAM, U_EN) == zone


@pytest.mark.parametrize("trouble", [Broken(), Slow(1.0)], ids=["fails", "is slow"])
async def test_no_time_zone_is_guessed_where_slack_does_not_say_in_time(
    slack: Slack, workspace: Workspace, trouble: Broken | Slow
) -> None:
    agents = Agents(slack, default_login=no_default_agent, timing=AgentsTiming(language_worth_waiting=0.05))
    workspace.faults.switch_on(trouble)
    with pytest.raises(TimeZoneNotKnown):
        await agents.zone(TEAM, U_FR)


@pytest.mark.parametrize("trouble", [Broken(), Slow(1.0)], ids=["fails", "is slow"])
async def test_english_serves_where_slack_does_not_say_in_time(
    slack: Slack, workspace: Workspace, trouble: Broken | Slow
) -> None:
    agents = Agents(slack, default_login=no_default_agent, timing=AgentsTiming(language_worth_waiting=0.05))
    workspace.faults.switch_on(trouble)
    assert (await agents.translate(TEAM, U_FR))("Inviting…") == "Inviting…"
