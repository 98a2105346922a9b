"""What a pasted link may lead to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class TicketLink:
    """The agent's page of a ticket: who opens it has to sign in at Apizee."""

    ticket: int


@dataclass(frozen=True, slots=True)
class MeetingLink:
    """What may be a meeting's address, the long or the short one."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CustomersLink:
    """The link that lets in the customer of a ticket: anyone who has it is the customer."""

    conversation: str = field(repr=False)


class PersonalLink(StrEnum):
    """A link that is one person's alone."""

    SIGN_IN = "sign in"
    """Apizee's own, which signs in anyone who opens it as an agent."""

    OPEN = "open"
    """This bot's, into a ticket."""

    JOIN = "join"
    """This bot's, into a meeting under a person's name."""


Link: TypeAlias = TicketLink | MeetingLink | CustomersLink | PersonalLink
