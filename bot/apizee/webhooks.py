"""Apizee's webhooks: from bytes to what they say. Without I/O; nothing of them is true until Apizee was asked.

They carry no signature, no id and no promise of order; Apizee's console sets their address and headers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.apizee.schemas import Lenient
from bot.errors import KnownError
from bot.model import Milestone, Step

MOST_BYTES: Final = 256 * 1024

_STEPS: Final[Mapping[str, Step]] = {
    "ticket.invitationClicked": Step.LINK_OPENED,
    "consent.accepted": Step.CONSENTED,
    "mediaDevice.cameraAllowed": Step.CAMERA_ALLOWED,
    "session.established": Step.CONNECTED,
    "session.userLeft": Step.LEFT,
}
_TURNS: Final = frozenset(
    {
        "ticket.invitationAccepted",
        "ticket.invitationDeclined",
        "ticket.invitationExpired",
        "ticket.sessionStarted",
        "ticket.completed",
        "ticket.cancelled",
        "ticket.closed",
    }
)
_YEAR_3000: Final = 32_503_680_000.0


class Malformed(KnownError):
    """A body that is no webhook of Apizee's."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """What a webhook points at: a ticket, a meeting by its name, or media of some session; with the step it tells."""

    ticket: int | None = None
    meeting: str | None = field(default=None, repr=False)
    milestone: Milestone | None = None
    media: bool = False


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    time: Annotated[float, Field(ge=0, le=_YEAR_3000)]
    event: Lenient[str] = None
    object: str
    object_id: Lenient[int] = Field(None, alias="objectId")
    props: Lenient[dict[str, Any]] = None

    def prop(self, name: str) -> str:
        """One of its properties, `""` where it has none such."""
        value = (self.props or {}).get(name)
        return value if isinstance(value, str) else ""


def parse(body: bytes) -> Webhook | None:
    """What a webhook says; `None` where it is about nothing that the bot follows. Raises `Malformed`."""
    try:
        said = _Body.model_validate_json(body)
    except ValidationError:
        raise Malformed from None
    if said.object_id is not None and _may_change_a_ticket(said):
        return Webhook(ticket=said.object_id, milestone=_milestone(said))
    if said.object == "conversation" and said.prop("name"):
        return Webhook(meeting=said.prop("name"))
    return Webhook(media=True) if said.object == "media" else None


def _may_change_a_ticket(said: _Body) -> bool:
    """Each look costs one of few requests: a photo, or a ticket that the bot itself has made, is no reason for one."""
    if said.object == "ticket":
        return said.event != "create"
    return said.object == "conversationevent" and said.prop("eventType") in _STEPS.keys() | _TURNS


def _milestone(said: _Body) -> Milestone | None:
    step = _STEPS.get(said.prop("eventType"))
    return Milestone(step, said.time) if step and said.object == "conversationevent" else None
