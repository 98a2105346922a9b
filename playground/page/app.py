"""The page over HTTP: one address that draws it, one that takes deeds, and its style and script."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from playground.page.deeds import DEEDS
from playground.page.scene import draw
from playground.page.stage import Stage
from playground.page.viewpoint import Viewpoint

_STATIC: Final = Path(__file__).parent / "static"
_SEE_OTHER: Final = 303
_LONGEST_WAIT: Final = 30.0
_HEADERS: Final = {
    "Cache-Control": "no-store",
    # No rule for forms: a button with an address leads out of here by one.
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def build_page(stage: Stage) -> Starlette:
    """The page for this stage, to be mounted at the root."""

    async def page(request: Request) -> Response:
        return await _page(stage, request)

    async def deed(request: Request) -> Response:
        return await _deed(stage, request)

    return Starlette(
        routes=[
            Route("/", page),
            Route("/do/{deed}", deed, methods=["POST"]),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ]
    )


async def _page(stage: Stage, request: Request) -> Response:
    """The page; with `Prefer: wait` (RFC 7240) and `If-None-Match`, as soon as it differs from what is known."""
    viewpoint, known = Viewpoint.of(request.query_params), request.headers.get("if-none-match")
    seconds = _wait(request)
    if known and seconds:
        await _until_changed(stage, request, lambda: _etag(draw(stage, viewpoint)) != known, seconds)
    html = draw(stage, viewpoint)
    headers = {**_HEADERS, "ETag": _etag(html)}
    return Response(status_code=304, headers=headers) if known == _etag(html) else HTMLResponse(html, headers=headers)


async def _deed(stage: Stage, request: Request) -> Response:
    """Do it, and show the page as it is then; 400 for what cannot be done."""
    viewpoint = Viewpoint.of(request.query_params)
    deed = DEEDS.get(request.path_params["deed"])
    if deed is None:
        return PlainTextResponse("There is no such deed.", 404)
    try:
        leads_to = await deed(stage, viewpoint, QueryParams(await request.body()))
    except (LookupError, ValueError):
        return PlainTextResponse("This cannot be done: go back and reload the page.", 400)
    return RedirectResponse(leads_to or viewpoint.address(), _SEE_OTHER, _HEADERS)


async def _until_changed(stage: Stage, request: Request, has_changed: Callable[[], bool], seconds: float) -> None:
    """Wait until either sandbox has changed what is seen, for so long at most, or until nobody waits any more."""
    works = [one.wait_for(has_changed, timeout=seconds) for one in (stage.workspace, stage.world)]
    waits = [asyncio.create_task(work) for work in (*works, _gone(request))]
    _, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in pending:
        wait.cancel()
    await asyncio.gather(*waits, return_exceptions=True)


async def _gone(request: Request) -> bool:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return True


def _wait(request: Request) -> float:
    name, _, seconds = request.headers.get("prefer", "").partition("=")
    return min(float(seconds), _LONGEST_WAIT) if name == "wait" and seconds.isdecimal() else 0.0


def _etag(html: str) -> str:
    return f'"{hashlib.sha256(html.encode()).hexdigest()[:32]}"'
