"""The page over HTTP: the built page itself, its view state, once or as it changes, and what one can do on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeAlias

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from playground.page.actions import ACTIONS, NoAnswer
from playground.page.conversation import file_of
from playground.page.demo_state import DemoState
from playground.page.guard import is_from_here
from playground.page.live import live
from playground.page.view_state import render
from playground.page.viewer import Viewer
from sandbox.apizee.records import WrongMomentError
from sandbox.slack.serializers import file_json

BUNDLE: Final = Path(__file__).parent / "bundle"

_POLICY: Final = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
_FRESH: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_NEVER_KEPT: Final = {"Cache-Control": "no-store"}
_ALONE: Final = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}
_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}

Endpoint: TypeAlias = Callable[[DemoState, Request], Awaitable[Response]]


def build_page(demo_state: DemoState) -> Starlette:
    """Return the page for this demo, to be mounted at the root."""
    return Starlette(
        routes=[
            Route("/", _on(demo_state, _page)),
            Route("/api/view-state", _on(demo_state, _view_state)),
            Route("/api/live", _on(demo_state, _live)),
            Route("/api/do/{action}", _on(demo_state, _action), methods=["POST"]),
            Route("/files/{id}", _on(demo_state, _file)),
            Mount("/", _Bundle(directory=BUNDLE, check_dir=False)),
        ]
    )


class _Bundle(StaticFiles):
    """The built page's files; those whose names tell their content are kept by browsers for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_FOR_EVER if path.startswith("assets/") else _FRESH)
        return response


def _on(demo_state: DemoState, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await endpoint(demo_state, request)

    return answer


async def _page(demo_state: DemoState, request: Request) -> Response:
    """Return the page; Slack too forgets what one person alone saw when they load it again."""
    demo_state.workspace.reload(Viewer.of(request.query_params).user)
    return FileResponse(BUNDLE / "index.html", headers=_FRESH)


async def _view_state(demo_state: DemoState, request: Request) -> Response:
    return JSONResponse(render(demo_state, _viewer(demo_state, request)), headers=_NEVER_KEPT)


async def _live(demo_state: DemoState, request: Request) -> Response:
    view_states = live(demo_state, _viewer(demo_state, request))
    return StreamingResponse(view_states, media_type="text/event-stream", headers=_NEVER_KEPT)


async def _action(demo_state: DemoState, request: Request) -> Response:
    if not is_from_here(request):
        return _refused(403, "Only the page itself may do this.")
    action = ACTIONS.get(request.path_params["action"])
    if action is None:
        return _refused(404, "There is no such action.")
    try:
        leads_to = await action.validate_json(await request.body()).do(demo_state, _viewer(demo_state, request))
    except ValidationError:
        return _refused(400, "This action needs something else.")
    except LookupError:
        return _refused(404, "This is not there any more: reload the page.")
    except WrongMomentError:
        return _refused(409, "It is too early or too late for this.")
    except NoAnswer as silence:
        return _refused(409, str(silence))
    return JSONResponse({"open": leads_to} if leads_to else {}, headers=_NEVER_KEPT)


async def _file(demo_state: DemoState, request: Request) -> Response:
    """Return a file that the bot has uploaded; whatever is in it, it can do nothing here."""
    file = file_of(demo_state.workspace, request.path_params["id"])
    if file is None:
        return _refused(404, "There is no such file.")
    return Response(file.content, media_type=file_json(file)["mimetype"], headers=_ALONE)


def _refused(status: int, why: str) -> Response:
    return JSONResponse({"error": why}, status, _NEVER_KEPT)


def _viewer(demo_state: DemoState, request: Request) -> Viewer:
    return Viewer.of(request.query_params).in_sight(demo_state.workspace)
