"""What people point at: a session, a message, a page of a list, the statistics of some days; as buttons carry it.

Each is encoded into a button's value and decoded from it here only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from bot.grammar import Period, Whose, parse_period
from bot.model.session import Kind, Session

_FINGERPRINT: Final = re.compile("[0-9a-f]{32}")
_FINGERPRINTS_AT_MOST: Final = 50
_SLACK_USER: Final = re.compile("[UW][A-Z0-9]{2,63}")
_SLACK_CHANNEL: Final = re.compile("[CG][A-Z0-9]{2,63}")

# By what a page of results was found, where it is neither a text nor a list of open sessions.
_INVITEE: Final = "invitee"
_COLLEAGUES: Final = "colleagues"


@dataclass(frozen=True, slots=True)
class MessageRef:
    """What was pointed at in Slack: a message, its thread, and what the message says of itself.

    `app_id` is that of the app that wrote it: only what our own messages say of themselves is believed.
    """

    channel: str
    ts: str
    thread_ts: str | None = None
    metadata: Mapping[str, str] | None = None
    app_id: str = ""


@dataclass(frozen=True, slots=True)
class ModalRef:
    """The modal that a pressed button stood in; `hash` names what it showed then."""

    view_id: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class SessionRef:
    """What a button points at, so that it works even when nothing else is stored.

    One of a ticket or conference that Apizee found has no session of ours; `name` is such a conference's, by which
    Apizee finds it again.
    """

    kind: Kind
    remote_id: int | None
    session_id: str = ""
    user: str = ""
    name: str = ""

    @classmethod
    def to(cls, session: Session) -> SessionRef:
        """Return the reference to a session."""
        return cls(session.kind, session.remote.id, session.id, session.requester.user)

    def encode(self) -> str:
        """Return it as a button's value (at most 2,000 characters there; this takes under 400)."""
        parts = [self.kind, str(self.remote_id or ""), self.session_id, self.user]
        return "|".join([*parts, self.name] if self.name else parts)

    @classmethod
    def decode(cls, value: str) -> SessionRef:
        """Read it from a button's value; raises `ValueError` where it is none of ours."""
        kind, remote_id, session_id, user, *name = value.split("|", 4)
        return cls(Kind(kind), int(remote_id) if remote_id else None, session_id, user, *name)


@dataclass(frozen=True, slots=True)
class InviteeRef:
    """Somebody who was invited, as their fingerprints name them: nobody who reads the button learns anything."""

    fingerprints: tuple[str, ...]

    def encode(self) -> str:
        """Return it as a button's value; of very many keys the first ones count."""
        return "|".join(self.fingerprints[:_FINGERPRINTS_AT_MOST])

    @classmethod
    def decode(cls, value: str) -> InviteeRef:
        """Read it from a button's value; raises `ValueError` where it is none of ours."""
        fingerprints = tuple(value.split("|"))
        if not all(_FINGERPRINT.fullmatch(one) for one in fingerprints):
            raise ValueError
        return cls(fingerprints)


@dataclass(frozen=True, slots=True)
class MediaPage:
    """Which page of which session's media a button asks for; pages count from 0."""

    kind: Kind
    remote_id: int
    page: int

    def at(self, page: int) -> MediaPage:
        """Return another page of the same."""
        return replace(self, page=page)

    def encode(self) -> str:
        """Return it as a button's value."""
        return f"{self.kind}|{self.remote_id}|{self.page}"

    @classmethod
    def decode(cls, value: str) -> MediaPage:
        """Read it from a button's value; raises `ValueError` where it is none of ours."""
        kind, remote_id, page = value.split("|")
        return cls(Kind(kind), int(remote_id), int(page))


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """Which page of what is found, or of open sessions where nothing is looked up; pages count from 0.

    Looked up is a text at Apizee, an invitee, or what colleagues have started (their Slack user ids).
    """

    kind: Kind
    page: int = 0
    text: str | None = field(default=None, repr=False)
    whose: Whose = Whose.MINE
    invitee: InviteeRef | None = None
    colleagues: tuple[str, ...] = ()

    @property
    def is_listing(self) -> bool:
        """Whether open sessions are listed, and nothing is looked up."""
        return self.text is None and self.invitee is None and not self.colleagues

    def at(self, page: int) -> ResultsPage:
        """Return another page of the same."""
        return replace(self, page=page)

    def encode(self) -> str:
        """Return it as a button's value."""
        if self.invitee:
            return f"{self.kind}:{_INVITEE}|{self.page}|{self.invitee.encode()}"
        if self.colleagues:
            return f"{self.kind}:{_COLLEAGUES}|{self.page}|{'|'.join(self.colleagues)}"
        kind = self.kind if self.whose is Whose.MINE else f"{self.kind}:{self.whose}"
        what = f"{kind}|{self.page}"
        return what if self.text is None else f"{what}|{self.text}"

    @classmethod
    def decode(cls, value: str) -> ResultsPage:
        """Read it from a button's value; raises `ValueError` where it is none of ours."""
        asked, page, *sought = value.split("|", 2)
        kind, _, by = asked.partition(":")
        if by in {_INVITEE, _COLLEAGUES}:
            (who,) = sought
            if by == _INVITEE:
                return cls(Kind(kind), int(page), invitee=InviteeRef.decode(who))
            return cls(Kind(kind), int(page), colleagues=tuple(who.split("|")))
        return cls(Kind(kind), int(page), sought[0] if sought else None, Whose(by or Whose.MINE))


@dataclass(frozen=True, slots=True)
class HomePage:
    """Which pages of the open sessions, of the last ones and of the logins a Home shows; they count from 0."""

    mine: int = 0
    ended: int = 0
    logins: int = 0

    def encode(self) -> str:
        """Return it as a button's value."""
        return f"{self.mine}|{self.ended}|{self.logins}"

    @classmethod
    def decode(cls, value: str) -> HomePage:
        """Read it from a button's value, of an earlier version too; raises `ValueError` where it is none of ours."""
        mine, ended, *logins = map(int, value.split("|", 2))
        return cls(mine, ended, *logins)


FIRST_HOME_PAGE: Final = HomePage()


@dataclass(frozen=True, slots=True)
class LoginOf:
    """The login that an administrator gave to somebody, by their Slack id."""

    user: str

    def encode(self) -> str:
        """Return it as a button's value."""
        return self.user

    @classmethod
    def decode(cls, value: str) -> LoginOf:
        """Read it from a button's value; raises `ValueError` where it is none of ours."""
        if not _SLACK_USER.fullmatch(value):
            raise ValueError(value)
        return cls(value)


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """A channel that somebody chose, by its Slack id."""

    channel: str

    def encode(self) -> str:
        """Return it as a button's value."""
        return self.channel

    @classmethod
    def decode(cls, value: str) -> ChannelRef:
        """Read it from a button's value, or from what was chosen; raises `ValueError` where it is no channel."""
        if not _SLACK_CHANNEL.fullmatch(value):
            raise ValueError(value)
        return cls(value)


@dataclass(frozen=True, slots=True)
class StatisticsOf:
    """Whose figures of which days are asked for, by a command or a button."""

    kind: Kind
    period: Period
    everybody: bool

    def encode(self) -> str:
        """Return it as a button's value."""
        return f"{self.kind}|{self.period}|{'all' if self.everybody else ''}"

    @classmethod
    def decode(cls, value: str) -> StatisticsOf:
        """Read it from a button's value; raises `ValueError` or `NotUnderstood` where it is none of ours."""
        kind, period, whose = value.split("|")
        return cls(Kind(kind), parse_period(period), whose == "all")
