"""The event that a workflow has come to a step of this app; https://docs.slack.dev/reference/events/function_executed."""

from __future__ import annotations

from typing import Any

from bot.model.session.steps import StepExecution
from bot.slack.received.payloads import Event, Id, Part, Text, Token


class _Function(Part):
    callback_id: Text


class _Executed(Part):
    function: _Function
    inputs: dict[Text, Any]
    function_execution_id: Id
    bot_access_token: Token | None = None


class StepExecuted(Event):
    """A workflow has come to a step, and waits until it is completed."""

    event: _Executed

    @property
    def execution(self) -> StepExecution:
        """The run that is to be completed."""
        return StepExecution(self.event.function_execution_id, self.event.bot_access_token or "")
