"""Workspaces and organisations that have installed the bot, and which of them may."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

ANY: Final = "*"
"""Stands for every workspace among those that are allowed."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The bot in one workspace, by the token with which it acts there; times are in Unix seconds.

    Where the Slack app rotates its tokens, this one works until `expires_at`; the next one costs the `refresh_token`.
    `organisation` is the id (E…) of the organisation that the workspace belongs to, if any. Where it is installed in a
    whole organisation at once, `team` is that id, and the token acts in all of its workspaces.
    """

    team: str
    team_name: str
    bot_token: str = field(repr=False)
    installed_at: float
    refresh_token: str = field(default="", repr=False)
    expires_at: float | None = None
    organisation: str = ""

    @property
    def is_for_organisation(self) -> bool:
        """Return whether it is the installation of a whole organisation."""
        return bool(self.organisation) and self.team == self.organisation


@dataclass(frozen=True, slots=True)
class AllowedWorkspaces:
    """Which workspaces the operator lets use the bot, by the ids of workspaces (T…) and organisations (E…).

    Without any id it is every workspace: the bot serves one, whose token the operator has.
    """

    ids: frozenset[str] = frozenset()

    def admits(self, team: str, organisation: str = "") -> bool:
        """Return whether a workspace may use the bot."""
        return ANY in self.ids or self.names(team, organisation)

    def names(self, team: str, organisation: str = "") -> bool:
        """Return whether the operator named a workspace, or its organisation: `*` names nobody."""
        return not self.ids or team in self.ids or (bool(organisation) and organisation in self.ids)
