"""Who looks at the page, and where: all that a request to it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sandbox.slack import Workspace
from sandbox.slack.default_world import (
    GENERAL,
    PARTNER_TEAM,
    PRIVATE,
    PRIVATE_WITH_BOT,
    SUPPORT,
    U_ADMIN,
    U_EN,
    U_FR,
    U_GUEST,
    U_NOLOGIN,
    U_STRANGER,
    default_channels,
)
from sandbox.slack.model import Channel


@dataclass(frozen=True, slots=True)
class Role:
    """A person one can be."""

    slug: str
    name: str
    user: str


@dataclass(frozen=True, slots=True)
class Destination:
    """Where one can be; without a `channel`, in one's own conversation with the bot, or in its Home tab."""

    slug: str
    name: str
    channel: str | None = None

    @property
    def label(self) -> str:
        """The name as Slack shows it."""
        return f"#{self.name}" if self.channel else self.name


ROLES: Final = (
    Role("english", "Agent (English)", U_EN),
    Role("french", "Agent (French)", U_FR),
    Role("no-login", "Agent without login", U_NOLOGIN),
    Role("admin", "Administrator", U_ADMIN),
    Role("guest", "Guest", U_GUEST),
    Role("other-organisation", "Colleague of another organisation", U_STRANGER),
)
CHANNELS: Final = (
    Destination("support", "support", SUPPORT),
    Destination("general", "general", GENERAL),
    Destination("private", "private", PRIVATE),
    Destination("triage", "triage", PRIVATE_WITH_BOT),
    Destination("direct", "Direct message"),
)
HOME: Final = Destination("home", "Apizee")


def demo_channels() -> list[Channel]:
    """Return the channels of the demo: #support is shared, so that a colleague of another organisation sees cards."""
    channels = default_channels()
    (support,) = (one for one in channels if one.id == SUPPORT)
    support.shared_with.append(PARTNER_TEAM)
    support.members.add(U_STRANGER)
    return channels


@dataclass(frozen=True, slots=True)
class Viewer:
    """One person in one place, perhaps before one of its threads."""

    role: Role = ROLES[0]
    place: Destination = CHANNELS[0]
    thread: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Viewer:
        """Return what a request asks for; what it does not say, or says wrongly, is as at the beginning."""
        role = next((one for one in ROLES if one.slug == query.get("as")), ROLES[0])
        place = next((one for one in (*CHANNELS, HOME) if one.slug == query.get("in")), CHANNELS[0])
        return cls(role, place, query.get("thread", ""))

    @property
    def user(self) -> str:
        """The id of who looks."""
        return self.role.user

    def places(self, workspace: Workspace) -> list[Destination]:
        """Return the channels that the person is in, and the conversation with the bot."""
        members = {one.id for one in workspace.channels_of(self.user)}
        return [place for place in CHANNELS if place.channel is None or place.channel in members]

    def in_sight(self, workspace: Workspace) -> Viewer:
        """Return the same person where they can be: in the first of their channels, if not where they look."""
        places = self.places(workspace)
        return self if self.place in (*places, HOME) else replace(self, place=places[0], thread="")

    def channel_in(self, workspace: Workspace, place: Destination | None = None) -> str:
        """Return the id of the conversation, or of another place's; that with the bot where the place has none."""
        return (place or self.place).channel or workspace.direct_messages(self.role.user).id
