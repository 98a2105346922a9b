"""Which settings make others necessary; on the texts that were given, before they are checked one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_ACCOUNT: Final = ("apizee_username", "apizee_password", "apizee_enterprise_id")


def needed_together(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each setting that another one makes necessary and that is missing."""
    has = {name for name, value in given.items() if value}.__contains__
    is_for_many = has("slack_client_id") or has("slack_client_secret")
    needs: dict[str, bool] = {
        "slack_signing_secret": not has("slack_app_token"),
        "slack_bot_token": not is_for_many,
        "slack_client_id": is_for_many,
        "slack_client_secret": is_for_many,
        "public_url": is_for_many,
        "allowed_workspaces": is_for_many,
        "events_url": has("events_secret"),
        "events_secret": has("events_url"),
        **dict.fromkeys(_ACCOUNT, not is_for_many),  # each of many workspaces may connect its own account
    }
    return (name for name, needed in needs.items() if needed and not has(name))


def part_of_an_account(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence where many workspaces are served and only a part of the settings' account is given."""
    absent = [name.upper() for name in _ACCOUNT if not given.get(name)]
    is_for_many = given.get("slack_client_id") or given.get("slack_client_secret")
    if is_for_many and 0 < len(absent) < len(_ACCOUNT):
        are = "are" if len(absent) > 1 else "is"
        yield (
            f"{' and '.join(absent)} {are} missing: set all three of {', '.join(map(str.upper, _ACCOUNT))},"
            " or none of them where each workspace connects its own Apizee account."
        )
