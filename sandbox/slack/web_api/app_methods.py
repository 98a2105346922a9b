"""The app itself: `auth.*`, `apps.*`.

https://docs.slack.dev/authentication
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.slack.model import Json
from sandbox.slack.web_api.protocol.errors import RefusedError
from sandbox.slack.workspace import Workspace

Arguments = Mapping[str, Any]


def test(workspace: Workspace, args: Arguments) -> Json:  # noqa: ARG001  # the shape of a method
    """Whose token it is; https://docs.slack.dev/reference/methods/auth.test."""
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.team_name,
        "team_id": workspace.team,
        "user": workspace.users[workspace.bot_user].name,
        "user_id": workspace.bot_user,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": workspace.organisation is not None,
        **({"enterprise_id": workspace.organisation.id} if workspace.organisation else {}),
    }


def revoke(workspace: Workspace, args: Arguments) -> Json:
    """Give the token back; https://docs.slack.dev/reference/methods/auth.revoke."""
    if not args.get("test"):
        _remove(workspace)
    return {"revoked": not args.get("test")}


def uninstall(workspace: Workspace, args: Arguments) -> Json:
    """Remove the app from the workspace; https://docs.slack.dev/reference/methods/apps.uninstall."""
    check_client(workspace, args)
    _remove(workspace)
    return {}


def open_connection(workspace: Workspace, args: Arguments) -> Json:  # noqa: ARG001  # the shape of a method
    """Where to open a socket; https://docs.slack.dev/reference/methods/apps.connections.open."""
    return {"url": f"{workspace.address.replace('http', 'ws', 1)}/link/{workspace.team}"}


def install(workspace: Workspace, args: Arguments) -> Json:
    """Exchange a code for the bot's token; https://docs.slack.dev/reference/methods/oauth.v2.access."""
    check_client(workspace, args)
    workspace.install_codes.remove(args["code"])
    workspace.is_installed = True
    organisation = workspace.organisation
    if organisation:
        organisation.is_installed = True
    workspace.changed()
    return {
        "access_token": workspace.bot_token,
        "token_type": "bot",
        "scope": ",".join(sorted(workspace.scopes)),
        "bot_user_id": workspace.bot_user,
        "app_id": workspace.credentials.app_id,
        "team": None if organisation else {"id": workspace.team, "name": workspace.team_name},
        "enterprise": organisation.as_json if organisation else None,
        "is_enterprise_install": organisation is not None,
        "authed_user": {"id": next(user.id for user in workspace.users.values() if user.is_admin)},
    }


def check_client(workspace: Workspace, args: Arguments) -> None:
    """Refuse a stranger's client id or secret."""
    if args.get("client_id") != workspace.credentials.client_id:
        raise RefusedError("invalid_client_id")
    if args.get("client_secret") != workspace.credentials.client_secret:
        raise RefusedError("bad_client_secret")


def _remove(workspace: Workspace) -> None:
    workspace.is_installed = False
    if workspace.organisation:
        workspace.organisation.is_installed = False
    workspace.changed()
