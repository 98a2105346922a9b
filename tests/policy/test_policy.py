"""The policy finds out in Slack who somebody is and where, asks the table, and says every answer to the audit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.model.acts import Act, Refusal
from bot.model.errors import NotAllowed
from bot.model.people import Conversation, Requester
from bot.model.session import Kind
from bot.policy.audit import Audit
from bot.policy.policy import Policy, Subject
from bot.policy.rules import Choices
from bot.slack.errors import SlackAway, UserUnavailable
from bot.store.audit import AuditStore
from sandbox.slack import Workspace
from sandbox.slack.default_world import (
    AGENTS,
    GENERAL,
    PARTNERS,
    PRIVATE,
    PRIVATE_WITH_BOT,
    SUPPORT,
    TEAM,
    U_ADMIN,
    U_EN,
    U_FR,
    U_GONE,
    U_GUEST,
    U_NOLOGIN,
    U_OTHER_BOT,
    U_STRANGER,
)
from sandbox.slack.faults import Broken, Down, Fault, RateLimited, Refuses
from tests.fixtures.policy import Make

OF_ALICE = Subject(
    team=TEAM,
    kind=Kind.ASSISTANCE,
    session="s1",
    remote_id=4711,
    owner=U_EN,
    agent="agent1@apizee.com",
    channel=PRIVATE_WITH_BOT,
)


def by(user: str, channel: str = SUPPORT) -> Requester:
    return Requester(user, Conversation(TEAM, channel))


async def refusal(policy: Policy, act: Act, requester: Requester, about: Subject | None = None) -> Refusal | None:
    """Why the policy denies something; `None` where it does not."""
    try:
        await policy.ask(act, requester, about)
    except NotAllowed as error:
        return error.refusal
    return None


@pytest.mark.parametrize(
    ("user", "why"),
    [
        (U_EN, None),
        (U_ADMIN, None),
        (U_NOLOGIN, Refusal.NO_LOGIN),
        (U_GUEST, Refusal.GUEST),
        (U_STRANGER, Refusal.OTHER_ORGANISATION),
        (U_OTHER_BOT, Refusal.BOT),
    ],
)
async def test_who_may_start(make: Make, user: str, why: Refusal | None) -> None:
    assert await refusal(make(), Act.START, by(user)) is why


async def test_who_has_left_starts_nothing(make: Make) -> None:
    with pytest.raises(UserUnavailable):
        await make().ask(Act.START, by(U_GONE))


@pytest.mark.parametrize("confirmed", [True, False])
async def test_only_a_confirmed_address_makes_an_agent(make: Make, workspace: Workspace, *, confirmed: bool) -> None:
    workspace.users[U_EN] = replace(workspace.users[U_EN], is_email_confirmed=confirmed)
    assert await refusal(make(), Act.START, by(U_EN)) is (None if confirmed else Refusal.NO_LOGIN)


async def test_a_login_that_an_administrator_gave_makes_an_agent(make: Make) -> None:
    policy = make(logins={U_NOLOGIN: "chris@apizee.com"})
    assert await refusal(policy, Act.START, by(U_NOLOGIN)) is None
    theirs = replace(OF_ALICE, agent="Chris@apizee.com")
    person = await policy.ask(Act.MEDIA, by(U_NOLOGIN), theirs)
    assert await policy.may_sign_in(by(U_NOLOGIN), person, theirs)
    assert not await policy.may_sign_in(by(U_NOLOGIN), person, OF_ALICE)


async def test_nobody_is_signed_in_as_the_common_agent(make: Make) -> None:
    policy = make(choices=Choices(has_default_agent=True))
    of_chris = replace(OF_ALICE, owner=U_NOLOGIN, agent="default.agent@apizee.com")
    person = await policy.ask(Act.OPEN_TICKET, by(U_NOLOGIN), of_chris)
    assert not await policy.may_sign_in(by(U_NOLOGIN), person, of_chris)


async def test_in_a_group_one_is_an_agent(make: Make, workspace: Workspace) -> None:
    policy = make(groups=frozenset({AGENTS, "S0NOBODY1"}))
    assert await refusal(policy, Act.START, by(U_EN)) is None
    assert await refusal(policy, Act.START, by(U_FR)) is Refusal.NOT_IN_A_GROUP
    assert await refusal(policy, Act.START, by(U_ADMIN)) is None
    assert len([one for one in workspace.calls_of("usergroups.users.list") if one.ok]) == 1


@pytest.mark.parametrize("lacks", ["the scope", "the group"])
async def test_nobody_is_an_agent_where_groups_cannot_be_known(make: Make, workspace: Workspace, lacks: str) -> None:
    if lacks == "the scope":
        workspace.scopes -= {"usergroups:read"}
    else:
        workspace.user_groups.clear()
    assert await refusal(make(groups=frozenset({AGENTS})), Act.START, by(U_EN)) is Refusal.GROUPS_UNKNOWN


async def test_sessions_start_in_the_channels_that_are_meant_for_them(make: Make) -> None:
    policy = make(channels=frozenset({SUPPORT}))
    assert await refusal(policy, Act.START, by(U_EN, SUPPORT)) is None
    assert await refusal(policy, Act.START, by(U_EN, GENERAL)) is Refusal.CHANNEL_NOT_ALLOWED
    assert await refusal(policy, Act.START, by(U_ADMIN, GENERAL)) is None


async def test_nothing_starts_where_another_organisation_looks_on(make: Make, workspace: Workspace) -> None:
    assert await refusal(make(), Act.START, by(U_EN, PARTNERS)) is Refusal.CHANNEL_SHARED
    assert await refusal(make(choices=Choices(shared_channels=True)), Act.START, by(U_EN, PARTNERS)) is None
    workspace.channels[GENERAL].is_pending = True
    assert await refusal(make(), Act.START, by(U_EN, GENERAL)) is Refusal.CHANNEL_SHARED


async def test_a_channel_is_asked_about_once_in_a_while_and_direct_messages_never(
    make: Make, workspace: Workspace
) -> None:
    for _ in range(3):
        await refusal(make(), Act.START, by(U_EN, SUPPORT))
    await refusal(make(), Act.START, by(U_EN, "D0ALICE01"))
    assert [one.args["channel"] for one in workspace.calls_of("conversations.info")] == [SUPPORT]


async def test_without_the_scope_nothing_starts(make: Make, workspace: Workspace) -> None:
    workspace.scopes -= {"channels:read"}
    assert await refusal(make(), Act.START, by(U_EN, SUPPORT)) is Refusal.CHANNEL_UNKNOWN


async def test_where_the_bot_cannot_see_it_has_no_cards_for_others_to_see(make: Make) -> None:
    assert await refusal(make(), Act.START, by(U_EN, PRIVATE)) is None


@pytest.mark.parametrize(
    ("user", "where", "why"),
    [
        (U_EN, SUPPORT, None),  # their own, from anywhere
        (U_FR, SUPPORT, None),  # a member of the card's channel, from anywhere
        (U_NOLOGIN, SUPPORT, Refusal.NOT_SEEN),
        (U_NOLOGIN, PRIVATE_WITH_BOT, None),  # who acts in the channel is in it
        (U_ADMIN, SUPPORT, None),
        (U_GUEST, PRIVATE_WITH_BOT, Refusal.GUEST),
        (U_STRANGER, PRIVATE_WITH_BOT, Refusal.OTHER_ORGANISATION),
    ],
)
@pytest.mark.parametrize("act", [Act.MEDIA, Act.REFRESH, Act.JOIN])
async def test_who_sees_a_session(make: Make, act: Act, user: str, where: str, why: Refusal | None) -> None:
    assert await refusal(make(), act, by(user, where), OF_ALICE) is why


@pytest.mark.parametrize("act", [Act.FORGET, Act.NOTE, Act.CHANGE_PLAN])
async def test_a_session_is_changed_by_its_own_people(make: Make, act: Act) -> None:
    for_bruno = replace(OF_ALICE, agent="agent2@apizee.com")
    assert await refusal(make(), act, by(U_FR, PRIVATE_WITH_BOT), OF_ALICE) is Refusal.NOT_THEIRS
    assert await refusal(make(), act, by(U_FR, PRIVATE_WITH_BOT), for_bruno) is None
    assert await refusal(make(), act, by(U_ADMIN), OF_ALICE) is None


async def test_a_ticket_made_outside_the_bot_is_its_agents(make: Make) -> None:
    outside = Subject(team=TEAM, kind=Kind.ASSISTANCE, remote_id=12, agent="agent2@apizee.com")
    assert await refusal(make(), Act.MEDIA, by(U_FR), outside) is None
    assert await refusal(make(), Act.MEDIA, by(U_EN), outside) is Refusal.NOT_SEEN
    assert await refusal(make(), Act.MEDIA, by(U_ADMIN), outside) is None


async def test_nobody_sees_another_workspaces_session(make: Make) -> None:
    theirs = replace(OF_ALICE, team="T0002")
    for user in (U_EN, U_ADMIN):
        assert await refusal(make(), Act.MEDIA, by(user, PRIVATE_WITH_BOT), theirs) is Refusal.NOT_SEEN


async def test_without_a_kind_of_conversations_its_scope_opens_the_others(make: Make, workspace: Workspace) -> None:
    workspace.scopes -= {"mpim:read", "groups:read"}
    in_support = replace(OF_ALICE, channel=SUPPORT)
    assert await refusal(make(), Act.MEDIA, by(U_FR, GENERAL), in_support) is None
    assert await refusal(make(), Act.MEDIA, by(U_FR, GENERAL), OF_ALICE) is Refusal.NOT_SEEN


async def test_where_slack_does_not_say_who_is_where_nothing_is_shown(make: Make, workspace: Workspace) -> None:
    workspace.faults.switch_on(Refuses("user_not_found"), "users.conversations")
    assert await refusal(make(), Act.MEDIA, by(U_FR), OF_ALICE) is Refusal.NOT_SEEN


@pytest.mark.parametrize(
    "trouble",
    [Down(), Broken(), Broken(503), RateLimited(1), Refuses("internal_error"), Refuses("ratelimited")],
    ids=["hangs up", "500", "503", "429", "internal error", "rate limited in a 200"],
)
@pytest.mark.parametrize("method", ["users.info", "conversations.info", "usergroups.users.list", "users.conversations"])
async def test_while_slack_is_away_there_is_no_answer_but_later(
    make: Make, workspace: Workspace, audit: Audit, method: str, trouble: Fault
) -> None:
    """What cannot be known for good counts against a person; what Slack does not say just now is asked again."""
    policy = make(groups=frozenset({AGENTS}))
    workspace.faults.switch_on(trouble, method)
    act, about = (Act.MEDIA, OF_ALICE) if method == "users.conversations" else (Act.START, None)
    requester = by(U_FR) if about else by(U_EN)
    with pytest.raises(SlackAway):
        await policy.ask(act, requester, about)
    assert not audit.waiting
    workspace.faults.switch_off()
    assert await refusal(policy, act, requester, about) is None


async def test_slack_is_asked_about_a_person_once_in_a_while(make: Make, workspace: Workspace) -> None:
    policy = make()
    for _ in range(3):
        assert await policy.sees(await policy.admit(Act.FIND, by(U_FR)), OF_ALICE)
    assert len(workspace.calls_of("users.conversations")) == 1


async def test_each_answer_is_in_the_audit(make: Make, audit: Audit, trail: AuditStore) -> None:
    policy = make(admins=frozenset({U_FR}))
    async with audit.kept():
        await refusal(policy, Act.MEDIA, by(U_FR), OF_ALICE)
        await refusal(policy, Act.FORGET, by(U_NOLOGIN, GENERAL), OF_ALICE)
        with pytest.raises(NotAllowed):
            await policy.admit(Act.STATISTICS_ALL, by(U_EN))
    yes, no, turned_away = await trail.since(datetime.fromtimestamp(0, UTC))
    assert (yes.user, yes.act, yes.refusal, yes.channel) == (U_FR, "media", None, SUPPORT)
    assert (yes.team, yes.kind, yes.session, yes.remote_id) == (TEAM, Kind.ASSISTANCE, "s1", 4711)
    assert (no.user, no.act, no.refusal, no.channel) == (U_NOLOGIN, "forget", "not theirs", GENERAL)
    assert (turned_away.act, turned_away.refusal) == ("stats all", "administrators only")
