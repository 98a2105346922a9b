"""Several accounts behind one address, as at Apizee: each request belongs to the API user who sends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.apizee.rest.middleware import fields_of
from sandbox.apizee.world import World


class SeveralAccounts:
    """Passes requests on to the application of the account whose token or user name they have, else to the first."""

    def __init__(self, apps: Sequence[tuple[World, ASGIApp]]) -> None:
        self._apps = apps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read a request, and pass it on whole."""
        request = Request(scope, receive)
        body = await request.body()
        app = self._app_of(request.headers, fields_of(request, body) | dict(request.query_params))
        is_read = False

        async def receive_again() -> Message:
            nonlocal is_read
            if is_read:
                return await receive()
            is_read = True
            return {"type": "http.request", "body": body}

        await app(scope, receive_again, send)

    def _app_of(self, headers: Headers, fields: Mapping[str, str]) -> ASGIApp:
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        for world, app in self._apps:
            if bearer in world.accounts.tokens or (not bearer and fields.get("username") in world.accounts.users):
                return app
        return self._apps[0][1]
