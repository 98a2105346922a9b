"""Who belongs to a workspace, and what that proves: in an organisation, many are at home in another one of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.model.people import Person, Standing
from bot.slack.people import person_from
from sandbox.slack import Workspace
from sandbox.slack.default_world import TEAM, default_users
from sandbox.slack.model import User
from sandbox.slack.serializers import user_json

ELSEWHERE = "T0002"
ALICE = default_users()[0]


def seen(user: User, **said: object) -> Person:
    """How the bot sees a user of the sandbox; `said` are changes of Slack's answer."""
    return person_from(TEAM, user_json(Workspace(), user, with_locale=True) | said)


@pytest.mark.parametrize("rights", [{"is_admin": True}, {"is_organisation_admin": True}, {}])
def test_who_is_at_home_in_another_workspace_of_the_organisation_is_a_member_of_ours(rights: Mapping[str, Any]) -> None:
    person = seen(replace(ALICE, at_home_in=ELSEWHERE, teams=(ELSEWHERE, TEAM), **rights))
    assert (person.team, person.email, person.email_verified) == (TEAM, ALICE.email, True)
    assert person.is_admin == bool(rights)


def test_who_is_of_the_organisation_that_has_installed_the_bot_is_a_member() -> None:
    member = user_json(Workspace(), replace(ALICE, at_home_in=ELSEWHERE), with_locale=True)
    assert person_from("E0SANDBOX", member).email_verified


@pytest.mark.parametrize("teams", [(), (ELSEWHERE,)])
def test_who_is_in_other_workspaces_alone_is_no_member_of_ours(teams: tuple[str, ...]) -> None:
    person = seen(
        replace(ALICE, at_home_in=ELSEWHERE, teams=teams, is_admin=True, is_organisation_admin=True),
    )
    assert (person.email_verified, person.is_admin) == (False, False)


def test_of_a_stranger_no_list_of_workspaces_makes_a_member() -> None:
    stranger = replace(ALICE, is_stranger=True, is_admin=True, at_home_in=ELSEWHERE, teams=(TEAM,))
    assert (seen(stranger).email_verified, seen(stranger).is_admin) == (False, False)


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        ({}, Standing.MEMBER),
        ({"is_restricted": True}, Standing.GUEST),
        ({"is_restricted": True, "is_ultra_restricted": True}, Standing.GUEST),
        ({"is_stranger": True}, Standing.OTHER_ORGANISATION),
        ({"is_stranger": True, "is_restricted": True}, Standing.OTHER_ORGANISATION),
        ({"team_id": ELSEWHERE}, Standing.OTHER_ORGANISATION),
        ({"is_bot": True}, Standing.BOT),
        ({"id": "USLACKBOT"}, Standing.BOT),
    ],
)
def test_what_somebody_is_to_the_workspace(said: Mapping[str, Any], standing: Standing) -> None:
    person = seen(ALICE, is_admin=True, **said)
    assert person.standing is standing
    assert person.is_admin is (standing is Standing.MEMBER)


@pytest.mark.parametrize("confirmed", [False, None])
def test_an_address_that_slack_does_not_call_confirmed_proves_nothing(confirmed: object) -> None:
    assert seen(ALICE).email_verified
    assert not seen(ALICE, is_email_confirmed=confirmed).email_verified


def test_a_user_without_a_profile_is_one_all_the_same() -> None:
    person = seen(ALICE, profile=None, enterprise_user=None, team_id=None)
    assert (person.name, person.email) == ("Alice", None)
