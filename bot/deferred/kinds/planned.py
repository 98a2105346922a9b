"""What may be asked for of a planned session, and is done later; see `bot.deferred.requests`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from bot.model.acts import Act
from bot.model.targets import MessageRef, SessionRef


@dataclass(frozen=True, slots=True)
class StartPlanned:
    """Start a planned session now."""

    act: ClassVar[Act] = Act.CHANGE_PLAN
    session_ref: SessionRef
    message_ref: MessageRef
    tag: Literal["start planned"] = "start planned"


@dataclass(frozen=True, slots=True)
class MovePlanned:
    """Move a planned session to another time, in Unix seconds."""

    act: ClassVar[Act] = Act.CHANGE_PLAN
    session_ref: SessionRef
    message_ref: MessageRef
    at: float
    tag: Literal["move planned"] = "move planned"


@dataclass(frozen=True, slots=True)
class CancelPlanned:
    """Cancel a planned session, as the person confirmed."""

    act: ClassVar[Act] = Act.CHANGE_PLAN
    session_ref: SessionRef
    message_ref: MessageRef
    tag: Literal["cancel planned"] = "cancel planned"


PlanChange: TypeAlias = StartPlanned | MovePlanned | CancelPlanned
