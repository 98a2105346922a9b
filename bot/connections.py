"""Opens what the settings name: Redis, and the pools of connections to Slack and Apizee."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

import aiohttp
import httpx
from redis.asyncio import Redis
from yarl import URL

from bot.apizee.connection import apizee_transport
from bot.jobs.connection import PipelinedDocket
from bot.model.accounts import ApizeeAccount
from bot.outbound import Outbound
from bot.settings import Settings
from bot.slack.connection import slack_session
from bot.store.keys.of_queue import NAME
from bot.store.server.connection import connect
from bot.store.server.embedded import EmbeddedTiming, redis_address
from bot.timing import Timing

_EVENT_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)


@dataclass(frozen=True, slots=True)
class Connections:
    """The bot's connections; `docket` is still to be entered."""

    redis: Redis
    docket: PipelinedDocket
    outbound: Outbound
    slack: aiohttp.ClientSession
    events: aiohttp.ClientSession
    apizee: httpx.AsyncBaseTransport


@asynccontextmanager
async def connections(settings: Settings, timing: Timing) -> AsyncIterator[Connections]:
    """Open all connections, and close them in reverse; raises `CannotStart` without the embedded Redis."""
    outbound = outbound_of(settings)
    async with AsyncExitStack() as stack:
        redis_url = await stack.enter_async_context(redis_of(settings, timing.embedded))
        redis = connect(redis_url, patience=timing.redis.answer)
        stack.push_async_callback(redis.aclose)
        slack = await stack.enter_async_context(slack_session(outbound))
        events = await stack.enter_async_context(outbound.session(timeout=_EVENT_TIMEOUT))
        apizee = await stack.enter_async_context(apizee_transport(outbound))
        yield Connections(redis, PipelinedDocket(NAME, redis_url, timing.redis), outbound, slack, events, apizee)


def operators_account(settings: Settings) -> ApizeeAccount | None:
    """Return the Apizee account of the settings; `None` where each workspace has to connect its own."""
    username, password, enterprise = settings.apizee_username, settings.apizee_password, settings.apizee_enterprise_id
    if username is None or password is None or enterprise is None:
        return None
    secret = settings.apizee_webhook_secret
    return ApizeeAccount(
        username=username,
        password=password.get_secret_value(),
        enterprise_id=enterprise,
        webhook_secret=secret.get_secret_value() if secret else "",
        default_agent=settings.apizee_default_agent,
        meeting_service_key=settings.apizee_meeting_service_key,
    )


def redis_of(settings: Settings, timing: EmbeddedTiming | None = None) -> AbstractAsyncContextManager[str]:
    """Give the address of the operator's Redis, or start the embedded one until left."""
    redis_url = settings.redis_url
    return redis_address(redis_url.get_secret_value() if redis_url else None, settings.data_dir, timing)


def outbound_of(settings: Settings) -> Outbound:
    """Return through which proxy Slack and Apizee are reached, and which certificates are trusted."""
    given = {"https": settings.https_proxy, "http": settings.http_proxy}
    proxies = {scheme: URL(proxy.get_secret_value()) for scheme, proxy in given.items() if proxy}
    return Outbound(proxies, settings.no_proxy or "", settings.ssl_cert_file)
