"""The people a session is about: who asked for it and where, and whom it reaches."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Contact:
    """How a customer or guest is reached: a phone number in E.164 or an e-mail address."""

    value: str = field(repr=False)

    @property
    def is_phone(self) -> bool:
        """Whether the invitation goes out as an SMS."""
        return "@" not in self.value


class Standing(StrEnum):
    """What somebody is to a workspace, as Slack says."""

    MEMBER = "member"
    GUEST = "guest"
    OTHER_ORGANISATION = "other organisation"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the workspace, as far as Slack says.

    `email` is the profile's address, or `None` where Slack shows none; only a verified one proves who the
    person is. `locale` is an IETF tag such as `fr-FR`; `timezone` is an IANA name, `""` where Slack says none, which
    stands for UTC. `is_admin` is whether they administer the workspace.
    `given_login` is the login at Apizee that an administrator or the operator gave them.
    """

    team: str
    id: str
    name: str
    email: str | None = field(default=None, repr=False)
    email_verified: bool = False
    locale: str = "en-US"
    timezone: str = "UTC"
    is_admin: bool = False
    standing: Standing = Standing.MEMBER
    given_login: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the workspace by the names that others see and type: of the display, in full, of the account."""

    id: str
    names: tuple[str, ...]

    def is_called(self, name: str) -> bool:
        """Return whether somebody may mean this person by a name: a whole one, or one word of it; in any case."""
        sought = name.casefold()
        return any(sought in {known.casefold(), *known.casefold().split()} for known in self.names)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where something is said in Slack: a channel, or a thread in it."""

    team: str
    channel: str
    thread_ts: str | None = None


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asked for something, where, and how to answer that person alone.

    `response_url` is Slack's short-lived way back (5 uses, 30 minutes); `""` where Slack gave none.
    """

    user: str
    conversation: Conversation
    response_url: str = field(default="", repr=False)

    @property
    def key(self) -> str:
        """A text that no other person has, in any workspace."""
        return f"{self.conversation.team}:{self.user}"
