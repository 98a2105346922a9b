"""Builds the web application: its routes, the headers on every answer, and whether the bot is ready."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeAlias

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.model.errors import KnownError
from bot.slack.received.verification import MOST_BYTES
from bot.web.responses import NOT_KEPT, ON_EVERY_ANSWER, server_error
from bot.web.slack import Router

Probe: TypeAlias = Callable[[], Awaitable[None]]
"""Raises a `KnownError` when the dependency that it asks is down."""

OURS: Final = {"X-Apizee-Slack": "alive"}
"""What shows that it is this bot that answers at an address, and not whatever else is there."""

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]

REQUIRED_DEPENDENCY: Final = frozenset({"redis", "worker", "accepting", "socket"})
"""Without them nothing can be promised to anybody; all else may be away for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebTiming:
    """The waits for what comes in over the web, in seconds."""

    probe: float = 1.0
    """Within which a dependency says that it is up."""
    reading: float = 3.0
    """For the whole body of a request; Slack itself gives up after three seconds."""


def build(
    *,
    slack_endpoint: ASGIApp | None,
    probes: Mapping[str, Probe],
    metrics: Callable[[], Awaitable[str]],
    more_routes: Sequence[BaseRoute] = (),
    timing: WebTiming | None = None,
) -> ASGIApp:
    """Return the application; without a `slack_endpoint` (Socket Mode) nothing answers at Slack's address."""
    routes = [
        Route("/healthz", _alive),
        Route("/readyz", _readiness(probes, (timing or WebTiming()).probe)),
        Route("/metrics", _metrics(metrics)),
        *more_routes,
    ]
    middleware = [Middleware(_SafeHeaders), Middleware(RequestBodyLimitMiddleware, max_body_size=MOST_BYTES)]
    app = Starlette(routes=routes, middleware=middleware, exception_handlers={Exception: server_error})
    app.router.redirect_slashes = False  # a redirect would repeat whatever host the request claims
    return app if slack_endpoint is None else Router(slack_endpoint, app)


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok", headers=OURS)


def _readiness(probes: Mapping[str, Probe], within: float) -> Endpoint:
    async def readyz(_request: Request) -> Response:
        answers = await asyncio.gather(*(_is_up(probe, within) for probe in probes.values()))
        report = dict(zip(probes, answers, strict=True))
        is_ready = all(report.get(name, True) for name in REQUIRED_DEPENDENCY)
        status = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse({name: {"ok": ok} for name, ok in report.items()}, status, NOT_KEPT)

    return readyz


async def _is_up(probe: Probe, within: float) -> bool:
    try:
        async with asyncio.timeout(within):
            await probe()
    except (KnownError, TimeoutError):
        return False
    return True


def _metrics(render: Callable[[], Awaitable[str]]) -> Endpoint:
    async def metrics(_request: Request) -> Response:
        return Response(await render(), media_type=CONTENT_TYPE_LATEST)

    return metrics


class _SafeHeaders:
    """Adds to every answer the headers that it does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and complete its answer."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ON_EVERY_ANSWER.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_safely)
