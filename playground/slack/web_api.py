"""The Web API over HTTP: every call passes the same door, then the method's own work.

https://docs.slack.dev/apis/web-api
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from playground.slack import arguments
from playground.slack.arguments import Given
from playground.slack.errors import RefusedError
from playground.slack.faults import Outcome, Silence, refusal
from playground.slack.methods import METHODS, Method
from playground.slack.model import Call, Json
from playground.slack.workspace import Workspace

HANG_UP = "hang_up"


class WebApi:
    """The ASGI endpoint of all methods, for all workspaces; the token says which workspace a call is about."""

    def __init__(self, workspaces: Sequence[Workspace]) -> None:
        self._workspaces = workspaces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call, or leave it unanswered where a fault will have it so."""
        request = Request(scope, receive)
        outcome = await self._outcome(request)
        if isinstance(outcome, Response):
            await outcome(scope, receive, send)
        else:
            await _stay_silent(outcome, request)

    async def _outcome(self, request: Request) -> Outcome:
        name = request.path_params["method"]
        method = METHODS.get(name)
        if method is None:
            return refusal(RefusedError("unknown_method", req_method=name))
        try:
            given = _with_basic_auth(await arguments.read(request), request)
            workspace = self._workspace(method, given)
        except RefusedError as refused:
            return refusal(refused)
        return await _perform(workspace, name, method, given, request)

    def _workspace(self, method: Method, given: Given) -> Workspace:
        if method.token == "none":  # noqa: S105  # a kind, not a token
            return self._by_code(given)
        if not given.token:
            raise RefusedError("not_authed")
        for workspace in self._workspaces:
            wanted = workspace.credentials.app_token if method.token == "app" else workspace.bot_token  # noqa: S105  # likewise
            if given.token == wanted:
                return _installed(workspace)
        raise RefusedError("not_allowed_token_type" if given.token.startswith("xapp-") else "invalid_auth")

    def _by_code(self, given: Given) -> Workspace:
        for workspace in self._workspaces:
            if given.args.get("code") in workspace.install_codes:
                return workspace
        raise RefusedError("invalid_code")


async def _perform(workspace: Workspace, name: str, method: Method, given: Given, request: Request) -> Outcome:
    await workspace.before(name)
    fault = workspace.faults.due(name)
    outcome = await fault.instead()
    if outcome is None:
        answer = _answer(workspace, method, given, request)
        _log(workspace, name, given, answer)
        await workspace.after(name)
        return await fault.spoil(_response(workspace, method, answer))
    _log(workspace, name, given, outcome)
    return outcome


def _answer(workspace: Workspace, method: Method, given: Given, request: Request) -> Json | RefusedError:
    try:
        arguments.check(method, given, request)
        _check_scopes(workspace, method)
        return {"ok": True, **method.perform(workspace, given.args)}
    except RefusedError as refused:
        return refused


def _response(workspace: Workspace, method: Method, answer: Json | RefusedError) -> Response:
    response = refusal(answer) if isinstance(answer, RefusedError) else JSONResponse(answer)
    response.headers["x-oauth-scopes"] = ",".join(sorted(workspace.scopes))
    response.headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
    return response


def _check_scopes(workspace: Workspace, method: Method) -> None:
    if method.scopes and not workspace.scopes.intersection(method.scopes):
        provided = ",".join(sorted(workspace.scopes))
        raise RefusedError("missing_scope", needed=",".join(method.scopes), provided=provided)


def _log(workspace: Workspace, name: str, given: Given, answer: Json | RefusedError | Outcome) -> None:
    status, error = _status_and_error(answer)
    args = {key: value for key, value in given.args.items() if key not in {"client_secret", "code"}}
    workspace.calls.append(Call(name, args, status, not error, error, workspace.clock(), given.in_url))
    workspace.changed()


def _status_and_error(answer: Json | RefusedError | Outcome) -> tuple[int, str]:
    if isinstance(answer, Silence):
        return 0, "no answer"
    if isinstance(answer, Response):
        return answer.status_code, f"answered {answer.status_code}"
    if isinstance(answer, RefusedError):
        return refusal(answer).status_code, answer.code
    return 200, ""


def _installed(workspace: Workspace) -> Workspace:
    if not workspace.is_installed:
        raise RefusedError("account_inactive")
    return workspace


def _with_basic_auth(given: Given, request: Request) -> Given:
    """OAuth clients may send their id and secret as basic authentication."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme != "Basic":
        return given
    client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
    args: Mapping[str, Any] = {**given.args, "client_id": client_id, "client_secret": secret}
    return Given(dict(args), given.in_url, "", given.is_get)


async def _stay_silent(silence: Silence, request: Request) -> None:
    """Close the connection, or wait until the caller does.

    Raises `ConnectionResetError` where the server offers no way to close a connection, as in-process transports do.
    """
    if silence is Silence.HANG_UP:
        hang_up = request.scope.get("state", {}).get(HANG_UP)
        if hang_up is None:
            message = "the sandbox hung up"
            raise ConnectionResetError(message)
        hang_up()
    while (await request.receive())["type"] != "http.disconnect":
        pass
