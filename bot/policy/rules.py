"""Who may do what: the one table, pure. `bot.policy.policy` finds out what it is asked about, and asks it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.model.acts import Act, Refusal


class Role(StrEnum):
    """What a person is to the workspace; the first of these that fits counts.

    An agent is a full member with a login at Apizee (a confirmed address, or a login that an administrator gave) who is
    in one of `ALLOWED_GROUPS`, where there are any. A member without such a login is `WITHOUT_LOGIN`, one who is in no
    such group is a `COLLEAGUE`, and one of whom Slack does not say is `OF_UNKNOWN_GROUPS`.
    """

    DEACTIVATED = "deactivated"
    BOT = "bot"
    OTHER_ORGANISATION = "other organisation"
    GUEST = "guest"
    ADMIN = "admin"
    OF_UNKNOWN_GROUPS = "of unknown groups"
    COLLEAGUE = "colleague"
    WITHOUT_LOGIN = "without login"
    AGENT = "agent"


class Relation(StrEnum):
    """What a person has to do with what is asked about; the first of these that fits counts."""

    ANOTHER_WORKSPACES = "another workspace's"
    OWN = "own"
    """A session that the person started, or whose agent they are."""

    IN_THEIR_CHANNEL = "in a channel where they are"
    """A session whose card stands in a channel where the person is a member."""

    THEIR_TICKET = "ticket of their login"
    """A ticket of the person's own login, perhaps made outside the bot."""

    NOT_THEIRS = "not theirs"
    NOTHING = "nothing"
    """Nothing in particular is asked about."""


class Place(StrEnum):
    """Whether sessions may be started in a channel."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "not allowed"
    SHARED = "shared"
    UNKNOWN = "unknown"
    """Slack does not say whether another organisation is in it."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the operator chose: `has_default_agent` is whether members without a login start as a common agent."""

    guests_may_start: bool = False
    shared_channels: bool = False
    has_default_agent: bool = False


STARTS: Final = frozenset({Act.START, Act.PLAN, Act.INVITE_AGAIN, Act.TAKE_OVER})
"""Acts that invite people, in the name of who asks."""

ABOUT_A_SESSION_STARTED: Final = frozenset({Act.INVITE_AGAIN, Act.TAKE_OVER})
"""Starts that begin with another session: it has to be seen as well."""

SEEING: Final = frozenset(
    {
        Act.OPEN_TICKET,
        Act.JOIN,
        Act.REFRESH,
        Act.MEDIA,
        Act.MEDIA_BY_NAME,
        Act.MEDIA_TO_THREAD,
        Act.UNFURL,
    }
)
"""Acts on a session that anyone who sees its card may do."""

THEIRS_ALONE: Final = frozenset({Act.QR_CODE, Act.CHANGE_PLAN, Act.NOTE, Act.REPORT, Act.FORGET})
"""Acts on a session that are its own people's and administrators'."""

FOR_MEMBERS: Final = frozenset({Act.FIND, Act.LIST, Act.STATISTICS, Act.HOME, Act.MENTION})
"""Acts of which the answer holds what the person may see, and nothing else."""

ADMINISTERING: Final = frozenset({Act.CONNECT_ACCOUNT, Act.SET_LOGINS, Act.SET_DIGESTS})
"""Acts that change what holds for the whole workspace."""

FOR_ADMINISTRATORS: Final = frozenset({Act.LIST_ALL, Act.STATISTICS_ALL}) | ADMINISTERING

ABOUT_A_SESSION: Final = ABOUT_A_SESSION_STARTED | SEEING | THEIRS_ALONE
"""Acts of which nobody can say whether they are allowed before it is known what they are about."""

_SHUT_OUT: Final = {
    Role.DEACTIVATED: Refusal.DEACTIVATED,
    Role.BOT: Refusal.BOT,
    Role.OTHER_ORGANISATION: Refusal.OTHER_ORGANISATION,
}
_NO_AGENT: Final = {Role.COLLEAGUE: Refusal.NOT_IN_A_GROUP, Role.OF_UNKNOWN_GROUPS: Refusal.GROUPS_UNKNOWN}
_NO_PLACE: Final = {Place.SHARED: Refusal.CHANNEL_SHARED, Place.UNKNOWN: Refusal.CHANNEL_UNKNOWN}
_SEEN: Final = frozenset({Relation.OWN, Relation.IN_THEIR_CHANNEL, Relation.THEIR_TICKET})
_OF_GUESTS: Final = frozenset({Act.LIST, Act.HOME, Act.MENTION})


def refusal_of(
    act: Act,
    role: Role,
    relation: Relation = Relation.NOTHING,
    place: Place = Place.ALLOWED,
    choices: Choices | None = None,
) -> Refusal | None:
    """Return why a person may not do something, or `None` where they may.

    `place` counts for starts alone: it is the channel in which the card will stand.
    """
    choices = choices or Choices()
    if role in _SHUT_OUT:
        return _SHUT_OUT[role]
    if relation is Relation.ANOTHER_WORKSPACES:
        return Refusal.NOT_SEEN
    if role is Role.GUEST and not _may_guest(act, relation, choices):
        return Refusal.GUEST
    if act in STARTS:
        return _start_refusal(act, role, relation, place, choices)
    if act in FOR_ADMINISTRATORS:
        why = Refusal.ADMINISTRATION if act in ADMINISTERING else Refusal.ADMINISTRATORS_ONLY
        return None if role is Role.ADMIN else why
    if act is Act.SIGN_IN:
        # A session that somebody started may be another agent's: that is no reason to sign them in as that agent.
        return None if relation is Relation.THEIR_TICKET else Refusal.NOT_THEIR_LOGIN
    if act in THEIRS_ALONE:
        return None if role is Role.ADMIN or relation is Relation.OWN else Refusal.NOT_THEIRS
    if act in SEEING:
        return None if sees(role, relation) else Refusal.NOT_SEEN
    return None


def sees(role: Role, relation: Relation) -> bool:
    """Return whether a session or ticket is shown to a person."""
    if role in _SHUT_OUT or relation is Relation.ANOTHER_WORKSPACES:
        return False
    if role is Role.GUEST:
        return relation is Relation.OWN
    return role is Role.ADMIN or relation in _SEEN


def _may_guest(act: Act, relation: Relation, choices: Choices) -> bool:
    """Return whether a guest may: where guests may start, they start, and use what they started."""
    if not choices.guests_may_start or act is Act.SIGN_IN:
        return False
    return act in {Act.START, Act.PLAN} | _OF_GUESTS or relation is Relation.OWN


def _start_refusal(act: Act, role: Role, relation: Relation, place: Place, choices: Choices) -> Refusal | None:
    if act in ABOUT_A_SESSION_STARTED and not sees(role, relation):
        return Refusal.NOT_SEEN
    if role in _NO_AGENT:
        return _NO_AGENT[role]
    if role is Role.WITHOUT_LOGIN and not choices.has_default_agent:
        return Refusal.NO_LOGIN
    if place in _NO_PLACE and not choices.shared_channels:
        return _NO_PLACE[place]
    if place is Place.NOT_ALLOWED and role is not Role.ADMIN:
        return Refusal.CHANNEL_NOT_ALLOWED
    return None
