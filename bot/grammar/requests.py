"""What people may ask for with `/assist` and `/meet`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from bot.grammar.periods import Period
    from bot.grammar.times import When
    from bot.model.people import Contact


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read otherwise than it was typed: shown to the person who typed it, and to nobody else.

    `understood` are the contacts that were changed, or beside which the words `left_out` stood. `when` is the time for
    which it is planned, where there is something to say of it.
    """

    understood: tuple[Contact, ...] = ()
    left_out: tuple[str, ...] = field(default=(), repr=False)
    when: When | None = None

    def __bool__(self) -> bool:
        """Return whether there is something to show."""
        return bool(self.understood or self.left_out or self.when)


@dataclass(frozen=True, slots=True)
class Customer:
    """Whom to invite to an assistance."""

    contact: Contact
    reading: Reading = Reading()


@dataclass(frozen=True, slots=True)
class StartAssistance:
    """Invite one customer, under the requester's own reference if there is one.

    `colleague` (a Slack user id) becomes the agent in place of the requester. `by_link`: nobody is invited, the agent
    passes the customer's link on. `at`: the moment (in UTC) for which it is planned, `None` for at once.
    """

    contact: Contact
    reference: str | None = None
    colleague: str | None = None
    by_link: bool = False
    at: datetime | None = None
    reading: Reading = Reading()


@dataclass(frozen=True, slots=True)
class Guests:
    """Whom to invite to a meeting, each once and in the order typed; `colleagues` are Slack user ids."""

    contacts: tuple[Contact, ...] = ()
    colleagues: tuple[str, ...] = ()
    reading: Reading = Reading()

    def __len__(self) -> int:
        """Return how many there are in all."""
        return len(self.contacts) + len(self.colleagues)


@dataclass(frozen=True, slots=True)
class StartMeeting:
    """Invite guests and colleagues (Slack user ids) to a meeting; moderated: they wait until they are let in.

    `at`: the moment (in UTC) for which it is planned, `None` for at once.
    """

    contacts: tuple[Contact, ...]
    colleagues: tuple[str, ...] = ()
    name: str | None = None
    moderated: bool = False
    at: datetime | None = None
    reading: Reading = Reading()


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Nothing was typed after the command: ask in a modal."""


@dataclass(frozen=True, slots=True)
class Find:
    """Look for tickets with this reference, or for conferences with this text."""

    text: str


@dataclass(frozen=True, slots=True)
class ShowMedia:
    """Show what was recorded in a session, named by its id at Apizee, its reference or its name."""

    what: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Forget a session by its number at Apizee, or all of somebody who was invited."""

    remote_id: int | None = None
    contact: Contact | None = None


class Whose(StrEnum):
    """Which open sessions are listed: one's own, those of the channel where one asks, or everybody's."""

    MINE = "mine"
    HERE = "here"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class ListOpen:
    """Show open sessions."""

    whose: Whose = Whose.MINE


@dataclass(frozen=True, slots=True)
class ShowStatistics:
    """Show the statistics of some days: the requester's own, or everybody's."""

    period: Period
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class Help:
    """Explain the command."""


Common: TypeAlias = OpenForm | Find | ShowMedia | ListOpen | ShowStatistics | Help
AssistRequest: TypeAlias = StartAssistance | Forget | Common
MeetRequest: TypeAlias = StartMeeting | Forget | Common
