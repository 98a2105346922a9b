"""Tells Slack what came of a workflow's step; https://docs.slack.dev/workflows/workflow-steps."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.session.steps import StepExecution
from bot.slack.errors import StepOver, WorkspaceClosed
from bot.slack.web_api import WebApi


class StepResults:
    """Completes runs of steps with the run's own token, which dies after 15 minutes; then with the bot's.

    A run that is over already is left as it is. Both methods raise `SlackAway`, or another `SlackError` where trying
    again would not help.
    """

    def __init__(self, api: WebApi) -> None:
        self._api = api

    async def complete(self, team: str, step: StepExecution, outputs: Mapping[str, str]) -> None:
        """Complete a run; https://docs.slack.dev/reference/methods/functions.completeSuccess."""
        await self._call(team, step, "functions.completeSuccess", outputs=outputs)

    async def fail(self, team: str, step: StepExecution, error: str) -> None:
        """Fail a run, and say why; https://docs.slack.dev/reference/methods/functions.completeError."""
        await self._call(team, step, "functions.completeError", error=error)

    async def _call(self, team: str, step: StepExecution, method: str, **result: object) -> None:
        try:
            try:
                await self._api.call(team, method, step.token, function_execution_id=step.id, **result)
            except WorkspaceClosed:
                if not step.token:
                    raise
                await self._api.call(team, method, function_execution_id=step.id, **result)
        except StepOver:
            pass
