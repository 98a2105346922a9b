"""The one place that builds: settings become connections, connections become services, services are handed on.

Everything is opened here and closed in reverse.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import aiohttp
import httpx
from docket import Docket
from httpx_aiohttp import AiohttpTransport
from redis.asyncio import Redis
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette

import handlers
from bot import web
from bot.apizee.budget import Budget
from bot.apizee.client import Apizee
from bot.apizee.token import Token
from bot.errors import StoreAway
from bot.install import InstallPages
from bot.jobs import NAME, Jobs
from bot.manifest import optional_scopes, required_scopes
from bot.metrics import Metrics, Series, series
from bot.model import Kind, Session
from bot.services.agents import Agents
from bot.services.assistance import Assistance
from bot.services.background import Background
from bot.services.board import Board
from bot.services.by_hand import quick_invitation
from bot.services.doors import Doors
from bot.services.errands import ErrandRunner
from bot.services.forms import Forms
from bot.services.home import Home
from bot.services.installing import Installing
from bot.services.intake import Intake
from bot.services.join import JoinLinks
from bot.services.locating import Locator
from bot.services.lookups import Lookups
from bot.services.meetings import Meetings
from bot.services.refreshing import Refresher
from bot.services.rooms import Room
from bot.services.starting import Starter
from bot.settings import Settings
from bot.slack.bolt import bolt_app, bolt_request
from bot.slack.gateway import Slack
from bot.slack.guard import Guard
from bot.slack.installations import InstalledWorkspaces, OneWorkspace, Workspaces
from bot.slack.oauth import OAuth
from bot.store.connection import connect, translated
from bot.store.counters import Counters
from bot.store.embedded import EmbeddedRedis
from bot.store.errands import Errands
from bot.store.installations import Installations, OAuthStates
from bot.store.secrets import KeyRing
from bot.store.sessions import Sessions
from bot.ui.pages import Pages
from handlers.desk import Desk

_SLACK_ANSWERS_WITHIN = aiohttp.ClientTimeout(total=10)
_FLUSHED_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class App:
    """The running bot's parts that the command line drives."""

    web: Starlette
    jobs: Jobs
    bolt: AsyncApp

    @asynccontextmanager
    async def socket_mode(self, app_token: str) -> AsyncIterator[None]:
        """Take Slack's deliveries from a socket that we open, where Slack cannot reach us over HTTP."""
        handler = AsyncSocketModeHandler(self.bolt, app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's
        try:
            yield
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]  # likewise


@dataclass(frozen=True, slots=True)
class _Memory:
    """What is kept in Redis, and with which keys."""

    redis: Redis
    keys: KeyRing
    metrics: Metrics
    counters: Counters
    sessions: Sessions
    errands: Errands
    installations: Installations


@dataclass(frozen=True, slots=True)
class _Remote:
    """The two vendors; `slack_client` is the one that acts in no workspace."""

    slack: Slack
    slack_client: AsyncWebClient
    workspaces: Workspaces
    apizee: Apizee
    budget: Budget


@asynccontextmanager
async def build(settings: Settings) -> AsyncIterator[App]:
    """Open everything that the settings ask for; Slack and Apizee need not answer yet, nor a Redis of one's own.

    Raises `CannotStart` where the embedded Redis cannot be started.
    """
    async with AsyncExitStack() as stack:
        redis_url = await _redis_url(settings, stack)
        memory = await stack.enter_async_context(_memory(settings, redis_url))
        remote = await stack.enter_async_context(_remote(settings, memory))
        docket = await stack.enter_async_context(Docket(NAME, redis_url, execution_ttl=timedelta(0)))
        background = Background()
        stack.push_async_callback(background.close)
        agents = Agents(remote.slack, default_login=settings.apizee_default_agent)
        jobs = _jobs(settings, memory, remote, docket, agents)
        installing = _installing(settings, memory, remote, jobs)
        bolt = bolt_app(remote.slack_client, remote.workspaces.token)
        handlers.register(bolt, _desk(settings, memory, remote, agents, background, jobs, installing))
        yield App(web=_web(settings, memory, remote, jobs, bolt, installing), jobs=jobs, bolt=bolt)


