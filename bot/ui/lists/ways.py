"""Where the line of a list leads the one person who reads it, besides what its buttons do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from bot.model.targets import SessionRef


@dataclass(frozen=True, slots=True)
class Ways:
    """Addresses for one person: into the ticket with one click, to the session's card, of its reference; if any.

    `may_take_over` is whether it is a colleague's open assistance, whose customer the person may make theirs.
    """

    open_link: str | None = field(default=None, repr=False)
    card_link: str | None = None
    reference_link: str | None = None
    may_take_over: bool = False


WaysOf: TypeAlias = Mapping[SessionRef, Ways]

NO_WAYS: Final = Ways()
