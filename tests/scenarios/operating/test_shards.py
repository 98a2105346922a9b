"""Two installations share the workspaces of one Slack app; HAProxy leads each request to the one with its workspace."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.container import build
from playground.demo import free_port
from sandbox.apizee import build_app as apizee_app
from sandbox.loopback import serving
from sandbox.slack import SlackClientSide, Workspace
from sandbox.slack import build_app as slack_app
from sandbox.slack.default_world import TEAM, U_EN
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Environment, settings_of
from tests.scenarios.process import listened_to, program, redis_server
from tests.scenarios.two_workspaces import BETA, BETA_PASSWORD, BETA_USER, environment_of, install, worlds

EXAMPLE = Path(__file__).parents[3] / "deploy" / "proxy" / "haproxy.cfg"
CUSTOMER = "+33 6 62 68 21 93"

pytestmark = pytest.mark.skipif(shutil.which("haproxy") is None, reason="HAProxy is not here")


@dataclass(frozen=True)
class Installation:
    """A bot with a Redis of its own, and the people of its workspace, whom Slack leads to the front."""

    people: Environment
    redis: Redis

    async def teams(self) -> set[bytes]:
        """Return the workspaces of which its Redis has anything."""
        keys = [key async for key in self.redis.scan_iter(match="*")]
        return {found[1] for key in keys if (found := re.match(rb"apizee:\{(T0\w+)\}", key))}


@asynccontextmanager
async def leading(ports: Sequence[int], map_of_workspaces: str, folder: Path) -> AsyncIterator[str]:
    """Yield the address of an HAProxy with the example's file, which leads to these ports."""
    port = free_port()
    text = EXAMPLE.read_text("utf-8").replace(
        "bind :443 ssl crt /etc/haproxy/bot.example.com.pem", f"bind 127.0.0.1:{port}"
    )
    for example, real in zip(("127.0.0.1:3000", "127.0.0.1:3100"), ports, strict=True):
        assert example in text
        text = text.replace(example, f"127.0.0.1:{real}")
    (folder / "workspaces.map").write_text(map_of_workspaces, "utf-8")
    (folder / "haproxy.cfg").write_text(text.replace("/etc/haproxy", str(folder)), "utf-8")
    async with program(["haproxy", "-db", "-f", str(folder / "haproxy.cfg")], {}, folder):
        await listened_to(port)
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def two_installations(folder: Path, map_of_workspaces: str) -> AsyncIterator[tuple[Installation, Installation]]:
    """Yield the installation of acme, and that of beta."""
    acme, beta = Workspace(bot_token="xoxb-acme"), Workspace(bot_token="xoxb-beta", team=BETA)
    accounts = worlds()
    accesses: tuple[dict[str, str], ...] = (
        {},
        {"APIZEE_USERNAME": BETA_USER, "APIZEE_PASSWORD": BETA_PASSWORD, "APIZEE_ENTERPRISE_ID": "2"},
    )
    async with AsyncExitStack() as stack:
        apizee_url = await stack.enter_async_context(serving(apizee_app(*accounts)))
        slack_url = await stack.enter_async_context(serving(slack_app(acme, beta)))
        apps, urls, stores = [], [], []
        for workspace, access in zip((acme, beta), accesses, strict=True):
            workspace.address, workspace.is_installed = slack_url, False
            place = folder / workspace.team
            place.mkdir()
            server = await stack.enter_async_context(redis_server(place))
            settings = environment_of(slack_url, apizee_url, server.url, place)
            stores.append(server.url)
            settings |= {"ALLOWED_WORKSPACES": workspace.team, **access}
            apps.append(await stack.enter_async_context(build(settings_of(settings), timing=SLOW_MACHINE)))
            await stack.enter_async_context(apps[-1].worker.working())
            urls.append(await stack.enter_async_context(serving(apps[-1].web)))
        ports = [int(url.rpartition(":")[2]) for url in urls]
        front = await stack.enter_async_context(leading(ports, map_of_workspaces, folder))
        found = []
        for workspace, world, app, url, store in zip((acme, beta), accounts, apps, urls, stores, strict=True):
            people = await stack.enter_async_context(SlackClientSide.over_http(workspace, front))
            await install(Environment(workspace, world, people, url, app))
            redis = await stack.enter_async_context(Redis.from_url(store))
            found.append(Installation(Environment(workspace, world, people, front, app), redis))
        yield found[0], found[1]


async def test_each_workspace_is_served_by_its_own_installation_and_nothing_crosses(tmp_path: Path) -> None:
    async with two_installations(tmp_path, f"{BETA} second\n") as (acme, beta):
        for one in (acme, beta):
            people = one.people
            await people.assist(f"{CUSTOMER} ref:CASE-1 name:team_id={BETA if one is acme else TEAM}")
            await people.private_message("name:team_id")
            await people.assist(f"{CUSTOMER} ref:CASE-1")
            await people.invited()
            await people.people.click(U_EN, people.cards()[0], "session_refresh")
            await people.people.open_home(U_EN)
            await people.slack.wait_for(partial(people.slack.home, U_EN))
            await people.meet("")
            await people.form()
            await people.settled()
        assert [len(one.people.apizee.tickets) for one in (acme, beta)] == [1, 1]
        assert (await acme.teams(), await beta.teams()) == ({TEAM.encode()}, {BETA.encode()})


async def test_a_workspace_that_is_led_to_the_wrong_installation_reads_so_and_nothing_is_kept(tmp_path: Path) -> None:
    async with two_installations(tmp_path, f"{TEAM} first\n") as (acme, beta):
        delivered = await beta.people.people.command(U_EN, "C0SUPPORT", "/assist", CUSTOMER)
        assert "no longer installed" in delivered.body
        assert not beta.people.apizee.tickets
        assert BETA.encode() not in await acme.teams()