async def _redis_url(settings: Settings, stack: AsyncExitStack) -> str:
    if settings.redis_url:
        return settings.redis_url.get_secret_value()
    return (await stack.enter_async_context(EmbeddedRedis(settings.data_dir))).url


@asynccontextmanager
async def _memory(settings: Settings, redis_url: str) -> AsyncIterator[_Memory]:
    redis, metrics = connect(redis_url), Metrics()
    given = [key.get_secret_value() for key in settings.encryption_keys]
    keys = KeyRing.from_settings_or_file(given, settings.data_dir)
    retention = timedelta(days=settings.retention_days)
    sessions = Sessions(redis, keys, retention, on_state=partial(_count_state, metrics))
    counters = Counters(redis, metrics)
    flushing = asyncio.create_task(_flush_forever(counters))
    try:
        yield _Memory(redis, keys, metrics, counters, sessions, Errands(redis, keys), Installations(redis, keys))
    finally:
        flushing.cancel()
        with suppress(StoreAway):
            await counters.flush()
        await redis.aclose()


@asynccontextmanager
async def _remote(settings: Settings, memory: _Memory) -> AsyncIterator[_Remote]:
    async with (
        aiohttp.ClientSession(timeout=_SLACK_ANSWERS_WITHIN) as slack_http,
        httpx.AsyncClient(transport=AiohttpTransport()) as apizee_http,
    ):
        client_with = partial(_slack_client, settings, slack_http)
        workspaces = _workspaces(settings, memory, client_with)
        slack = Slack(
            workspaces.client,
            slack_http,
            api_url=settings.slack_api_url,
            on_error=lambda method, code: memory.metrics.count("slack_errors_total", method=method, error=code),
        )
        budget = Budget(memory.redis, user=settings.apizee_username, per_minute=settings.apizee_requests_per_minute)
        yield _Remote(slack, client_with(None), workspaces, _apizee(settings, memory, apizee_http, budget), budget)


def _slack_client(settings: Settings, http: aiohttp.ClientSession, token: str | None) -> AsyncWebClient:
    return AsyncWebClient(
        token=token,
        base_url=settings.slack_api_url,
        session=http,
        # The gateway says what may be repeated; the library's own handler repeats posts.
        retry_handlers=[],
    )


def _workspaces(settings: Settings, memory: _Memory, client_with: Callable[[str], AsyncWebClient]) -> Workspaces:
    if settings.slack_bot_token and not settings.slack_client_id:
        return OneWorkspace(client_with(settings.slack_bot_token.get_secret_value()))
    return InstalledWorkspaces(memory.installations.get, client_with)


def _installing(settings: Settings, memory: _Memory, remote: _Remote, jobs: Jobs) -> Installing | None:
    client_id, client_secret = settings.slack_client_id, settings.slack_client_secret
    if not (isinstance(remote.workspaces, InstalledWorkspaces) and client_id and client_secret):
        return None
    oauth = OAuth(
        remote.slack_client,
        client_id=client_id,
        client_secret=client_secret.get_secret_value(),
        redirect_uri=f"{settings.public_url}/slack/oauth_redirect",
        scopes=[*required_scopes(), *optional_scopes()],
    )
    return Installing(
        oauth=oauth,
        states=OAuthStates(memory.redis),
        installations=memory.installations,
        workspaces=remote.workspaces,
        cleaning=jobs,
    )


def _apizee(settings: Settings, memory: _Memory, http: httpx.AsyncClient, budget: Budget) -> Apizee:
    token = Token(
        memory.redis,
        http=http,
        base_url=settings.apizee_api_url,
        username=settings.apizee_username,
        password=settings.apizee_password.get_secret_value(),
        sealer=memory.keys,
        budget=budget,
    )
    return Apizee(
        http=http,
        base_url=settings.apizee_api_url,
        enterprise_id=settings.apizee_enterprise_id,
        token=token,
        budget=budget,
        on_request=lambda operation, status: memory.metrics.count(
            "apizee_requests_total", operation=operation, status=str(status)
        ),
    )


