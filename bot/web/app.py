"""The door to the web: what is let in, what is answered, and the headers on every answer."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, TypeAlias

import structlog
from prometheus_client import CONTENT_TYPE_LATEST
from slack_bolt import BoltResponse
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.deferred.join_links import JoinLinks, JoinTarget
from bot.model.errors import KnownError, Unreadable
from bot.slack.verification import MOST_BYTES, Guard, Refused
from bot.ui.pages import Pages, language_for
from bot.ui.text import translator_for

log = structlog.get_logger(__name__)


Dispatch: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[BoltResponse]]
"""Takes the payload of a request that has passed the guard."""

Probe: TypeAlias = Callable[[], Awaitable[None]]
"""Raises a `KnownError` when what it asks is down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebTiming:
    """The waits of the door to the web, in seconds."""

    probe: float = 1.0
    """So soon a dependency says that it is up."""
    reading: float = 3.0
    """For the whole body of a request; Slack itself gives up after three seconds."""


Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

REQUIRED_DEPENDENCY: Final = frozenset({"redis", "worker"})
"""Without them nothing can be promised to anybody; all else may be away for a while."""

NOT_KEPT: Final = {"Cache-Control": "no-store"}
"""The headers of an answer that is for one person or for one moment."""

SLACK_PATH: Final = "/slack/events"

_ON_EVERY_ANSWER: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_DEVICES: Final = ("camera", "microphone", "geolocation", "display-capture")


def build(
    *,
    door: Guard | None,
    dispatch: Dispatch,
    probes: Mapping[str, Probe],
    metrics: Callable[[], Awaitable[str]],
    join: JoinLinks | None,
    more_routes: Sequence[BaseRoute] = (),
    timing: WebTiming | None = None,
) -> ASGIApp:
    """The routes of the contract; without a `door` (Socket Mode) or `join` (no public address) these lead nowhere."""
    timing = timing or WebTiming()
    routes: list[BaseRoute] = [
        Route("/healthz", _alive),
        Route("/readyz", _readiness(probes, timing.probe)),
        Route("/metrics", _numbers(metrics)),
        *more_routes,
    ]
    if join is not None:
        routes.append(Route("/join/{token}", _join_page(join, Pages())))
    middleware = [Middleware(_SafeHeaders), Middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BYTES)]
    app = Starlette(routes=routes, middleware=middleware, exception_handlers={Exception: _server_error})
    app.router.redirect_slashes = False  # a redirect would repeat whatever host the request claims
    return app if door is None else Router(SlackEndpoint(door, dispatch, timing.reading), app)


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


def _readiness(probes: Mapping[str, Probe], within: float) -> Endpoint:
    async def readyz(_request: Request) -> Response:
        answers = await asyncio.gather(*(_answers(probe, within) for probe in probes.values()))
        report = dict(zip(probes, answers, strict=True))
        status = (
            HTTPStatus.OK
            if all(report.get(name, True) for name in REQUIRED_DEPENDENCY)
            else HTTPStatus.SERVICE_UNAVAILABLE
        )
        return JSONResponse({name: {"ok": ok} for name, ok in report.items()}, status, NOT_KEPT)

    return readyz


async def _answers(probe: Probe, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            await probe()
    except (KnownError, TimeoutError):
        return False
    return True


def _numbers(metrics: Callable[[], Awaitable[str]]) -> Endpoint:
    async def numbers(_request: Request) -> Response:
        return Response(await metrics(), media_type=CONTENT_TYPE_LATEST)

    return numbers


class Router:
    """Slack's requests go straight to their door, which looks after itself; all others through Starlette's layers."""

    def __init__(self, slack: ASGIApp, others: ASGIApp) -> None:
        self._slack = slack
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        is_slacks = scope["type"] == "http" and scope["path"] == SLACK_PATH
        await (self._slack if is_slacks else self._others)(scope, receive, send)


class SlackEndpoint:
    """`/slack/events`, for every method: the guard decides on that as well."""

    def __init__(self, guard: Guard, dispatch: Dispatch, reading_seconds: float) -> None:
        self._guard = guard
        self._dispatch = dispatch
        self._reading_seconds = reading_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except Exception as error:  # noqa: BLE001  # the last line of defence: it is logged, and apologised for
            response = await _server_error(request, error)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            payload = await self._let_in(request)
        except Refused as refused:
            log.info("refused a request to Slack's address", status=refused.status.value, reason=refused.reason)
            return PlainTextResponse(refused.reason, refused.status, {**refused.headers, **_ON_EVERY_ANSWER})
        return _response(await self._dispatch(payload))

    async def _let_in(self, request: Request) -> Mapping[str, Any]:
        self._guard.check_head(request.method, request.headers)
        return self._guard.check(request.method, request.headers, await _read(request, self._reading_seconds))


async def _read(request: Request, within: float) -> bytes:
    try:
        async with asyncio.timeout(within):
            return await read_at_most(request, MOST_BYTES)
    except TimeoutError:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, "body came too slowly") from None
    except ClientDisconnect:
        raise Refused(HTTPStatus.BAD_REQUEST, "body ended early") from None


async def read_at_most(request: Request, most: int) -> bytes:
    """The body; of one that is longer than `most` bytes so much that it is seen to be longer."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            break
    return bytes(body)


def _response(answer: BoltResponse) -> Response:
    response = Response(answer.body, answer.status, _ON_EVERY_ANSWER)
    for name, values in answer.headers.items():
        for value in values:
            response.headers.append(name, value)
    return response


def _join_page(links: JoinLinks, pages: Pages) -> Endpoint:
    async def join(request: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        language = language_for(request.headers.get("accept-language", ""))
        translate = translator_for(language)
        try:
            target = links.target(request.path_params["token"])
        except Unreadable:
            lost = pages.no_meeting(translate, language=language, nonce=nonce)
            return HTMLResponse(lost, HTTPStatus.NOT_FOUND, NOT_KEPT | policy(nonce))
        page = pages.meeting(target.address, target.participant, translate, language=language, nonce=nonce)
        return HTMLResponse(page, headers=NOT_KEPT | policy(nonce, target.origin) | _devices(target))

    return join


def policy(nonce: str, framed: str = "'none'") -> dict[str, str]:
    """Nothing but the page's own style and, in the frame, the meeting; https://www.w3.org/TR/CSP3/."""
    rules = (
        "default-src 'none'",
        f"style-src 'nonce-{nonce}'",
        f"frame-src {framed}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return {"Content-Security-Policy": "; ".join(rules)}


def _devices(target: JoinTarget) -> dict[str, str]:
    """What the meeting may ask the person for; https://www.w3.org/TR/permissions-policy/."""
    return {"Permissions-Policy": ", ".join(f'{device}=(self "{target.origin}")' for device in _DEVICES)}


async def _server_error(_request: Request, error: Exception) -> Response:
    """The answer to a fault of ours. The address stays out of the log: it may hold a token."""
    reference = secrets.token_hex(4)
    log.error("a request failed", reference=reference, exc_info=error)
    text = f"Something went wrong. Reference: {reference}"
    return PlainTextResponse(text, HTTPStatus.INTERNAL_SERVER_ERROR, _ON_EVERY_ANSWER)


class _SafeHeaders:
    """Adds to every answer the headers it does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and look at what comes back."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ON_EVERY_ANSWER.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_safely)
