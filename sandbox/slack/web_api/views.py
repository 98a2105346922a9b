"""Modals and the App Home: `views.*`.

https://docs.slack.dev/reference/methods?family=views
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.block_kit.limits import MOST_VIEW_BYTES, check_view
from sandbox.slack.client.triggers import Trigger
from sandbox.slack.model import Json, View
from sandbox.slack.serializers import view_json
from sandbox.slack.web_api.chat import unknown_files, with_ids
from sandbox.slack.web_api.protocol.errors import RefusedError
from sandbox.slack.workspace import Workspace

Arguments = Mapping[str, Any]

_MOST_VIEWS = 3


def open_modal(workspace: Workspace, args: Arguments) -> Json:
    """Open a modal for the user who has just done something; https://docs.slack.dev/reference/methods/views.open."""
    body = checked_view(args["view"], "modal")
    trigger = _trigger(workspace, args)
    _check_name(workspace, body)
    return _shown(workspace, new_view(workspace, trigger.user, body, channel=trigger.channel))


def push(workspace: Workspace, args: Arguments) -> Json:
    """Lay a modal upon the open one; https://docs.slack.dev/reference/methods/views.push."""
    body = checked_view(args["view"], "modal")
    trigger = _trigger(workspace, args)
    _check_name(workspace, body)
    below = workspace.open_view(trigger.user)
    if below is None:
        raise RefusedError("not_found")
    return _shown(workspace, push_view(workspace, below, body))


def update(workspace: Workspace, args: Arguments) -> Json:
    """Replace what an open modal shows; https://docs.slack.dev/reference/methods/views.update."""
    body = checked_view(args["view"], "modal")
    view = _open_view(workspace, args)
    if args.get("hash") and args["hash"] != view.hash:
        raise RefusedError("hash_conflict")
    _check_name(workspace, body, of=view)
    replace_view(workspace, view, body)
    return {"view": view_json(workspace, view)}


def publish(workspace: Workspace, args: Arguments) -> Json:
    """Publish a user's App Home; https://docs.slack.dev/reference/methods/views.publish."""
    body = checked_view(args["view"], "home")
    if args["user_id"] not in workspace.users:
        raise RefusedError("not_enabled")
    home = workspace.home(args["user_id"])
    if home is None:
        home = workspace.homes[args["user_id"]] = new_view(workspace, args["user_id"], body)
    elif args.get("hash") not in {None, home.hash}:
        raise RefusedError("hash_conflict")
    replace_view(workspace, home, body)
    return {"view": view_json(workspace, home)}


def checked_view(body: Json, kind: str) -> Json:
    """Return a view as Slack would take it; refuses another kind, and what breaks a limit."""
    problems = check_view(body)
    if any(f"at most {MOST_VIEW_BYTES} bytes" in problem for problem in problems):
        raise RefusedError("view_too_large", problems)
    if problems:
        raise RefusedError("invalid_arguments", problems)
    if body["type"] != kind:
        raise RefusedError("invalid_arguments", [f"/view/type: must be {kind}"])
    return body


def new_view(workspace: Workspace, user: str, body: Json, *, channel: str | None = None) -> View:
    """Return a view that nobody sees yet."""
    _check_files(workspace, body)
    return View(f"V{secrets.token_hex(5).upper()}", user, _with_ids(body), _hash(workspace), channel)


def push_view(workspace: Workspace, below: View, body: Json) -> View:
    """Return a view upon another; refuses a fourth."""
    if below.depth >= _MOST_VIEWS:
        raise RefusedError("push_limit_reached")
    view = new_view(workspace, below.user, body, channel=below.channel)
    view.previous = below
    return view


def replace_view(workspace: Workspace, view: View, body: Json) -> None:
    """Let a view show something else; what was wrong before is forgotten."""
    _check_files(workspace, body)
    view.body, view.hash, view.errors = _with_ids(body), _hash(workspace), {}
    workspace.changed()


def show(workspace: Workspace, view: View) -> None:
    """Put a modal before its user's eyes."""
    workspace.modals[view.user] = view
    workspace.changed()


def _with_ids(body: Json) -> Json:
    return {**body, "blocks": with_ids(body["blocks"])}


def _hash(workspace: Workspace) -> str:
    return f"{workspace.clock():.0f}.{secrets.token_hex(4)}"


def _trigger(workspace: Workspace, args: Arguments) -> Trigger:
    trigger_id = args.get("trigger_id") or args.get("interactivity_pointer")
    if not trigger_id:
        raise RefusedError("invalid_arguments", ["missing required field: trigger_id"])
    return workspace.triggers.exchange(trigger_id)


def _shown(workspace: Workspace, view: View) -> Json:
    show(workspace, view)
    return {"view": view_json(workspace, view)}


def _check_files(workspace: Workspace, body: Json) -> None:
    if problems := list(unknown_files(workspace, body)):
        raise RefusedError("invalid_arguments", problems)


def _check_name(workspace: Workspace, body: Json, of: View | None = None) -> None:
    """Refuse the app's own name of a view where another one has it."""
    name = body.get("external_id")
    if name and any(view.body.get("external_id") == name for view in _open_views(workspace) if view is not of):
        raise RefusedError("duplicate_external_id")


def _open_view(workspace: Workspace, args: Arguments) -> View:
    for view in _open_views(workspace):
        if args.get("view_id") == view.id or args.get("external_id") == view.body.get("external_id", ""):
            return view
    raise RefusedError("not_found")


def _open_views(workspace: Workspace) -> Iterator[View]:
    for top in workspace.modals.values():
        view: View | None = top
        while view:
            yield view
            view = view.previous
