"""The connections to Slack's Web API: a pool, and clients on top of it."""

from __future__ import annotations

from typing import Final

import aiohttp
from pydantic_core import to_json
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbound import Outbound

_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)


def slack_session(outbound: Outbound) -> aiohttp.ClientSession:
    """Open the pool of connections to Slack, which the caller closes; needs a running loop."""
    return outbound.session(timeout=_TIMEOUT, json_serialize=_as_json)


def web_client(http: aiohttp.ClientSession, api_url: str, token: str | None = None) -> AsyncWebClient:
    """Return a client of Slack's Web API that acts with a token; without one it acts in no workspace."""
    # No retry handlers: the gateway says what may be repeated, the library's own handler repeats posts.
    return AsyncWebClient(token=token, base_url=api_url, session=http, retry_handlers=[])


def _as_json(value: object) -> str:
    return to_json(value).decode()
