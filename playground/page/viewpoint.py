"""Who looks at the page, and where: all that the page's address says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from playground.slack import Workspace
from playground.slack.default_world import GENERAL, PRIVATE, SUPPORT, U_EN, U_FR, U_NOLOGIN


@dataclass(frozen=True, slots=True)
class Role:
    """A person one can be."""

    slug: str
    name: str
    user: str


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation one can be in; without a `channel`, one's own with the bot."""

    slug: str
    name: str
    channel: str | None = None


ROLES: Final = (
    Role("english", "Agent (English)", U_EN),
    Role("french", "Agent (French)", U_FR),
    Role("no-login", "Agent without login", U_NOLOGIN),
)
PLACES: Final = (
    Place("support", "support", SUPPORT),
    Place("general", "general", GENERAL),
    Place("private", "private", PRIVATE),
    Place("direct", "Direct message"),
)


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """One person in one conversation, perhaps before one of its threads."""

    role: Role = ROLES[0]
    place: Place = PLACES[0]
    thread: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Viewpoint:
        """What an address asks for; what it does not say, or says wrongly, is as at the beginning."""
        role = next((one for one in ROLES if one.slug == query.get("as")), ROLES[0])
        place = next((one for one in PLACES if one.slug == query.get("in")), PLACES[0])
        return cls(role, place, query.get("thread", ""))

    def address(self, path: str = "/", **changed: str) -> str:
        """A path of the page for whoever looks from here; `changed` are `role`, `place` (slugs) and `thread`."""
        query = {"as": self.role.slug, "in": self.place.slug, "thread": self.thread}
        query |= {_IN_ADDRESS[name]: value for name, value in changed.items()}
        return f"{path}?{urlencode({name: value for name, value in query.items() if value})}"

    def channel_in(self, workspace: Workspace, place: Place | None = None) -> str:
        """The id of the conversation, or of another place's."""
        return (place or self.place).channel or workspace.direct_messages(self.role.user).id


_IN_ADDRESS: Final = {"role": "as", "place": "in", "thread": "thread"}
