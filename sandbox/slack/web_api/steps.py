"""How an app completes the steps of workflows: `functions.*`.

https://docs.slack.dev/workflows/workflow-steps
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sandbox.slack.model import Execution, Json
from sandbox.slack.web_api.protocol.errors import RefusedError
from sandbox.slack.workspace import Workspace

Arguments = Mapping[str, Any]

TOKEN_LASTS: Final = 15 * 60.0
"""https://github.com/slackapi/bolt-python/issues/1075."""


def complete_success(workspace: Workspace, args: Arguments) -> Json:
    """Let the workflow go on; https://docs.slack.dev/reference/methods/functions.completeSuccess."""
    execution, outputs = _running(workspace, args), args["outputs"]
    declared = workspace.functions[execution.callback_id]["output_parameters"]
    if not isinstance(outputs, Mapping) or not _fit(declared, outputs):
        raise RefusedError("parameter_validation_failed")
    execution.status, execution.outputs = "completed", dict(outputs)
    _show(workspace, execution, ", ".join(f"{name}: {value}" for name, value in outputs.items()))
    return {}


def complete_error(workspace: Workspace, args: Arguments) -> Json:
    """End the workflow; https://docs.slack.dev/reference/methods/functions.completeError."""
    execution = _running(workspace, args)
    execution.status, execution.error = "failed", str(args["error"])
    _show(workspace, execution, execution.error)
    return {}


def _running(workspace: Workspace, args: Arguments) -> Execution:
    execution = workspace.executions.get(args["function_execution_id"])
    if execution is None:
        raise RefusedError("function_execution_not_found")
    if execution.status != "running":
        raise RefusedError("execution_not_in_running_state")
    return execution


def _fit(declared: Json, outputs: Mapping[str, Any]) -> bool:
    is_known = outputs.keys() <= declared["properties"].keys()
    is_whole = all(outputs.get(name) for name in declared["required"])
    return is_known and is_whole and all(isinstance(value, str) for value in outputs.values())


def _show(workspace: Workspace, execution: Execution, result: str) -> None:
    """Show how it ended to who ran it: Slack shows it in the workflow's activity, which the page has not."""
    workspace.changed()
    if execution.shown_in:
        title = workspace.functions[execution.callback_id]["title"]
        workspace.slackbot_tells(execution.user, execution.shown_in, f"Workflow “{title}” {execution.status}: {result}")
