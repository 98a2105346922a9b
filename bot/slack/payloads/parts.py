"""What payloads are made of: ids, times and texts in Slack's form, and parts of which only some fields are used."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, StringConstraints

Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Timestamp: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}\.[0-9]{1,9}$")]
Token: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,255}$")]
"""What Slack gives out to be handed back, such as a trigger: visible ASCII."""

Url: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[!-~]*)?$")]
Text: TypeAlias = Annotated[str, StringConstraints(max_length=1024 * 1024)]
"""Any text that can be written as UTF-8: that is checked where there is a constraint."""


class Part(BaseModel):
    """A part of a payload; what is not used of it is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Payload(Part, ABC):
    """One delivery of Slack's."""

    @property
    @abstractmethod
    def workspace(self) -> str:
        """The workspace in which it happened."""
