"""The steps of Workflow Builder."""

from __future__ import annotations

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.manifest.workflow_steps import EVENT
from bot.slack.received.executed_steps import StepExecuted
from bot.web.received import ACCEPTED, Taken, in_words
from bot.web.slack import Listeners
from handlers.services import Services


class Steps:
    """The listener of all steps: Slack calls them by the same event."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle_step(self, ack: AsyncAck, executed: StepExecuted) -> Taken:
        """Take in that a workflow has come to a step; it is completed once that is done."""
        event = executed.event
        wrong = await self._services.steps.take_in(
            executed.workspace, event.function.callback_id, event.inputs, executed.execution
        )
        outcome = in_words(wrong) or ACCEPTED
        self._services.metrics.count("commands_total", command="step", outcome=outcome)
        await ack()
        return Taken(outcome=outcome)


def register(app: Listeners, services: Services) -> None:
    """Register the steps."""
    app.event(EVENT, StepExecuted)(Steps(services).handle_step)
