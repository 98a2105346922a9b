"""Logins: administrators give people a login at Apizee on the Home, and take it away again."""

from __future__ import annotations

import json

from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.policy.audit import as_facts
from sandbox.apizee.guesses import ScopeOfOldTickets
from sandbox.slack.default_world import SUPPORT, TEAM, U_ADMIN, U_EN, U_FR, U_NOLOGIN, U_OTHER_BOT, U_STRANGER
from sandbox.slack.model import View
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.environment import Environment, Vendors, button, new_environment

CUSTOMER = "+33 6 62 68 21 93"
LOGIN = "agent2@apizee.com"


async def home_with(environment: Environment, words: str, *, user: str = U_ADMIN) -> View:
    """Return somebody's Home, once it says some words."""

    def shown() -> View | None:
        home = environment.slack.home(user)
        return home if home and words in json.dumps(home.body, ensure_ascii=False) else None

    home = await environment.slack.wait_for(shown)
    assert home is not None
    return home


async def administrators_home(environment: Environment, user: str = U_ADMIN) -> View:
    environment.slack.homes.pop(user, None)
    await environment.people.open_home(user)
    return await home_with(environment, "home_set_login", user=user)


async def give(environment: Environment, person: str, login: str) -> None:
    """Open the form from the Home, choose a person, type a login and send it."""
    await environment.people.click_in_view(await administrators_home(environment), "home_set_login")
    await environment.form(U_ADMIN)
    await environment.people.submit(U_ADMIN, {"person": person, "login": login})


async def test_who_has_no_login_is_given_one_and_opens_the_ticket_as_that_agent(environment: Environment) -> None:
    environment.apizee.guesses.scope_of_old_tickets = ScopeOfOldTickets.TAKEN
    await environment.assist(CUSTOMER, user=U_NOLOGIN)
    await environment.private_message("You have no agent's login", user=U_NOLOGIN)
    await give(environment, U_NOLOGIN, LOGIN)
    await home_with(environment, f"<@{U_NOLOGIN}> · {LOGIN}")
    await environment.assist(CUSTOMER, user=U_NOLOGIN)
    ticket = await environment.invited()
    assert ticket.agent.login == LOGIN
    await environment.people.click(U_NOLOGIN, environment.cards()[0], "session_open")
    opened = await environment.modal("This link signs you in", user=U_NOLOGIN)
    assert "access_token" in button(opened, "plain_link")["url"]


async def test_what_an_administrator_gave_comes_before_the_setting_until_it_is_removed(around: Vendors) -> None:
    async with new_environment(around, agent_logins={U_NOLOGIN: "agent1@apizee.com"}) as environment:
        await give(environment, U_NOLOGIN, LOGIN)
        home = await home_with(environment, LOGIN)
        assert "agent1@apizee.com" not in str(home.body)
        await environment.people.open_home(U_NOLOGIN)
        await home_with(environment, f"Your login at Apizee: {LOGIN}", user=U_NOLOGIN)
        await environment.people.click_in_view(home, "home_remove_login")
        await environment.slack.wait_for(lambda: LOGIN not in str(environment.slack.homes[U_ADMIN].body))
        await environment.people.open_home(U_NOLOGIN)
        await home_with(environment, "Your login at Apizee: agent1@apizee.com", user=U_NOLOGIN)


async def test_only_administrators_see_logins_and_the_way_to_set_them(environment: Environment) -> None:
    await give(environment, U_NOLOGIN, LOGIN)
    await home_with(environment, LOGIN)
    await environment.people.open_home(U_EN)
    home = await home_with(environment, "agent1@apizee.com", user=U_EN)
    assert "home_set_login" not in str(home.body)
    assert LOGIN not in str(home.body)


async def test_administrators_of_the_bot_read_it_in_their_language(around: Vendors) -> None:
    async with new_environment(around, admin_users={U_FR}) as environment:
        home = await administrators_home(environment, U_FR)
        assert "Définir un identifiant" in str(home.body)
        await environment.people.click_in_view(home, "home_set_login")
        assert (await environment.form(U_FR)).title == "Définir un identifiant"


async def test_what_is_no_login_is_said_beside_it(environment: Environment) -> None:
    await give(environment, U_NOLOGIN, "with a space")
    view = environment.slack.open_view(U_ADMIN)
    assert view
    assert "is no login at Apizee" in view.errors["login"]
    assert environment.app
    assert not await environment.app.adapters.logins.all_of(TEAM)


async def test_who_is_no_person_of_the_workspace_is_given_none(environment: Environment) -> None:
    for person in (U_OTHER_BOT, U_STRANGER):
        await give(environment, person, LOGIN)
        await environment.settled()
    read = [one.text for one in environment.slack.direct_messages(U_ADMIN).messages]
    assert len([one for one in read if "is a bot or belongs to another organisation" in one]) == 2
    assert environment.app
    assert not await environment.app.adapters.logins.all_of(TEAM)


async def test_the_audit_says_who_gave_whom_a_login_and_not_which(environment: Environment) -> None:
    with capture_logs() as logs:
        await give(environment, U_NOLOGIN, LOGIN)
        await home_with(environment, LOGIN)
    (entry,) = [one for one in await environment.audited(U_ADMIN, at_least=2) if one.act == "set logins"]
    assert (as_facts(entry)["person"], entry.refusal) == (U_NOLOGIN, None)
    assert LOGIN not in f"{entry} {logs}"


async def test_logins_are_sealed_each_for_its_person_and_survive_new_keys(
    environment: Environment, redis: Redis
) -> None:
    await give(environment, U_NOLOGIN, LOGIN)
    await home_with(environment, LOGIN)
    assert LOGIN.encode() not in b"".join((await everything_in(redis)).values())
    assert environment.app
    logins, key = environment.app.adapters.logins, f"apizee:{{{TEAM}}}:logins"
    sealed = await redis.hget(key, U_NOLOGIN)
    assert sealed
    await redis.hset(key, U_EN, sealed)
    assert await logins.all_of(TEAM) == {U_EN: None, U_NOLOGIN: LOGIN}
    assert await logins.of(TEAM, U_EN) is None
    home = await administrators_home(environment)
    assert "can no longer be read" in str(home.body)
    assert environment.slack.channels[SUPPORT].messages == []
