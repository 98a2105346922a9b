"""Bolt, as this bot uses it: behind the guard, without a call to Slack before a listener runs."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import parse_qsl

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

TokenFor = Callable[[str], Awaitable[str]]


def bolt_app(client: AsyncWebClient, token_for: TokenFor) -> AsyncApp:
    """An app without listeners. `token_for` answers the bot token of a workspace from a cache.

    With `process_before_response` the answer goes out when the listener returns: Bolt's other way polls
    for the acknowledgement every 10 ms. Our listeners do nothing but acknowledge what is already durable.
    """

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # Bolt's own would ask auth.test, in many workspaces on every request.
        token = await token_for(team_id or "")
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    return AsyncApp(
        client=client,
        authorize=authorize,
        process_before_response=True,
        # The guard has verified the raw bytes; over Socket Mode nothing is signed.
        request_verification_enabled=False,
        ssl_check_enabled=True,
    )


def bolt_request(body: str, headers: Mapping[str, Sequence[str]]) -> AsyncBoltRequest:
    """A request that has passed the guard, for Bolt.

    Its payload is handed over as JSON: Bolt takes a form for an interaction wherever the word “payload” stands in
    it, and would lose `/assist find payload`.
    """
    form = {} if body.startswith("{") else dict(parse_qsl(body, keep_blank_values=True))
    payload = form.get("payload", json.dumps(form)) if form else body
    return AsyncBoltRequest(body=payload, headers=dict(headers))
