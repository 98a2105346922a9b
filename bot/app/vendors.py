"""Slack and Apizee, each behind one pool of connections."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

import aiohttp
import httpx
from slack_sdk.web.async_client import AsyncWebClient

from bot.apizee.budget import Budget
from bot.apizee.client import Apizee
from bot.apizee.timing import ApizeeTiming
from bot.apizee.token import Token
from bot.app.connections import WayOut, to_apizee, to_slack
from bot.app.memory import Memory
from bot.installation.flow import OAuthFlow
from bot.installation.rotation import TokenRotation, rotating
from bot.jobs import Jobs
from bot.manifest import optional_scopes, required_scopes
from bot.settings import Settings
from bot.slack.client import Slack
from bot.slack.oauth import OAuth
from bot.slack.workspaces import OneWorkspace, Workspaces, WorkspaceTokens
from bot.store.installations import OAuthStates


@dataclass(frozen=True, slots=True)
class Vendors:
    """The two vendors; `slack_client` is the one that acts in no workspace."""

    slack: Slack
    slack_client: AsyncWebClient
    workspaces: Workspaces
    oauth: OAuth | None
    apizee: Apizee
    budget: Budget


@asynccontextmanager
async def opened(settings: Settings, memory: Memory, timing: ApizeeTiming) -> AsyncIterator[Vendors]:
    """Both vendors; neither needs to answer yet."""
    way = WayOut.from_settings(settings)
    async with to_slack(way) as slack_http, to_apizee(way) as apizee_http, AsyncExitStack() as stack:
        client_with = partial(_slack_client, settings, slack_http)
        oauth = _oauth(settings, client_with(None))
        rotation = await stack.enter_async_context(rotating(memory.installations, oauth)) if oauth else None
        workspaces = _workspaces(settings, rotation, client_with)
        slack = Slack(
            workspaces.client,
            slack_http,
            api_url=settings.slack_api_url,
            on_error=lambda method, code: memory.metrics.count("slack_errors_total", method=method, error=code),
        )
        budget = Budget(
            memory.redis,
            user=settings.apizee_username,
            per_minute=settings.apizee_requests_per_minute,
            window=timing.budget_window,
        )
        apizee = _apizee(settings, memory, apizee_http, budget, timing)
        yield Vendors(slack, client_with(None), workspaces, oauth, apizee, budget)


def installing(memory: Memory, vendors: Vendors, jobs: Jobs) -> OAuthFlow | None:
    """How workspaces install the bot; `None` where it serves the one whose token it was given."""
    if not (isinstance(vendors.workspaces, WorkspaceTokens) and vendors.oauth):
        return None
    return OAuthFlow(
        oauth=vendors.oauth,
        states=OAuthStates(memory.redis),
        installations=memory.installations,
        workspaces=vendors.workspaces,
        cleaning=jobs,
    )


def _slack_client(settings: Settings, http: aiohttp.ClientSession, token: str | None) -> AsyncWebClient:
    return AsyncWebClient(
        token=token,
        base_url=settings.slack_api_url,
        session=http,
        # The gateway says what may be repeated; the library's own handler repeats posts.
        retry_handlers=[],
    )


def _oauth(settings: Settings, client: AsyncWebClient) -> OAuth | None:
    """How workspaces agree to the bot; `None` where it serves the one whose token it was given."""
    client_id, client_secret = settings.slack_client_id, settings.slack_client_secret
    if not (client_id and client_secret):
        return None
    return OAuth(
        client,
        client_id=client_id,
        client_secret=client_secret.get_secret_value(),
        redirect_uri=f"{settings.public_url}/slack/oauth_redirect",
        scopes=[*required_scopes(), *optional_scopes()],
    )


def _workspaces(
    settings: Settings, rotation: TokenRotation | None, client_with: Callable[[str], AsyncWebClient]
) -> Workspaces:
    if rotation is None:
        token = settings.slack_bot_token
        return OneWorkspace(client_with(token.get_secret_value() if token else ""))
    return WorkspaceTokens(rotation.current, client_with)


def _apizee(
    settings: Settings, memory: Memory, http: httpx.AsyncBaseTransport, budget: Budget, timing: ApizeeTiming
) -> Apizee:
    def count(operation: str, status: int) -> None:
        memory.metrics.count("apizee_requests_total", operation=operation, status=str(status))

    def count_set_aside(operation: str, number: int) -> None:
        memory.metrics.count("apizee_items_set_aside_total", number, operation=operation)

    token = Token(
        memory.redis,
        http=http,
        base_url=settings.apizee_api_url,
        username=settings.apizee_username,
        password=settings.apizee_password.get_secret_value(),
        sealer=memory.keys,
        budget=budget,
        on_request=count,
        timing=timing,
    )
    return Apizee(
        http=http,
        base_url=settings.apizee_api_url,
        enterprise_id=settings.apizee_enterprise_id,
        token=token,
        budget=budget,
        on_request=count,
        on_set_aside=count_set_aside,
        timing=timing,
    )
