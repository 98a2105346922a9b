"""An organisation (Enterprise Grid) that installs the app in all of its workspaces at once: one token serves them all.

https://docs.slack.dev/enterprise/developing-for-enterprise-orgs
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.slack.model import Json
from sandbox.slack.web_api.protocol.errors import RefusedError

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace


@dataclass(slots=True)
class Organisation:
    """Its administrators install the app (`is_installed`); a workspace of it may be left out, or taken out again."""

    id: str = "E0SANDBOX"
    name: str = "Sandbox Group"
    bot_token: str = field(default="xoxb-organisation", repr=False)
    is_installed: bool = True

    @property
    def as_json(self) -> Json:
        """How payloads name it."""
        return {"id": self.id, "name": self.name}


def meant(workspaces: Sequence[Workspace], args: Mapping[str, Any]) -> Workspace:
    """Return the workspace that a call with the token of all of them is about, by what it names."""
    if team := args.get("team_id"):
        found = [one for one in workspaces if one.team == team]
        if not found:
            raise RefusedError("team_access_not_granted")
        return found[0]
    named = {value for value in args.values() if isinstance(value, str)}
    return next((one for one in workspaces if named & _ids_in(one)), None) or next(
        (one for one in workspaces if named & one.users.keys()), workspaces[0]
    )


def _ids_in(workspace: Workspace) -> frozenset[str]:
    """Return the ids that no other workspace has."""
    views = [view.id for view in (*workspace.modals.values(), *workspace.homes.values())]
    return frozenset([*workspace.channels, *views, *workspace.triggers.given, *workspace.files])
