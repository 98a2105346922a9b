"""What may be asked for about a session that is over; each is a request as those of `bot.deferred.requests` are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from bot.model.acts import Act
from bot.model.targets import SessionRef


@dataclass(frozen=True, slots=True)
class WriteNote:
    """Keep how a session ended, as somebody of its own noted it in the form."""

    act: ClassVar[Act] = Act.NOTE
    session_ref: SessionRef
    outcome: str
    text: str = field(repr=False)
    tag: Literal["note"] = "note"
