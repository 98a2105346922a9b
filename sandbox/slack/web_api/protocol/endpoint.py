"""The Web API over HTTP: the token names the workspace, the path names the method.

https://docs.slack.dev/apis/web-api
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.slack.faults import Outcome, refusal
from sandbox.slack.middleware import Answer, ApiCall, run, send_outcome
from sandbox.slack.model import Json
from sandbox.slack.organisation import meant
from sandbox.slack.web_api import steps
from sandbox.slack.web_api.methods import METHODS, Method, TokenKind
from sandbox.slack.web_api.protocol import arguments
from sandbox.slack.web_api.protocol.arguments import Given
from sandbox.slack.web_api.protocol.errors import RefusedError
from sandbox.slack.workspace import Workspace


class WebApi:
    """The ASGI endpoint of all methods, for all workspaces."""

    def __init__(self, workspaces: Sequence[Workspace]) -> None:
        self._workspaces = workspaces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call, or leave it unanswered where a fault will have it so."""
        outcome = await self._outcome(Request(scope, receive))
        await send_outcome(outcome, scope, receive, send)

    async def _outcome(self, request: Request) -> Outcome:
        name = request.path_params["method"]
        try:
            method = _method(name)
            given = await arguments.read(request)
            workspace = self._workspace(method, given)
        except RefusedError as refused:
            return refusal(refused)
        return await run(_call(workspace, name, method, given))

    def _workspace(self, method: Method, given: Given) -> Workspace:
        if method.token is TokenKind.NONE:
            return self._by_code(given)
        if not given.token:
            raise RefusedError("not_authed")
        theirs = [one for one in self._workspaces if given.token == _token(one, method.token)]
        if theirs:
            return _installed(meant(theirs, given.args) if theirs[0].organisation else theirs[0])
        if running := self._of_step(given.token):
            return running
        raise RefusedError("not_allowed_token_type" if given.token.startswith("xapp-") else "invalid_auth")

    def _of_step(self, token: str) -> Workspace | None:
        """Return the workspace in which a step runs that this token is for; it lives for some minutes."""
        for workspace in self._workspaces:
            for execution in workspace.executions.values():
                if execution.token == token:
                    if workspace.clock() - execution.started_at > steps.TOKEN_LASTS:
                        raise RefusedError("token_expired")
                    return _installed(workspace)
        return None

    def _by_code(self, given: Given) -> Workspace:
        for workspace in self._workspaces:
            if given.args.get("code") in workspace.install_codes:
                return workspace
        raise RefusedError("invalid_code")


def _method(name: str) -> Method:
    if name not in METHODS:
        raise RefusedError("unknown_method", req_method=name)
    return METHODS[name]


def _call(workspace: Workspace, name: str, method: Method, given: Given) -> ApiCall:
    return ApiCall(
        workspace=workspace,
        method=name,
        work=partial(_work, workspace, name, method, given),
        respond=partial(_respond, workspace, method),
        args=given.args,
        in_url=given.in_url,
    )


def _work(workspace: Workspace, name: str, method: Method, given: Given) -> Json:
    workspace.rates.count(name)
    arguments.check(method, given)
    if method.names_workspace and workspace.organisation and not given.args.get("team_id"):
        raise RefusedError("missing_argument")
    if method.scopes and not workspace.scopes.intersection(method.scopes):
        raise RefusedError("missing_scope", needed=",".join(method.scopes), provided=",".join(sorted(workspace.scopes)))
    return {"ok": True, **method.perform(workspace, given.args)}


def _respond(workspace: Workspace, method: Method, answer: Answer) -> Response:
    response = refusal(answer) if isinstance(answer, RefusedError) else JSONResponse(answer)
    response.headers["x-oauth-scopes"] = ",".join(sorted(workspace.scopes))
    response.headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
    return response


def _token(workspace: Workspace, kind: TokenKind) -> str:
    return workspace.credentials.app_token if kind is TokenKind.APP else workspace.bot_token


def _installed(workspace: Workspace) -> Workspace:
    organisation = workspace.organisation
    if organisation and organisation.is_installed and not workspace.is_installed:
        raise RefusedError("team_access_not_granted")
    if not workspace.is_installed or (organisation and not organisation.is_installed):
        raise RefusedError("account_inactive")
    return workspace
