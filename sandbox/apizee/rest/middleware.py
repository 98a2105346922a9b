"""What every request passes: hooks and faults, the request log, the limit, the bearer, and only then the work."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import URL
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.apizee.faults import Outcome, Silence
from sandbox.apizee.model import Operation, Request
from sandbox.apizee.records import NotThisWorlds
from sandbox.apizee.rest.errors import RefusedError, not_found, too_many, unauthorized
from sandbox.apizee.urls import Links
from sandbox.apizee.world import World
from sandbox.loopback import HANG_UP


@dataclass(frozen=True, slots=True)
class Call:
    """A request as the endpoints see it: the query string, the fields of its body, parts of its path."""

    at: datetime
    method: str
    url_path: str
    path: dict[str, Any]
    query: dict[str, str]
    form: dict[str, str]
    has_body: bool
    bearer: str
    links: Links


class Endpoint:
    """The ASGI endpoint of one operation."""

    def __init__(self, world: World, operation: Operation, work: Callable[[World, Call], Response]) -> None:
        self._world = world
        self._operation = operation
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or leave it unanswered where a fault will have it so."""
        call = await _read(HttpRequest(scope, receive), self._world)
        user, begun = self._user(call), time.monotonic()
        outcome = await self._outcome(call, user)
        self._log(call, user, outcome, time.monotonic() - begun)
        if isinstance(outcome, Response):
            await outcome(scope, receive, send)
        else:
            await _stay_silent(outcome, scope, receive)

    async def _outcome(self, call: Call, user: str | None) -> Outcome:
        await self._world.before(self._operation)
        wait = self._world.limit.count(user, self._operation) if user and self._operation.is_counted else 0
        if wait:
            return too_many(wait).answer()
        fault = self._world.faults.due(self._operation)
        instead = fault.instead(self._world.accounts)
        if instead is not None:
            return instead
        answer = self._answer(call)
        await self._world.after(self._operation)
        return await fault.spoil(answer)

    def _answer(self, call: Call) -> Response:
        try:
            self._check_bearer(call)
            return self._work(self._world, call)
        except RefusedError as refused:
            return refused.answer()
        except NotThisWorlds as unknown:
            return not_found(str(unknown)).answer()

    def _check_bearer(self, call: Call) -> None:
        if self._operation is not Operation.TOKEN and self._world.accounts.user_of(call.bearer) is None:
            raise unauthorized("access_token")

    def _user(self, call: Call) -> str | None:
        if self._operation is Operation.TOKEN:
            return (call.form | call.query).get("username")
        return self._world.accounts.user_of(call.bearer)

    def _log(self, call: Call, user: str | None, outcome: Outcome, seconds: float) -> None:
        entry = Request(
            operation=self._operation,
            method=call.method,
            path=call.url_path,
            query={name: value for name, value in call.query.items() if name != "password"},
            form_body_present=call.has_body,
            status=outcome.status_code if isinstance(outcome, Response) else None,
            at=call.at,
            user=user,
            seconds=seconds,
        )
        self._world.requests.append(entry)
        self._world.changed()


async def _read(request: HttpRequest, world: World) -> Call:
    body = await request.body()
    return Call(
        at=world.clock(),
        method=request.method,
        url_path=request.url.path,
        path=request.path_params,
        query=dict(request.query_params),
        form=fields_of(request, body),
        has_body=bool(body),
        bearer=request.headers.get("authorization", "").removeprefix("Bearer "),
        links=_links(request.scope, world),
    )


def fields_of(request: HttpRequest, body: bytes) -> dict[str, str]:
    """Return the body's fields, whether they came as a form or as JSON."""
    if "json" not in request.headers.get("content-type", ""):
        return dict(parse_qsl(body.decode(errors="replace")))
    try:
        fields = json.loads(body)
    except ValueError:
        return {}
    return {name: str(value) for name, value in fields.items()} if isinstance(fields, dict) else {}


def _links(scope: Scope, world: World) -> Links:
    """Media lie under the address of this request, the mount point included."""
    own = str(URL(scope=scope).replace(path=scope.get("root_path", ""), query="")).rstrip("/")
    return Links(own=own, people=world.people_url or own, enterprise=world.enterprise_id)


async def _stay_silent(silence: Silence, scope: Scope, receive: Receive) -> None:
    """Close the connection, or wait until the caller does.

    Raises `ConnectionResetError` where the server offers no way to close a connection, as in-process transports do.
    """
    if silence is Silence.HANG_UP:
        hang_up = scope.get("state", {}).get(HANG_UP)
        if hang_up is None:
            message = "the sandbox hung up"
            raise ConnectionResetError(message)
        hang_up()
    await receive()  # the body was read: all that can come now is the end of the connection
