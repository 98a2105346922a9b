"""What Apizee's links lead to when people follow them: a signpost instead of a video session, photos as they are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from playground.apizee import World
from playground.apizee.pictures import content_of
from playground.apizee.records import NotThisWorlds
from playground.page.rendering import render

_PAGES: Final[Mapping[str, str]] = {
    "diag": "the customer's side of a video assistance",
    "entrypoint": "the agent's side of a video assistance",
    "i": "the page behind the customer's invitation",
    "m": "a video meeting",
    "meet": "a video meeting",
    "": "the agents' portal",
    "quick-invitation": "Apizee's own form to invite a customer",
}


def with_pages_for_people(api: ASGIApp, world: World) -> ASGIApp:
    """The sandbox Apizee for programs, which call its API or bring a bearer, and these pages for everybody else."""
    pages = Starlette(
        routes=[Route("/media/showVideo/{enterprise}/hash/{hash}", _medium(world)), Route("/{path:path}", _signpost)]
    )

    async def sandbox(scope: Scope, receive: Receive, send: Send) -> None:
        is_program = "/apizee/api/" in scope.get("path", "") or "authorization" in Request(scope).headers
        await (api if is_program else pages)(scope, receive, send)

    return sandbox


async def agents_portal(request: Request) -> Response:
    """Where sign-in links lead: Apizee's own address, with nothing behind it."""
    return _signpost_to("", request)


async def _signpost(request: Request) -> Response:
    return _signpost_to(request.path_params["path"].partition("/")[0], request)


def _signpost_to(page: str, request: Request) -> Response:
    """Says what would be here, and under which name somebody joins."""
    what = _PAGES.get(page, "a page of Apizee's")
    return HTMLResponse(render("signpost.html", what=what, name=request.query_params.get("name", "")))


def _medium(world: World) -> Callable[[Request], Awaitable[Response]]:
    """A photo or recording as somebody sees it who is signed in at Apizee."""

    async def show(request: Request) -> Response:
        try:
            medium = world.medium(request.path_params["hash"])
        except NotThisWorlds:
            return HTMLResponse(render("signpost.html", what="a photo or recording that is not there", name=""), 404)
        return Response(content_of(medium.mime, medium.hash), media_type=medium.mime)

    return show
