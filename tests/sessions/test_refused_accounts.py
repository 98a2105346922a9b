"""An account that Apizee does not accept any more: it rests, and those who can correct it get one message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.installation.accounts import Account, Accounts
from bot.model.accounts import ApizeeAccount
from bot.policy.agents import Agents, no_default_agent
from bot.sessions.following.refusals import SignInRefusals
from bot.slack.client import Slack
from bot.store import keys as redis_keys
from sandbox.apizee.world import API_USER
from sandbox.slack import Workspace
from sandbox.slack.default_world import TEAM, U_ADMIN, U_EN, U_GONE
from sandbox.slack.faults import RateLimited

MINUTE = timedelta(minutes=1)
OF_ANOTHER_WORKSPACE = "U0ELSEWHERE"


@pytest.fixture
async def operators(accounts: Accounts) -> Account:
    return await accounts.of(TEAM)


@pytest.fixture
def refusals(slack: Slack, accounts: Accounts) -> SignInRefusals:
    admins = frozenset({U_ADMIN, OF_ANOTHER_WORKSPACE})
    return SignInRefusals(slack, Agents(slack, default_login=no_default_agent, admins=admins), accounts)


def messages(workspace: Workspace, user: str) -> list[str]:
    return [one.text for one in workspace.direct_messages(user).messages]


async def test_those_who_administer_the_bot_read_once_which_settings_to_correct(
    refusals: SignInRefusals, operators: Account, workspace: Workspace
) -> None:
    for _ in range(3):
        await refusals.note(operators, [TEAM], every=MINUTE)
    (said,) = messages(workspace, U_ADMIN)
    assert "APIZEE_USERNAME and APIZEE_PASSWORD" in said
    await operators.polling.accepted()
    await refusals.note(operators, [TEAM], every=MINUTE)
    assert len(messages(workspace, U_ADMIN)) == 2


async def test_of_a_connected_account_only_who_connected_it_is_informed(
    refusals: SignInRefusals, accounts: Accounts, workspace: Workspace
) -> None:
    about = ApizeeAccount(username=API_USER, password="of old", enterprise_id=1, connected_by=U_EN)
    await accounts.store.keep(TEAM, about)
    await refusals.note(await accounts.of(TEAM), [TEAM], every=MINUTE)
    (said,) = messages(workspace, U_EN)
    assert "press “Connect Apizee”" in said
    assert not messages(workspace, U_ADMIN)


async def test_where_who_connected_it_has_left_those_who_administer_the_bot_are_informed(
    refusals: SignInRefusals, accounts: Accounts, workspace: Workspace
) -> None:
    about = ApizeeAccount(username=API_USER, password="of old", enterprise_id=1, connected_by=U_GONE)
    await accounts.store.keep(TEAM, about)
    for _ in range(2):
        await refusals.note(await accounts.of(TEAM), [TEAM], every=MINUTE)
    (said,) = messages(workspace, U_ADMIN)
    assert "press “Connect Apizee”" in said


async def test_who_could_not_be_reached_is_informed_at_the_next_refusal(
    refusals: SignInRefusals, operators: Account, workspace: Workspace
) -> None:
    workspace.faults.switch_on(RateLimited(), "chat.postMessage")
    await refusals.note(operators, [TEAM], every=MINUTE)
    workspace.faults.switch_off()
    assert not messages(workspace, U_ADMIN)
    await refusals.note(operators, [TEAM], every=MINUTE)
    assert len(messages(workspace, U_ADMIN)) == 1


async def test_it_rests_for_twice_as_long_each_time_up_to_an_hour(
    refusals: SignInRefusals, operators: Account, redis: Redis
) -> None:
    rests = []
    for _ in range(7):
        await refusals.note(operators, [TEAM], every=MINUTE)
        rests.append(await redis.ttl(redis_keys.polling(operators.key, "resting")))
    assert rests == pytest.approx([120, 240, 480, 960, 1920, 3600, 3600], abs=2)
