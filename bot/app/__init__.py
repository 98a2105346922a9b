"""The one place that builds: settings become connections, connections become services, services are handed on.

`memory` opens Redis, `vendors` Slack and Apizee, `work` puts the durable work together, `front` what faces Slack
and the web. Everything is opened here and closed in reverse.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from slack_sdk.web.async_client import AsyncWebClient
from starlette.types import ASGIApp

import handlers
from bot.app import following, front, memory, vendors, work
from bot.app.connections import WayOut
from bot.deferred.background import Background
from bot.jobs import NAME, Jobs
from bot.jobs.connection import PipelinedDocket
from bot.metrics import Metrics
from bot.policy.agents import Agents
from bot.sessions.admission import AckGate
from bot.settings import Settings
from bot.slack.dispatch import Dispatcher
from bot.slack.listeners import Listeners
from bot.timing import Timing


@dataclass(frozen=True, slots=True)
class App:
    """The running bot's parts that the command line drives."""

    web: ASGIApp
    jobs: Jobs
    dispatcher: Dispatcher
    slack_client: AsyncWebClient
    way: WayOut

    @asynccontextmanager
    async def socket_mode(self, app_token: str) -> AsyncIterator[None]:
        """Take Slack's deliveries from a socket that we open, where Slack cannot reach us over HTTP."""
        # Imported late: who takes deliveries over HTTP starts without it.
        from slack_sdk.socket_mode.aiohttp import SocketModeClient  # noqa: PLC0415  # as said above

        socket = SocketModeClient(app_token, web_client=self.slack_client)
        socket.socket_mode_request_listeners.append(self.dispatcher.take)
        # Its own session knows neither our proxy nor our certificates.
        socket.aiohttp_client_session, its_own = self.way.session(), socket.aiohttp_client_session
        await its_own.close()
        await socket.connect()  # type: ignore[no-untyped-call]  # slack_sdk's
        try:
            yield
        finally:
            await socket.close()  # type: ignore[no-untyped-call]  # likewise


@asynccontextmanager
async def build(settings: Settings, *, timing: Timing | None = None) -> AsyncIterator[App]:
    """Open everything that the settings ask for; Slack and Apizee need not answer yet, nor a Redis of one's own.

    `timing` is how long each part waits, and how often jobs are tried.

    Raises `CannotStart` where the embedded Redis cannot be started.
    """
    timing = timing or Timing()
    async with AsyncExitStack() as stack:
        redis_url = await stack.enter_async_context(memory.server(settings, timing.embedded))
        kept = await stack.enter_async_context(memory.opened(settings, redis_url, timing.redis))
        around = await stack.enter_async_context(vendors.opened(settings, kept, timing.apizee))
        docket = await stack.enter_async_context(PipelinedDocket(NAME, redis_url, timing.redis))
        background, gate = Background(timing.answer), AckGate(timing.answer)
        stack.push_async_callback(background.close)
        agents = Agents(
            around.slack,
            default_login=settings.apizee_default_agent,
            admins=frozenset(settings.admin_users),
            timing=timing.agents,
        )
        jobs = work.jobs(settings, kept, around, docket, agents, gate, timing=timing)
        sync = following.sync(settings, kept, around, docket, jobs, agents, timing.follow)
        await stack.enter_async_context(following.pulse(settings, kept, docket).felt())
        installing = vendors.installing(kept, around, jobs)
        listeners = Listeners()
        services = front.services(settings, kept, around, agents, background, jobs, installing, gate, timing.answer)
        handlers.register(listeners, services)
        dispatcher = Dispatcher(around.workspaces.client, listeners, partial(_count_dropped, kept.metrics))
        routes = front.more_routes(installing, following.webhook_endpoint(settings, sync), settings)
        website = front.website(settings, kept, around, jobs, dispatcher, routes, timing.web)
        yield App(website, jobs, dispatcher, around.slack_client, WayOut.from_settings(settings))


def _count_dropped(metrics: Metrics, kind: str, reason: str) -> None:
    metrics.count("payloads_dropped_total", kind=kind, reason=reason)
