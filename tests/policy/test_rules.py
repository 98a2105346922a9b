"""The table “Who may do what”: each role, each act, each thing it may be done to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.acts import Act, Refusal
from bot.policy import rules
from bot.policy.rules import Choices, Place, Relation, Role, refusal_of, sees

_ANYTHING: Final = frozenset(Relation) - {Relation.ANOTHER_WORKSPACES}
_SEEN: Final = frozenset({Relation.OWN, Relation.IN_THEIR_CHANNEL, Relation.THEIR_TICKET})
_NEVER: Final[frozenset[Relation]] = frozenset()
_OWN: Final = frozenset({Relation.OWN})
_THEIR_LOGIN: Final = frozenset({Relation.THEIR_TICKET})

Row = Mapping[Role, frozenset[Relation]]


def row(*, agent: frozenset[Relation], colleague: frozenset[Relation], admin: frozenset[Relation]) -> Row:
    """Return a row of the table: on what it is a yes. Who is not named in it gets none."""
    return {Role.AGENT: agent, Role.COLLEAGUE: colleague, Role.ADMIN: admin}


_START: Final = row(agent=_ANYTHING, colleague=_NEVER, admin=_ANYTHING)
_START_FROM_ANOTHER: Final = row(agent=_SEEN, colleague=_NEVER, admin=_ANYTHING)
_SEE: Final = row(agent=_SEEN, colleague=_SEEN, admin=_ANYTHING)
_THEIRS: Final = row(agent=_OWN, colleague=_OWN, admin=_ANYTHING)
_EVERY_MEMBER: Final = row(agent=_ANYTHING, colleague=_ANYTHING, admin=_ANYTHING)
_ADMINS: Final = row(agent=_NEVER, colleague=_NEVER, admin=_ANYTHING)
_SIGN_IN: Final = row(agent=_THEIR_LOGIN, colleague=_THEIR_LOGIN, admin=_THEIR_LOGIN)

TABLE: Final[Mapping[Act, Row]] = {
    Act.START: _START,
    Act.PLAN: _START,
    Act.INVITE_AGAIN: _START_FROM_ANOTHER,
    Act.TAKE_OVER: _START_FROM_ANOTHER,
    Act.OPEN_TICKET: _SEE,
    Act.JOIN: _SEE,
    Act.REFRESH: _SEE,
    Act.MEDIA: _SEE,
    Act.MEDIA_TO_THREAD: _SEE,
    Act.MEDIA_BY_NAME: _SEE,
    Act.UNFURL: _SEE,
    Act.QR_CODE: _THEIRS,
    Act.CHANGE_PLAN: _THEIRS,
    Act.NOTE: _THEIRS,
    Act.REPORT: _THEIRS,
    Act.FORGET: _THEIRS,
    Act.SIGN_IN: _SIGN_IN,
    Act.FIND: _EVERY_MEMBER,
    Act.LIST: _EVERY_MEMBER,
    Act.STATISTICS: _EVERY_MEMBER,
    Act.HOME: _EVERY_MEMBER,
    Act.MENTION: _EVERY_MEMBER,
    Act.LIST_ALL: _ADMINS,
    Act.STATISTICS_ALL: _ADMINS,
    Act.CONNECT_ACCOUNT: _ADMINS,
    Act.SET_LOGINS: _ADMINS,
    Act.SET_DIGESTS: _ADMINS,
}

SHUT_OUT: Final = {
    Role.DEACTIVATED: Refusal.DEACTIVATED,
    Role.BOT: Refusal.BOT,
    Role.OTHER_ORGANISATION: Refusal.OTHER_ORGANISATION,
    Role.GUEST: Refusal.GUEST,
}

acts, roles, relations, places = (st.sampled_from(one) for one in (Act, Role, Relation, Place))
choices = st.builds(Choices, guests_may_start=st.booleans(), shared_channels=st.booleans())


@pytest.mark.parametrize("role", TABLE[Act.START])
@pytest.mark.parametrize("act", Act)
def test_the_table_is_kept(act: Act, role: Role) -> None:
    allowed = {relation for relation in Relation if refusal_of(act, role, relation) is None}
    assert allowed == TABLE[act][role]


@pytest.mark.parametrize(("role", "why"), SHUT_OUT.items())
@pytest.mark.parametrize("act", Act)
def test_guests_other_organisations_bots_and_people_who_left_do_nothing(act: Act, role: Role, why: Refusal) -> None:
    for relation in Relation:
        expected = Refusal.NOT_SEEN if (role, relation) == (Role.GUEST, Relation.ANOTHER_WORKSPACES) else why
        assert refusal_of(act, role, relation) is expected


@pytest.mark.parametrize("act", Act)
def test_each_act_is_in_one_group(act: Act) -> None:
    groups = (rules.STARTS, rules.SEEING, rules.THEIRS_ALONE, rules.FOR_MEMBERS, rules.FOR_ADMINISTRATORS)
    assert sum(act in group for group in groups) == (act is not Act.SIGN_IN)


@pytest.mark.parametrize("act", sorted(rules.STARTS))
def test_a_member_without_a_login_starts_where_there_is_a_common_agent(act: Act) -> None:
    def refusal(*, has_default_agent: bool) -> Refusal | None:
        return refusal_of(act, Role.WITHOUT_LOGIN, Relation.OWN, choices=Choices(has_default_agent=has_default_agent))

    assert refusal(has_default_agent=False) is Refusal.NO_LOGIN
    assert refusal(has_default_agent=True) is None


@pytest.mark.parametrize(
    ("act", "relation", "is_allowed"),
    [
        (Act.START, Relation.NOTHING, True),
        (Act.PLAN, Relation.NOTHING, True),
        (Act.MEDIA, Relation.OWN, True),
        (Act.FORGET, Relation.OWN, True),
        (Act.LIST, Relation.NOTHING, True),
        (Act.HOME, Relation.NOTHING, True),
        (Act.MEDIA, Relation.IN_THEIR_CHANNEL, False),
        (Act.TAKE_OVER, Relation.IN_THEIR_CHANNEL, False),
        (Act.FIND, Relation.NOTHING, False),
        (Act.STATISTICS, Relation.NOTHING, False),
        (Act.SIGN_IN, Relation.THEIR_TICKET, False),
        (Act.LIST_ALL, Relation.OWN, False),
    ],
)
def test_guests_who_may_start_use_what_they_started(act: Act, relation: Relation, is_allowed: bool) -> None:  # noqa: FBT001  # a column of the table
    assert (refusal_of(act, Role.GUEST, relation, choices=Choices(guests_may_start=True)) is None) is is_allowed


@pytest.mark.parametrize(
    ("role", "place", "shared_channels", "why"),
    [
        (Role.AGENT, Place.NOT_ALLOWED, False, Refusal.CHANNEL_NOT_ALLOWED),
        (Role.ADMIN, Place.NOT_ALLOWED, False, None),
        (Role.AGENT, Place.SHARED, False, Refusal.CHANNEL_SHARED),
        (Role.ADMIN, Place.SHARED, False, Refusal.CHANNEL_SHARED),
        (Role.AGENT, Place.SHARED, True, None),
        (Role.AGENT, Place.UNKNOWN, False, Refusal.CHANNEL_UNKNOWN),
        (Role.ADMIN, Place.UNKNOWN, False, Refusal.CHANNEL_UNKNOWN),
    ],
)
@pytest.mark.parametrize("act", [Act.START, Act.PLAN])
def test_a_channel_may_forbid_to_start(
    act: Act,
    role: Role,
    place: Place,
    shared_channels: bool,  # noqa: FBT001  # a column of the table
    why: Refusal | None,
) -> None:
    chosen = Choices(shared_channels=shared_channels)
    assert refusal_of(act, role, place=place, choices=chosen) is why


@pytest.mark.parametrize(
    ("role", "why"),
    [(Role.COLLEAGUE, Refusal.NOT_IN_A_GROUP), (Role.OF_UNKNOWN_GROUPS, Refusal.GROUPS_UNKNOWN)],
)
def test_who_is_in_no_group_of_agents_starts_nothing_and_sees_their_channels(role: Role, why: Refusal) -> None:
    assert refusal_of(Act.START, role) is why
    assert refusal_of(Act.TAKE_OVER, role, Relation.IN_THEIR_CHANNEL) is why
    assert refusal_of(Act.MEDIA, role, Relation.IN_THEIR_CHANNEL) is None
    assert refusal_of(Act.MEDIA, role, Relation.NOT_THEIRS) is Refusal.NOT_SEEN


@given(act=acts, role=roles, place=places, choices=choices)
def test_nothing_of_another_workspace_is_ever_shown(act: Act, role: Role, place: Place, choices: Choices) -> None:
    assert refusal_of(act, role, Relation.ANOTHER_WORKSPACES, place, choices) is not None


@given(act=acts, role=st.sampled_from(list(SHUT_OUT)), relation=relations, place=places)
def test_no_relation_and_no_place_lets_in_who_is_shut_out(
    act: Act, role: Role, relation: Relation, place: Place
) -> None:
    assert refusal_of(act, role, relation, place) is not None


@given(act=acts, role=roles, relation=relations, place=places, choices=choices)
def test_a_place_never_allows_what_is_denied_elsewhere(
    act: Act, role: Role, relation: Relation, place: Place, choices: Choices
) -> None:
    if refusal_of(act, role, relation, Place.ALLOWED, choices):
        assert refusal_of(act, role, relation, place, choices)


@given(act=acts, relation=relations, place=places, choices=choices)
def test_an_administrator_may_all_that_an_agent_may(
    act: Act, relation: Relation, place: Place, choices: Choices
) -> None:
    if refusal_of(act, Role.AGENT, relation, place, choices) is None:
        assert refusal_of(act, Role.ADMIN, relation, place, choices) is None


@given(act=acts, role=roles, relation=relations, place=places, choices=choices)
def test_only_agents_and_administrators_start_where_the_operator_chose_nothing_else(
    act: Act, role: Role, relation: Relation, place: Place, choices: Choices
) -> None:
    if act in rules.STARTS and refusal_of(act, role, relation, place, choices) is None:
        assert role in {Role.AGENT, Role.ADMIN} or (role is Role.GUEST and choices.guests_may_start)


@pytest.mark.parametrize("relation", Relation)
@pytest.mark.parametrize("role", Role)
def test_what_is_listed_is_what_its_buttons_show(role: Role, relation: Relation) -> None:
    """A find never lists what “Media” would refuse, nor hides what it would show."""
    chosen = Choices(guests_may_start=True)
    assert sees(role, relation) is (refusal_of(Act.MEDIA, role, relation, choices=chosen) is None)
