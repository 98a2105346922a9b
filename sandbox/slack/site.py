"""The sandbox as an ASGI application: the Web API, response URLs, upload URLs and Socket Mode's socket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from sandbox.slack.web_api import files
from sandbox.slack.web_api.protocol.endpoint import WebApi
from sandbox.slack.web_api.protocol.responses import ResponseUrlEndpoint
from sandbox.slack.workspace import Workspace

Endpoint = Callable[[Request], Awaitable[Response]]


def build_app(*workspaces: Workspace) -> Starlette:
    """Slack with these workspaces, to be run alone or mounted; each workspace's `address` says where that is."""
    return Starlette(
        routes=[
            Route("/api/{method}", WebApi(workspaces), methods=["GET", "POST"]),
            Route("/response/{token}", ResponseUrlEndpoint(workspaces), methods=["POST"]),
            *(Route(f"/upload/{one.team}/{{file_id}}", _upload_to(one), methods=["POST"]) for one in workspaces),
            *(WebSocketRoute(f"/link/{one.team}", one.link.connect) for one in workspaces),
        ]
    )


def _upload_to(workspace: Workspace) -> Endpoint:
    async def upload(request: Request) -> Response:
        content = await request.body()
        if not files.receive(workspace, request.path_params["file_id"], content):
            return PlainTextResponse("not an announced file of that length", 400)
        return PlainTextResponse(f"OK - {len(content)}")

    return upload
