"""Two workspaces that installed the bot by themselves, and two Apizee accounts behind one address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.container import Container, build
from bot.settings import Settings
from bot.timing import Timing
from bot.web.server import IDLE_CONNECTIONS_STAY
from sandbox.apizee import World
from sandbox.apizee import build_app as apizee_app
from sandbox.loopback import serving
from sandbox.slack import SlackClientSide, Workspace
from sandbox.slack import build_app as slack_app
from sandbox.slack.client.deliveries import Delivered
from sandbox.slack.default_world import TEAM, U_ADMIN
from sandbox.slack.model import Credentials
from sandbox.slack.organisation import Organisation
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import ENCRYPTION_KEY, Environment, settings_of

BETA = "T0BETA"
BETA_USER = "api@beta.example"
BETA_PASSWORD = "beta's password, which nobody sees again"
WEBHOOK_SECRET = "beta's webhook secret"


@dataclass(frozen=True)
class Two:
    """One bot; `acme` works with the operator's account, `beta` with whichever it connects."""

    acme: Environment
    beta: Environment
    app: Container
    url: str
    settings: Settings
    environment: dict[str, str]

    async def connect(self, environment: Environment, **typed: object) -> Delivered:
        """Open the Home, press “Connect Apizee”, fill in the form and send it; answers once the form is sent."""
        await environment.people.open_home(U_ADMIN)
        await environment.slack.wait_for(lambda: environment.slack.home(U_ADMIN))
        home = environment.slack.home(U_ADMIN)
        assert home
        await environment.people.click_in_view(home, "home_connect")
        await environment.form(U_ADMIN)
        given = {"username": BETA_USER, "password": BETA_PASSWORD, "enterprise": "2"}
        return await environment.people.submit(U_ADMIN, given | typed)

    async def connected(self, environment: Environment, **typed: object) -> None:
        """Connect an account, and wait until the window says that it is connected."""
        await self.connect(environment, **typed)
        await says(environment, "now works with the Apizee account")
        await environment.people.close(U_ADMIN)

    async def connect_beta(self, **typed: object) -> None:
        """Connect beta's own account."""
        await self.connected(self.beta, **typed)


async def says(environment: Environment, words: str, *, user: str = U_ADMIN) -> None:
    """Wait until the window before somebody says some words."""

    def said() -> bool:
        view = environment.slack.open_view(user)
        return view is not None and words in str(view.body)

    await environment.slack.wait_for(said)


def worlds(**beta: Any) -> tuple[World, World]:  # noqa: ANN401  # what a world takes
    """Return the operator's account and beta's, whose ids do not overlap."""
    own = {"user": BETA_USER, "password": BETA_PASSWORD, "enterprise_id": 2, "first_id": 700_000}
    return World(requests_per_minute=None), World(**{"requests_per_minute": None, **own, **beta})


@asynccontextmanager
async def two_workspaces(
    redis_url: str,
    data_dir: Path,
    accounts: tuple[World, World],
    *,
    timing: Timing = SLOW_MACHINE,
    organisation: Organisation | None = None,
    **settings: object,
) -> AsyncIterator[Two]:
    """Yield the bot among both, installed in each by its administrators, or once by those of their organisation."""
    acme = Workspace(bot_token="xoxb-acme", organisation=organisation)
    beta = Workspace(bot_token="xoxb-beta", team=BETA, organisation=organisation)
    for workspace in (acme, beta):
        workspace.is_installed = False
    async with AsyncExitStack() as stack:
        apizee_url = await stack.enter_async_context(serving(apizee_app(*accounts)))
        slack_url = await stack.enter_async_context(serving(slack_app(acme, beta)))
        acme.address = beta.address = slack_url
        environment = environment_of(slack_url, apizee_url, redis_url, data_dir)
        given = settings_of(environment, **settings)
        app = await stack.enter_async_context(build(given, timing=timing))
        await stack.enter_async_context(app.worker.working())
        url = await stack.enter_async_context(serving(app.web, keep_alive=IDLE_CONNECTIONS_STAY))
        sides = [
            Environment(
                workspace, world, await stack.enter_async_context(SlackClientSide.over_http(workspace, url)), url, app
            )
            for workspace, world in zip((acme, beta), accounts, strict=True)
        ]
        for side in sides[:1] if organisation else sides:
            await install(side)
        beta.is_installed = True
        yield Two(sides[0], sides[1], app, url, given, environment)


async def install(environment: Environment) -> httpx.Response:
    """Let an administrator of a workspace install the app in it."""
    async with httpx.AsyncClient(base_url=environment.bot_url, trust_env=False) as browser:
        away = await browser.get("/slack/install")
        asked = parse_qs(urlsplit(away.headers["location"]).query)
        kept = away.headers["set-cookie"].partition(";")[0]
        back = {"code": environment.slack.authorize(), "state": asked["state"][0]}
        return await browser.get("/slack/oauth_redirect", params=back, headers={"Cookie": kept})


def environment_of(slack_url: str, apizee_url: str, redis_url: str, data_dir: Path) -> dict[str, str]:
    """Return the settings of a bot that people install in their workspaces by themselves."""
    credentials = Credentials()
    return {
        "SLACK_SIGNING_SECRET": credentials.signing_secret,
        "SLACK_CLIENT_ID": credentials.client_id,
        "SLACK_CLIENT_SECRET": credentials.client_secret,
        "SLACK_API_URL": f"{slack_url}/api/",
        "ALLOWED_WORKSPACES": f"{TEAM},*",
        "PUBLIC_URL": "https://bot.example.com",
        "APIZEE_API_URL": f"{apizee_url}/api",
        "APIZEE_USERNAME": "api@apizee.com",
        "APIZEE_PASSWORD": "sandbox-password",
        "APIZEE_ENTERPRISE_ID": "1",
        "APIZEE_REQUESTS_PER_MINUTE": "1000",
        "APIZEE_POLL_SECONDS": "1",
        "REDIS_URL": redis_url,
        "DATA_DIR": str(data_dir),
        "ENCRYPTION_KEYS": ENCRYPTION_KEY,
        "LOG_FORMAT": "json",
    }
