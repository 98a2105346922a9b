"""What Apizee's links lead to when people follow them: a signpost instead of a video session, photos as they are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.apizee import World
from sandbox.apizee.pictures.photos import content_of
from sandbox.apizee.records import NotThisWorlds

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class Signpost:
    """What would be at a place."""

    title: str
    about: str


_MEETING: Final = Signpost("A video meeting", "Here guests and agents would see and hear each other.")
_ELSEWHERE: Final = Signpost("A page of Apizee's", "The sandbox does not know what would be here.")
_NO_MEDIUM: Final = Signpost("Nothing to see", "This photo or recording is not there, or not yet.")
_PLACES: Final[Mapping[str, Signpost]] = {
    "": Signpost("The agents' portal", "Here agents would be signed in and find their sessions."),
    "diag": Signpost("The customer's side", "Here the customer would agree and show what their camera sees."),
    "entrypoint": Signpost("The agent's side", "Here the agent would see through the customer's camera."),
    "i": Signpost("The customer's invitation", "Here the customer would read what the link in the message is for."),
    "m": _MEETING,
    "meet": _MEETING,
    "quick-invitation": Signpost("A form to invite a customer", "Here an agent could invite without the bot."),
}


def with_pages_for_people(api: ASGIApp, world: World) -> ASGIApp:
    """Return the sandbox Apizee for programs, which call its API or bring a bearer, and these pages for people."""
    pages = Starlette(
        routes=[Route("/media/showVideo/{enterprise}/hash/{hash}", _medium(world)), Route("/{path:path}", _signpost)]
    )

    async def sandbox(scope: Scope, receive: Receive, send: Send) -> None:
        is_program = "/apizee/api/" in scope.get("path", "") or "authorization" in Request(scope).headers
        await (api if is_program else pages)(scope, receive, send)

    return sandbox


async def agents_portal(_request: Request) -> Response:
    """Where sign-in links lead: Apizee's own address, with nothing behind it."""
    return _shown(_PLACES[""])


async def _signpost(request: Request) -> Response:
    place = request.path_params["path"].partition("/")[0]
    return _shown(_PLACES.get(place, _ELSEWHERE), name=request.query_params.get("name", ""))


def _shown(signpost: Signpost, *, name: str = "", status: int = 200) -> Response:
    """Says what would be here, and under which name somebody joins."""
    html = _template().render(title=signpost.title, about=signpost.about, name=name)
    return HTMLResponse(html, status, _HEADERS)


def _medium(world: World) -> Callable[[Request], Awaitable[Response]]:
    """Return a photo or recording as somebody sees it who is signed in at Apizee."""

    async def show(request: Request) -> Response:
        try:
            medium = world.medium(request.path_params["hash"])
        except NotThisWorlds:
            return _shown(_NO_MEDIUM, status=404)
        return Response(content_of(medium.mime, medium.hash), media_type=medium.mime)

    return show


@cache
def _template() -> Template:
    loader = PackageLoader("playground.page", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("signpost.html")
