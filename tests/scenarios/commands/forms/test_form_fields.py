"""What forms make easy: colleagues are picked from Slack's list, and the last channel is proposed."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from sandbox.slack.default_world import GENERAL, SUPPORT, U_ADMIN, U_EN, U_FR, U_NOLOGIN
from sandbox.slack.faults import Refuses, Slow
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.environment import Environment, said

# ── Colleagues ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "invited"),
    [
        ({"colleagues": [U_FR, U_ADMIN]}, ["agent2@apizee.com", "diane@apizee.com"]),
        (
            {"participants": f"ann@example.com, <@{U_FR}>", "colleagues": [U_FR, U_ADMIN]},
            ["ann@example.com", "agent2@apizee.com", "diane@apizee.com"],
        ),
    ],
)
async def test_picked_colleagues_are_invited_as_mentioned_ones_are(
    environment: Environment, typed: dict[str, object], invited: list[str]
) -> None:
    await environment.meet("")
    await environment.form()
    await environment.people.submit(U_EN, typed)
    card = await environment.card("The guests are invited")
    assert [one.to for one in environment.apizee.outbox] == invited
    assert f"<@{U_ADMIN}>" in said(card)
    assert "diane@" not in said(card)


async def test_a_picked_colleague_without_an_address_stops_it(environment: Environment) -> None:
    await environment.meet("")
    await environment.form()
    await environment.people.submit(U_EN, {"colleagues": [U_FR, U_NOLOGIN]})
    notice = await environment.private_message("Slack shows no confirmed e-mail address")
    assert f"<@{U_NOLOGIN}>" in notice.text
    assert await environment.came_to_nothing()


async def test_a_meeting_needs_somebody(environment: Environment) -> None:
    await environment.meet("")
    view = await environment.form()
    await environment.people.submit(U_EN, {})
    assert "The guests are missing" in view.errors["participants"]
    await environment.people.submit(U_EN, {"participants": "ann@example.com"})
    await environment.card("The guests are invited")


# ── What `for:` and `link` are in the command ────────────────────────────────────────────────────────────


async def assisted(environment: Environment, **typed: object) -> None:
    """Let Alice start an assistance of one customer by the form."""
    await environment.assist("")
    await environment.form()
    await environment.people.submit(U_EN, {"contact": "+33 6 62 68 21 93", **typed})
    assert environment.slack.open_view(U_EN) is None


@pytest.mark.parametrize(("picked", "login"), [(U_FR, "agent2@apizee.com"), (U_EN, "agent1@apizee.com")])
async def test_a_picked_colleague_is_the_agent(environment: Environment, picked: str, login: str) -> None:
    await assisted(environment, **{"for": picked})
    assert (await environment.invited()).agent.login == login
    assert (f"agent: <@{picked}>" in said(await environment.card("Invited"))) == (picked != U_EN)


async def test_a_colleague_of_whom_slack_says_nothing_in_time_is_asked_about_later(environment: Environment) -> None:
    await environment.assist("")
    await environment.form()
    environment.slack.faults.switch_on(Slow(1.2), "users.info")
    await environment.people.submit(U_EN, {"contact": "jean@client.com", "for": U_NOLOGIN})
    assert environment.slack.open_view(U_EN) is None
    environment.slack.faults.switch_off()
    await environment.private_message("has no agent's login at Apizee yet")
    assert await environment.came_to_nothing()


async def test_a_link_to_pass_on_is_asked_for_by_a_box(environment: Environment) -> None:
    await assisted(environment, link=["link"])
    await environment.private_message("The link for your customer is ready")
    assert [one["invite"] for one in environment.asked("POST", "/api/tickets")] == ["0"]


# ── The last channel ─────────────────────────────────────────────────────────────────────────────────────


async def proposed(environment: Environment, user: str, opened_by: str = "start_meeting") -> object:
    """Return the channel that a form proposes to somebody who opens it from the menu, and close it again."""
    await environment.people.global_shortcut(user, opened_by)
    view = await environment.form(user)
    await environment.people.close(user)
    return view.find_element("channel")[1].get("initial_conversation")


async def sent(environment: Environment, channel: str) -> None:
    """Let Alice start an assistance by the form, with its card in a channel."""
    await environment.people.global_shortcut(U_EN, "start_assistance")
    await environment.form()
    await environment.people.submit(U_EN, {"contact": "jean@client.com", "channel": channel})
    await environment.slack.wait_for(lambda: environment.cards(channel))
    await environment.settled()


async def test_a_form_from_anywhere_proposes_the_persons_last_channel(environment: Environment, redis: Redis) -> None:
    assert await proposed(environment, U_EN) is None
    await sent(environment, GENERAL)
    assert await proposed(environment, U_EN) == GENERAL
    await sent(environment, SUPPORT)
    assert await proposed(environment, U_EN, "start_assistance") == SUPPORT
    assert await proposed(environment, U_FR) is None
    (kept,) = [value for key, value in (await everything_in(redis)).items() if b"last channel" in key]
    assert SUPPORT.encode() not in kept


async def test_where_one_is_comes_before_where_one_was(environment: Environment) -> None:
    await sent(environment, GENERAL)
    await environment.meet("")
    assert (await environment.form()).find_element("channel")[1]["initial_conversation"] == SUPPORT


async def test_a_channel_that_slack_no_longer_takes_keeps_no_form_closed(environment: Environment) -> None:
    await sent(environment, GENERAL)
    environment.slack.faults.switch_on(Refuses("invalid_arguments"), "views.open", times=1)
    assert await proposed(environment, U_EN) is None
