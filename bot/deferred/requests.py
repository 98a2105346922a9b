"""What may be asked for and is answered later: by a private message, by a person's Home or by an updated card.

A request's tag names it in its stored record and in `commands_total`: tags do not change. A new one needs a class here,
a place in `Request`, and a case in `RequestRunner`. Each names its `act`, by which the policy is asked first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from bot.deferred.kinds.afterwards import MakeReport, WriteNote
from bot.deferred.kinds.home_requests import HomeRequest
from bot.deferred.kinds.planned import PlanChange
from bot.deferred.unasked import Greet, UnfurlLinks
from bot.grammar import Whose
from bot.model.acts import Act
from bot.model.people import Requester
from bot.model.session import Kind
from bot.model.targets import (
    FIRST_HOME_PAGE,
    HomePage,
    InviteeRef,
    MediaPage,
    MessageRef,
    ModalRef,
    ResultsPage,
    SessionRef,
    StatisticsOf,
)


def _listing(whose: Whose) -> Act:
    return Act.LIST_ALL if whose is Whose.ALL else Act.LIST


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Give the agent's link to a ticket whose button was pressed."""

    act: ClassVar[Act] = Act.OPEN_TICKET
    session_ref: SessionRef
    message_ref: MessageRef
    tag: Literal["open ticket"] = "open ticket"


@dataclass(frozen=True, slots=True)
class SendQrCode:
    """Send the customer's link as a QR code, for the agent to show."""

    act: ClassVar[Act] = Act.QR_CODE
    session_ref: SessionRef
    message_ref: MessageRef
    tag: Literal["qr code"] = "qr code"


@dataclass(frozen=True, slots=True)
class JoinAsMe:
    """Give a link into a meeting that carries the person's name."""

    act: ClassVar[Act] = Act.JOIN
    session_ref: SessionRef
    message_ref: MessageRef
    tag: Literal["join as me"] = "join as me"


@dataclass(frozen=True, slots=True)
class RefreshSession:
    """Bring a session's card up to date."""

    act: ClassVar[Act] = Act.REFRESH
    session_ref: SessionRef
    message_ref: MessageRef
    tag: Literal["refresh"] = "refresh"


@dataclass(frozen=True, slots=True)
class ShowMediaOfCard:
    """Show the photos and recordings of the session whose button was pressed."""

    act: ClassVar[Act] = Act.MEDIA
    session_ref: SessionRef
    message_ref: MessageRef
    tag: Literal["media of card"] = "media of card"


@dataclass(frozen=True, slots=True)
class ShowMediaOfThread:
    """Show the photos and recordings of the session to whose thread a message belongs."""

    act: ClassVar[Act] = Act.MEDIA
    message_ref: MessageRef
    tag: Literal["media of thread"] = "media of thread"


@dataclass(frozen=True, slots=True)
class ShowMediaNamed:
    """Show the photos and recordings of a session named by its id, its reference or its name."""

    act: ClassVar[Act] = Act.MEDIA_BY_NAME
    kind: Kind
    text: str
    tag: Literal["media of id"] = "media of id"


@dataclass(frozen=True, slots=True)
class ShowMediaPage:
    """Show another page of a session's photos and recordings."""

    act: ClassVar[Act] = Act.MEDIA
    page: MediaPage
    tag: Literal["media page"] = "media page"


@dataclass(frozen=True, slots=True)
class MediaToThread:
    """Bring a session's photos and recordings into its thread."""

    act: ClassVar[Act] = Act.MEDIA_TO_THREAD
    session_ref: SessionRef
    message_ref: MessageRef
    tag: Literal["media to thread"] = "media to thread"


@dataclass(frozen=True, slots=True)
class Find:
    """Look up sessions by a text: a reference or name, a phone number, an e-mail address or a colleague."""

    act: ClassVar[Act] = Act.FIND
    kind: Kind
    text: str = field(repr=False)
    tag: Literal["find"] = "find"


@dataclass(frozen=True, slots=True)
class ListSessions:
    """List open sessions: the person's own, those of the channel, or everybody's."""

    kind: Kind
    whose: Whose = Whose.MINE
    tag: Literal["list"] = "list"

    @property
    def act(self) -> Act:
        """Return whether everybody's are asked for."""
        return _listing(self.whose)


