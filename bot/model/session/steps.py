"""A step of a workflow that somebody built in Workflow Builder, while it waits for what it has started."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StepExecution:
    """One run of a step, by Slack's id of it; `token` is Slack's, for this run alone, and dies after 15 minutes.

    `error` is why it came to nothing, in words, where the session does not say it.
    """

    id: str
    token: str = field(default="", repr=False)
    error: str = field(default="", repr=False)
