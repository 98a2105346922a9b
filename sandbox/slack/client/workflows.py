"""People run workflows that have a step of the app: https://docs.slack.dev/reference/events/function_executed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Final

from sandbox.slack.model import Execution, Json
from sandbox.slack.workspace import Workspace

PREFIX: Final = "workflow:"
"""Of the callback ids of the forms, which are Slack's own."""

_ELEMENTS = {"slack#/types/user_id": "users_select", "slack#/types/channel_id": "conversations_select"}
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


def form(workspace: Workspace, callback_id: str) -> Json:
    """Return the form that Slack shows to who runs a workflow with this step: it is Slack's, the app never gets it."""
    declared = workspace.functions[callback_id]
    parameters, shown = declared["input_parameters"], f"*{declared['title']}*: {declared['description']}"
    return {
        "type": "modal",
        "callback_id": f"{PREFIX}{callback_id}",
        "title": {"type": "plain_text", "text": "Run workflow"},
        "submit": {"type": "plain_text", "text": "Run"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": shown},
            },
            *(_field(name, about, parameters["required"]) for name, about in parameters["properties"].items()),
        ],
    }


def step_of(callback_id: str) -> str | None:
    """Return the step whose form this is, by the form's callback id; `None` for a view of the app's."""
    return callback_id.removeprefix(PREFIX) if callback_id.startswith(PREFIX) else None


def _field(name: str, about: Json, required: Sequence[str]) -> Json:
    element: Json = {"type": _ELEMENTS.get(about["type"], "plain_text_input"), "action_id": name}
    if element["type"] == "conversations_select":
        element["default_to_current_conversation"] = True
    return {
        "type": "input",
        "block_id": name,
        "label": {"type": "plain_text", "text": about["title"]},
        "hint": {"type": "plain_text", "text": about["description"]},
        "element": element,
        "optional": name not in required,
    }
