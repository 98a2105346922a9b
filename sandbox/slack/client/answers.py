"""How Slack takes an app's answer to what people did: messages to show, modals to change, failures to tell.

https://docs.slack.dev/surfaces/modals#response_actions
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sandbox.slack.client.deliveries import Delivered
from sandbox.slack.client.triggers import ResponseUrl
from sandbox.slack.model import Json, View
from sandbox.slack.web_api import views
from sandbox.slack.web_api.protocol.errors import RefusedError
from sandbox.slack.web_api.protocol.responses import respond
from sandbox.slack.workspace import Workspace

_TROUBLE = "We had some trouble connecting. Try again?"


def take(workspace: Workspace, delivered: Delivered, view: View | None) -> Delivered:
    """Do what an answer asks for; `view` is the modal that was submitted. An answer Slack cannot use is a failure."""
    try:
        if view is not None:
            _take_for_view(workspace, delivered, view)
        elif delivered.delivery.kind == "slash_commands":
            _take_for_command(workspace, delivered)
    except RefusedError as refused:
        return replace(delivered, outcome=refused.code)
    return delivered


def close(workspace: Workspace, view: View) -> None:
    """Take the topmost modal away; the one below it, if any, is seen again."""
    if view.previous:
        workspace.modals[view.user] = view.previous
    else:
        workspace.modals.pop(view.user, None)
    workspace.changed()


def _take_for_command(workspace: Workspace, delivered: Delivered) -> None:
    typed = delivered.delivery.payload
    user, channel = typed["user_id"], typed["channel_id"]
    if delivered.outcome != "ok":
        workspace.slackbot_tells(user, channel, f"{typed['command']} failed with the error “{delivered.outcome}”")
        return
    said = delivered.answer or ({"text": delivered.body} if delivered.body.strip() else {})
    if said:
        respond(workspace, ResponseUrl(user, channel, workspace.clock()), said)


def _take_for_view(workspace: Workspace, delivered: Delivered, view: View) -> None:
    if delivered.outcome != "ok":
        view.errors = {"": _TROUBLE}
        return
    action = delivered.answer.get("response_action", "close")
    if action not in _ACTIONS:
        raise RefusedError("invalid_response_action")
    _ACTIONS[action](workspace, view, delivered.answer)
    workspace.changed()


def _show_errors(workspace: Workspace, view: View, answer: Json) -> None:  # noqa: ARG001  # the shape of an action
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    errors: Mapping[str, str] = answer.get("errors") or {}
    if not errors or not errors.keys() <= inputs:
        raise RefusedError("invalid_errors", [f"no input block {name}" for name in sorted(errors.keys() - inputs)])
    view.errors = errors


def _update(workspace: Workspace, view: View, answer: Json) -> None:
    views.replace_view(workspace, view, views.checked_view(answer.get("view") or {}, "modal"))


def _push(workspace: Workspace, view: View, answer: Json) -> None:
    views.show(workspace, views.push_view(workspace, view, views.checked_view(answer.get("view") or {}, "modal")))


def _clear(workspace: Workspace, view: View, answer: Json) -> None:  # noqa: ARG001  # the shape of an action
    workspace.modals.pop(view.user, None)


def _close(workspace: Workspace, view: View, answer: Json) -> None:  # noqa: ARG001  # the shape of an action
    close(workspace, view)


_ACTIONS: Mapping[str, Callable[[Workspace, View, Json], None]] = {
    "clear": _clear,
    "close": _close,
    "errors": _show_errors,
    "push": _push,
    "update": _update,
}
