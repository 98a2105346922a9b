"""The reports of a session that are in its thread, or on their way there."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.media import Upload


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One report: the `request` that asked for it, and its file; `begun` is since when it may be in the thread.

    `begun` is in Unix seconds.
    """

    request: str
    file: Upload = field(repr=False)
    begun: float
    is_sent: bool = False
