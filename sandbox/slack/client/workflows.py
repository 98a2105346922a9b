"""People run workflows that have a step of the app: https://docs.slack.dev/reference/events/function_executed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from sandbox.slack.model import Execution, Json
from sandbox.slack.workspace import Workspace

_TYPES = {"slack#/types/user_id": "users", "slack#/types/channel_id": "channels"}


class NotRunError(Exception):
    """Slack does not run a step with these inputs; the text says which one is wrong."""


def executed(
    workspace: Workspace, user: str, callback_id: str, inputs: Mapping[str, object], *, shown_in: str | None
) -> Json:
    """Return the event that a workflow has come to a step of the app."""
    declared = workspace.functions[callback_id]
    given = {name: value for name, value in inputs.items() if value not in {None, ""}}
    _check(workspace, declared["input_parameters"], given)
    execution = Execution(
        id=f"Fx{secrets.token_hex(5).upper()}",
        callback_id=callback_id,
        inputs=given,
        user=user,
        token=f"xwfp-{secrets.token_hex(16)}",
        started_at=workspace.clock(),
        shown_in=shown_in,
    )
    workspace.executions[execution.id] = execution
    return {
        "type": "function_executed",
        "function": {
            "id": f"Fn{callback_id.upper()}",
            "callback_id": callback_id,
            "title": declared["title"],
            "description": declared["description"],
            "type": "app",
            "input_parameters": _parameters(declared["input_parameters"]),
            "output_parameters": _parameters(declared["output_parameters"]),
            "app_id": workspace.credentials.app_id,
        },
        "inputs": given,
        "function_execution_id": execution.id,
        "workflow_execution_id": f"Wx{secrets.token_hex(5).upper()}",
        "event_ts": workspace.next_ts(),
        "bot_access_token": execution.token,
    }


def _check(workspace: Workspace, declared: Json, given: Mapping[str, object]) -> None:
    properties = declared["properties"]
    if lacking := sorted(set(declared["required"]) - given.keys()):
        message = f"{lacking[0]}: must not be empty"
        raise NotRunError(message)
    for name, value in given.items():
        known = _TYPES.get(properties[name]["type"])
        if not isinstance(value, str) or (known and value not in getattr(workspace, known)):
            message = f"{name}: must be chosen"
            raise NotRunError(message)


def _parameters(declared: Json) -> list[Json]:
    return [
        {**about, "name": name, "is_required": name in declared["required"]}
        for name, about in declared["properties"].items()
    ]