@dataclass(frozen=True, slots=True)
class ShowResults:
    """Show another page of what was found or listed."""

    page: ResultsPage
    tag: Literal["results page"] = "results page"

    @property
    def act(self) -> Act:
        """Return whether something is looked up, or whose sessions are listed."""
        return _listing(self.page.whose) if self.page.is_listing else Act.FIND


@dataclass(frozen=True, slots=True)
class ShowStatistics:
    """Show statistics as a table and a chart."""

    statistics: StatisticsOf
    tag: Literal["statistics"] = "statistics"

    @property
    def act(self) -> Act:
        """Return whose figures are asked for."""
        return Act.STATISTICS_ALL if self.statistics.everybody else Act.STATISTICS


@dataclass(frozen=True, slots=True)
class SendStatisticsCsv:
    """Send statistics as a file."""

    statistics: StatisticsOf
    tag: Literal["statistics csv"] = "statistics csv"

    @property
    def act(self) -> Act:
        """Return whose figures are asked for."""
        return Act.STATISTICS_ALL if self.statistics.everybody else Act.STATISTICS


@dataclass(frozen=True, slots=True)
class AskToForget:
    """Ask whether a ticket's session should be forgotten."""

    act: ClassVar[Act] = Act.FORGET
    ticket: int
    tag: Literal["forget"] = "forget"


@dataclass(frozen=True, slots=True)
class AskToForgetMeeting:
    """Ask whether a meeting's session should be forgotten."""

    act: ClassVar[Act] = Act.FORGET
    meeting: int
    tag: Literal["forget meeting"] = "forget meeting"


@dataclass(frozen=True, slots=True)
class AskToForgetInvitee:
    """Ask whether all sessions to which somebody was invited should be forgotten."""

    act: ClassVar[Act] = Act.FORGET
    contact: str
    tag: Literal["forget invitee"] = "forget invitee"


@dataclass(frozen=True, slots=True)
class ForgetInvitee:
    """Forget all sessions to which somebody was invited, as the person confirmed."""

    act: ClassVar[Act] = Act.FORGET
    invitee: InviteeRef
    tag: Literal["forget invitee for certain"] = "forget invitee for certain"


@dataclass(frozen=True, slots=True)
class Forget:
    """Forget a ticket's or meeting's session, as the person confirmed."""

    act: ClassVar[Act] = Act.FORGET
    session_ref: SessionRef
    tag: Literal["forget for certain"] = "forget for certain"


@dataclass(frozen=True, slots=True)
class ShowHome:
    """Show the person's Home."""

    act: ClassVar[Act] = Act.HOME
    page: HomePage = FIRST_HOME_PAGE
    tag: Literal["home"] = "home"


@dataclass(frozen=True, slots=True)
class Hint:
    """Say what the bot can be mentioned for; `directly`: answer in its Messages tab, where `contacts` were written."""

    act: ClassVar[Act] = Act.MENTION
    directly: bool = False
    contacts: tuple[str, ...] = field(default=(), repr=False)
    tag: Literal["hint"] = "hint"


Request: TypeAlias = Annotated[
    OpenTicket
    | SendQrCode
    | JoinAsMe
    | RefreshSession
    | ShowMediaOfCard
    | ShowMediaOfThread
    | ShowMediaNamed
    | ShowMediaPage
    | MediaToThread
    | Find
    | ListSessions
    | ShowResults
    | ShowStatistics
    | SendStatisticsCsv
    | AskToForget
    | AskToForgetMeeting
    | AskToForgetInvitee
    | ForgetInvitee
    | Forget
    | ShowHome
    | HomeRequest
    | WriteNote
    | PlanChange
    | MakeReport
    | Hint
    | Greet
    | UnfurlLinks,
    Field(discriminator="tag"),
]


@dataclass(frozen=True, slots=True)
class DeferredRequest:
    """One request of one person, since `asked_at` (Unix seconds).

    `announced` is whether a message said to the person that it takes longer. `trigger_id` opens a modal for the answer;
    `modal` is the one in which the person pressed a button.
    """

    id: str
    request: Request = field(repr=False)
    requester: Requester
    asked_at: float
    announced: bool = False
    trigger_id: str = field(default="", repr=False)
    modal: ModalRef | None = None
