"""What Slack says of a person, read from `users.info`.

https://docs.slack.dev/reference/objects/user-object · https://docs.slack.dev/enterprise/developing-for-enterprise-orgs
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.model.people import Colleague, Person, Standing

_SLACK_ITSELF: Final = "USLACKBOT"


def person_from(team: str, found: Mapping[str, Any]) -> Person:
    """Return the person as the workspace `team` sees them; who is no member of it has no rights and no address."""
    profile, in_organisation = found.get("profile") or {}, found.get("enterprise_user") or {}
    is_member = _is_member(team, found, in_organisation)
    standing = _standing(found, is_member=is_member)
    is_full_member = standing is Standing.MEMBER
    return Person(
        team=team,
        id=found["id"],
        name=_name(profile, found),
        email=profile.get("email"),
        email_verified=bool(profile.get("email")) and is_member and found.get("is_email_confirmed") is True,
        locale=found.get("locale") or "en-US",
        timezone=found.get("tz") or "",
        is_admin=is_full_member and any(one.get("is_admin") or one.get("is_owner") for one in (found, in_organisation)),
        standing=standing,
    )


def colleague_from(found: Mapping[str, Any]) -> Colleague | None:
    """Return a person by the names that others see, read from `users.list`; `None` for a bot."""
    if found.get("is_bot") or found["id"] == _SLACK_ITSELF:
        return None
    profile = found.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), found.get("real_name"), found.get("name"))
    return Colleague(found["id"], tuple(dict.fromkeys(name.strip() for name in names if name and name.strip())))


def _standing(found: Mapping[str, Any], *, is_member: bool) -> Standing:
    if found.get("is_bot") or found["id"] == _SLACK_ITSELF:
        return Standing.BOT
    if not is_member:
        return Standing.OTHER_ORGANISATION
    is_guest = found.get("is_restricted") or found.get("is_ultra_restricted")
    return Standing.GUEST if is_guest else Standing.MEMBER


def _is_member(team: str, found: Mapping[str, Any], in_organisation: Mapping[str, Any]) -> bool:
    """Return whether they belong to the workspace: in an organisation, `team_id` names their own workspace."""
    if found.get("is_stranger"):
        return False
    if (found.get("team_id") or team) == team:
        return True
    return team in (in_organisation.get("teams") or ()) or team == in_organisation.get("enterprise_id")


def _name(profile: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Return what guests of a meeting read: the name they know, and what colleagues call each other only without it."""
    names = (profile.get("real_name"), found.get("real_name"), profile.get("display_name"), found.get("name"))
    return next((name.strip() for name in names if name and name.strip()), "")
