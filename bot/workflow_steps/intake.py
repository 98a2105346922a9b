"""Takes in that a workflow has come to a step: recorded and added to the queue before Slack gets its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.jobs.queue import Queue
from bot.log import get_logger
from bot.manifest.workflow_steps import Step
from bot.model.errors import KnownError, StepInputMissing, TryLater
from bot.model.session.steps import StepExecution
from bot.policy.agents import Agents
from bot.sessions.intake import Intake
from bot.store.steps import RefusedSteps
from bot.ui.error_messages import sentence
from bot.workflow_steps.reading import acting_for, read_step

log = get_logger(__name__)


class StepIntake:
    """Starts what steps ask for, each once; one that asks for nothing that could be started fails, in words.

    `region` is the country of numbers without a prefix, `command` the slash command that sentences name.
    """

    def __init__(
        self, intake: Intake, refused: RefusedSteps, queue: Queue, agents: Agents, *, region: str, command: str
    ) -> None:
        self._intake = intake
        self._refused = refused
        self._queue = queue
        self._agents = agents
        self._region = region
        self._command = command

    async def take_in(self, team: str, callback_id: str, inputs: Mapping[str, object], execution: StepExecution) -> str:
        """Record and queue what a step starts, or that it fails; returns the name of what was wrong, `""` for nothing.

        Raises `StoreUnavailable` where nothing was taken in: Slack sends the event again.
        """
        try:
            if callback_id not in set(Step):
                raise StepInputMissing("callback_id")
            asked = read_step(team, Step(callback_id), inputs, region=self._region)
            await self._intake.start_by_step(asked.requester, asked.request, execution)
        except TryLater:
            raise
        except KnownError as error:
            translate = await self._agents.translate(team, acting_for(inputs))
            why = sentence(error, translate, command=self._command)
            await self._refused.keep(team, replace(execution, error=why))
            await self._queue.fail_step(team, execution.id)
            log.info("step_refused", team=team, step=execution.id, reason=type(error).__name__)
            return type(error).__name__
        return ""
