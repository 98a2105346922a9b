"""The sandbox as an ASGI application: the Web API, response URLs, upload URLs and Socket Mode's socket."""

from __future__ import annotations

import json
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from playground.slack import files
from playground.slack.errors import RefusedError
from playground.slack.responses import respond
from playground.slack.socket_mode import Link
from playground.slack.web_api import WebApi
from playground.slack.workspace import Workspace

_REFUSED = 404


def build_app(*workspaces: Workspace) -> Starlette:
    """Slack with these workspaces, to be run alone or mounted; each workspace's `address` says where that is."""
    by_team = {workspace.team: workspace for workspace in workspaces}

    async def response_url(request: Request) -> Response:
        return await _response_url(workspaces, request)

    async def upload(request: Request) -> Response:
        content, file_id = await request.body(), request.path_params["file_id"]
        if not files.receive(by_team[request.path_params["team"]], file_id, content):
            return PlainTextResponse("the length is not the announced one", 400)
        return PlainTextResponse(f"OK - {len(content)}")

    return Starlette(
        routes=[
            Route("/api/{method}", WebApi(workspaces), methods=["GET", "POST"]),
            Route("/response/{token}", response_url, methods=["POST"]),
            Route("/upload/{team}/{file_id}", upload, methods=["POST"]),
            *(WebSocketRoute(f"/link/{team}", Link(workspace)) for team, workspace in by_team.items()),
        ]
    )


async def _response_url(workspaces: Sequence[Workspace], request: Request) -> Response:
    try:
        payload = json.loads(await request.body())
    except ValueError:
        return _refused(RefusedError("invalid_payload"))
    for workspace in workspaces:
        if workspace.response_urls.knows(request.path_params["token"]):
            return await _use(workspace, request.path_params["token"], payload)
    return _refused(RefusedError("invalid_url"))


async def _use(workspace: Workspace, token: str, payload: object) -> Response:
    try:
        if not isinstance(payload, dict):
            raise RefusedError("invalid_payload")
        respond(workspace, workspace.response_urls.use(token), payload)
    except RefusedError as refused:
        return _refused(refused)
    return PlainTextResponse("ok")


def _refused(error: RefusedError) -> Response:
    return JSONResponse(error.answer(), _REFUSED)
