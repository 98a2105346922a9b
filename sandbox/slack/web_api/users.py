"""People: `users.*`.

https://docs.slack.dev/reference/methods?family=users
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.slack.model import Json
from sandbox.slack.serializers import user_json
from sandbox.slack.web_api.errors import RefusedError
from sandbox.slack.workspace import Workspace


def info(workspace: Workspace, args: Mapping[str, Any]) -> Json:
    """One user; https://docs.slack.dev/reference/methods/users.info."""
    user = workspace.users.get(args["user"])
    if user is None:
        raise RefusedError("user_not_found")
    return {"user": user_json(workspace, user, with_locale=bool(args.get("include_locale")))}


def lookup_by_email(workspace: Workspace, args: Mapping[str, Any]) -> Json:
    """The user with this address; https://docs.slack.dev/reference/methods/users.lookupByEmail."""
    for user in workspace.users.values():
        if user.email == args["email"] and not user.deleted:
            return {"user": user_json(workspace, user, with_locale=False)}
    raise RefusedError("users_not_found")
