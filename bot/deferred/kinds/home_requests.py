"""What is asked for on the Home and in lists, away from a session's card; part of `bot.deferred.requests`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

from bot.model.acts import Act
from bot.model.targets import ChannelRef, LoginOf, SessionRef


@dataclass(frozen=True, slots=True)
class ChooseOverviewChannel:
    """Show the open sessions of a channel on the person's Home, now and whenever they come back."""

    act: ClassVar[Act] = Act.HOME
    chosen: ChannelRef
    tag: Literal["overview channel"] = "overview channel"


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Take over an assistance from where its card does not stand."""

    act: ClassVar[Act] = Act.TAKE_OVER
    session_ref: SessionRef
    tag: Literal["take over"] = "take over"


@dataclass(frozen=True, slots=True)
class InviteAgain:
    """Invite the people of a session again, from where its card does not stand."""

    act: ClassVar[Act] = Act.INVITE_AGAIN
    session_ref: SessionRef
    tag: Literal["invite again"] = "invite again"


@dataclass(frozen=True, slots=True)
class TurnDigestOn:
    """Have a channel get the weekly digest."""

    act: ClassVar[Act] = Act.SET_DIGESTS
    chosen: ChannelRef
    tag: Literal["digest on"] = "digest on"


@dataclass(frozen=True, slots=True)
class TurnDigestOff:
    """Have a channel get no weekly digest any more."""

    act: ClassVar[Act] = Act.SET_DIGESTS
    chosen: ChannelRef
    tag: Literal["digest off"] = "digest off"


@dataclass(frozen=True, slots=True)
class SetLogin:
    """Give somebody a login at Apizee, as an administrator typed it on the Home."""

    act: ClassVar[Act] = Act.SET_LOGINS
    login_of: LoginOf
    login: str = field(repr=False)
    tag: Literal["set login"] = "set login"


@dataclass(frozen=True, slots=True)
class RemoveLogin:
    """Take a login away that an administrator gave to somebody."""

    act: ClassVar[Act] = Act.SET_LOGINS
    login_of: LoginOf
    tag: Literal["remove login"] = "remove login"


HomeRequest: TypeAlias = (
    ChooseOverviewChannel | TakeOver | InviteAgain | TurnDigestOn | TurnDigestOff | SetLogin | RemoveLogin
)