def _jobs(settings: Settings, memory: _Memory, remote: _Remote, docket: Docket, agents: Agents) -> Jobs:
    assistance, meetings = Assistance(remote.apizee), Meetings(remote.apizee, agents)
    rooms: Mapping[Kind, Room] = {Kind.ASSISTANCE: assistance, Kind.MEETING: meetings}
    board = Board(remote.slack, memory.sessions)
    locator = Locator(memory.sessions, remote.slack)
    starter = Starter(
        sessions=memory.sessions,
        slack=remote.slack,
        agents=agents,
        board=board,
        rooms=rooms,
        by_hand=partial(quick_invitation, settings.apizee_api_url),
        command=settings.assist_command,
    )
    errands = ErrandRunner(
        errands=memory.errands,
        slack=remote.slack,
        agents=agents,
        locator=locator,
        doors=Doors(remote.apizee, meetings, _join(settings, memory)),
        lookups=Lookups(
            sessions=memory.sessions, locator=locator, apizee=remote.apizee, assistance=assistance, meetings=meetings
        ),
        refresher=Refresher(memory.sessions, locator, board, rooms),
        home=Home(remote.slack, memory.sessions, agents),
        command=settings.assist_command,
    )
    return Jobs(docket, sessions=starter, errands=errands, workspaces=memory.installations, metrics=memory.metrics)


def _desk(
    settings: Settings,
    memory: _Memory,
    remote: _Remote,
    agents: Agents,
    background: Background,
    jobs: Jobs,
    installing: Installing | None,
) -> Desk:
    return Desk(
        intake=Intake(memory.sessions, memory.errands, jobs),
        agents=agents,
        forms=Forms(remote.slack, agents, background),
        slack=remote.slack,
        background=background,
        installing=installing,
        metrics=memory.metrics,
        assist_command=settings.assist_command,
        meet_command=settings.meet_command,
        region=settings.default_region,
    )


def _web(
    settings: Settings, memory: _Memory, remote: _Remote, jobs: Jobs, bolt: AsyncApp, installing: Installing | None
) -> Starlette:
    async def redis_answers() -> None:
        with translated():
            await memory.redis.ping()

    async def numbers() -> str:
        return await memory.counters.render(await _gauges(remote.budget, jobs))

    secret = settings.slack_signing_secret
    return web.build(
        door=Guard(secret.get_secret_value()) if secret and not settings.slack_app_token else None,
        dispatch=partial(_dispatch, bolt),
        probes={web.INDISPENSABLE: redis_answers},
        metrics=numbers,
        join=_join(settings, memory),
        more_routes=InstallPages(installing, Pages(), command=settings.assist_command).routes() if installing else (),
    )


def _join(settings: Settings, memory: _Memory) -> JoinLinks | None:
    return JoinLinks(settings.public_url, memory.keys) if settings.public_url else None


async def _dispatch(bolt: AsyncApp, body: str, headers: Mapping[str, Sequence[str]]) -> web.SlackAnswer:
    answer = await bolt.async_dispatch(bolt_request(body, headers))
    return web.SlackAnswer(answer.status, answer.headers, answer.body)


async def _gauges(budget: Budget, jobs: Jobs) -> dict[Series, float]:
    try:
        spent, lag = await budget.remaining(), await jobs.lag()
    except StoreAway:
        return {}
    return {
        series("apizee_budget_limit"): spent.limit,
        series("apizee_budget_used"): spent.used,
        series("apizee_budget_waiting"): spent.waiting,
        series("job_lag_seconds"): lag,
    }


def _count_state(metrics: Metrics, session: Session) -> None:
    metrics.count("sessions_total", kind=session.kind.value, state=session.state.value)


async def _flush_forever(counters: Counters) -> None:
    while True:
        await asyncio.sleep(_FLUSHED_EVERY)
        with suppress(StoreAway):
            await counters.flush()
