"""What may be asked for about a session that is over; each is a request as those of `bot.deferred.requests` are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

from bot.model.acts import Act
from bot.model.targets import MessageRef, SessionRef


@dataclass(frozen=True, slots=True)
class WriteNote:
    """Keep how a session ended, as somebody of its own noted it in the form."""

    act: ClassVar[Act] = Act.NOTE
    session_ref: SessionRef
    outcome: str
    text: str = field(repr=False)
    tag: Literal["note"] = "note"

    @property
    def message_ref(self) -> MessageRef:
        """Return that a form stands on no message."""
        return MessageRef("", "")


@dataclass(frozen=True, slots=True)
class MakeReport:
    """Bring a report of a session into its thread."""

    act: ClassVar[Act] = Act.REPORT
    session_ref: SessionRef
    message_ref: MessageRef
    tag: Literal["report"] = "report"


Afterwards: TypeAlias = WriteNote | MakeReport
