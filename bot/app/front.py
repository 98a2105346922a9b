"""What faces Slack and the web: the listeners' desk, and the routes of the website."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.apizee.budget import Budget
from bot.app.memory import Memory
from bot.app.vendors import Vendors
from bot.app.work import join_links
from bot.deferred.background import Background
from bot.deferred.forms import Forms
from bot.installation.flow import OAuthFlow
from bot.installation.routes import OAuthRoutes
from bot.jobs import Jobs
from bot.metrics import Series, series
from bot.model.errors import StoreUnavailable
from bot.model.timing import AnswerTiming
from bot.policy.agents import Agents
from bot.sessions.admission import AckGate
from bot.sessions.intake import Intake
from bot.settings import Settings
from bot.slack.dispatch import Dispatcher
from bot.slack.verification import Guard
from bot.store.server.connection import takes_writes
from bot.ui.pages import Pages
from bot.web import app as web
from bot.web.webhooks import WebhookEndpoint
from handlers.services import Services


def services(
    settings: Settings,
    memory: Memory,
    vendors: Vendors,
    agents: Agents,
    background: Background,
    jobs: Jobs,
    installing: OAuthFlow | None,
    gate: AckGate,
    timing: AnswerTiming,
) -> Services:
    """What every listener is handed."""
    return Services(
        intake=Intake(memory.sessions, memory.deferred, jobs, gate, timing),
        agents=agents,
        forms=Forms(vendors.slack, agents, background),
        slack=vendors.slack,
        background=background,
        installing=installing,
        metrics=memory.metrics,
        assist_command=settings.assist_command,
        meet_command=settings.meet_command,
        region=settings.default_region,
    )


def website(
    settings: Settings,
    memory: Memory,
    vendors: Vendors,
    jobs: Jobs,
    dispatcher: Dispatcher,
    more_routes: Sequence[BaseRoute],
    timing: web.WebTiming,
) -> ASGIApp:
    """The routes of the contract."""

    async def numbers() -> str:
        return await memory.counters.render(await _gauges(memory, vendors.budget, jobs))

    secret = settings.slack_signing_secret
    return web.build(
        door=Guard(secret.get_secret_value()) if secret and not settings.slack_app_token else None,
        dispatch=partial(_dispatch, dispatcher),
        probes={"redis": partial(takes_writes, memory.redis), "worker": jobs.check},
        metrics=numbers,
        join=join_links(settings, memory),
        more_routes=more_routes,
        timing=timing,
    )


def more_routes(installing: OAuthFlow | None, door: WebhookEndpoint | None, settings: Settings) -> list[BaseRoute]:
    """The routes that are there only where they are of use."""
    pages = OAuthRoutes(installing, Pages(), command=settings.assist_command).routes() if installing else []
    return [*pages, *(door.routes() if door else [])]


async def _dispatch(dispatcher: Dispatcher, payload: Mapping[str, Any]) -> web.SlackAnswer:
    answer = await dispatcher.answer(payload)
    return web.SlackAnswer(answer.status, answer.headers, answer.body)


async def _gauges(memory: Memory, budget: Budget, jobs: Jobs) -> dict[Series, float]:
    try:
        spent, lag, set_aside = await budget.remaining(), await jobs.lag(), await memory.set_aside.count()
    except StoreUnavailable:
        return {}
    return {
        series("apizee_budget_limit"): spent.limit,
        series("apizee_budget_used"): spent.used,
        series("apizee_budget_waiting"): spent.waiting,
        series("job_lag_seconds"): lag,
        series("jobs_set_aside"): set_aside,
    }
