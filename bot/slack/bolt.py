"""Bolt, as this bot uses it: behind the guard, with listeners known by name, and no call to Slack before they run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.listeners import Listeners, name_of

ClientFor = Callable[[str], Awaitable[AsyncWebClient]]

_AFTER_THE_TOKEN: Final = frozenset({("event", "app_uninstalled"), ("event", "tokens_revoked")})
"""Events that tell of the end of a workspace's token: nobody can act in it any more."""


class ExactApp(AsyncApp):
    """Bolt's app, with listeners that are known by name.

    Bolt's own way is left to what has no listener: checks of the address and of the certificate, and the answer
    to what nobody knows.
    """

    def __init__(self, client: AsyncWebClient, client_for: ClientFor, listeners: Listeners) -> None:
        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            # Bolt's own would ask auth.test, in many workspaces on every request.
            token = (await client_for(team_id or "")).token
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

        super().__init__(
            client=client,
            authorize=authorize,
            # The guard has verified the raw bytes; over Socket Mode nothing is signed.
            request_verification_enabled=False,
            ssl_check_enabled=True,
        )
        self._client_for = client_for
        self._known = listeners
        for handler in listeners.error_handlers:
            self.error(handler)

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Answer when the listener has returned: it does nothing but acknowledge what is already durable."""
        name = name_of(req.body)
        listener = self._known.named(name)
        if listener is None:
            return await super().async_dispatch(req)
        try:
            if name not in _AFTER_THE_TOKEN:
                await self._authorize(req)
            await listener.run_ack_function(request=req, response=BoltResponse(status=200))
        except Exception as error:  # noqa: BLE001  # what Bolt hands to the error handler as well
            return await self._failed(req, error)
        return req.context.ack.response or await req.context.ack()

    async def _authorize(self, req: AsyncBoltRequest) -> None:
        """Have the listener act in the workspace; Bolt would make a client for each request."""
        client = await self._client_for(req.context.team_id or "")
        req.context["client"], req.context["token"] = client, client.token

    async def _failed(self, req: AsyncBoltRequest, error: Exception) -> BoltResponse:
        answer = BoltResponse(status=500)
        await self.listener_runner.listener_error_handler.handle(error=error, request=req, response=answer)
        return answer


def bolt_request(payload: Mapping[str, Any], headers: Mapping[str, Sequence[str]]) -> AsyncBoltRequest:
    """A request that has passed the guard, for Bolt.

    Bolt's own parser takes a form for an interaction wherever the word “payload” stands in it, and would lose
    `/assist find payload`. A parsed body is for Bolt one from a socket.
    """
    return AsyncBoltRequest(body=dict(payload), headers=dict(headers), mode="socket_mode")
