"""The bot as operators run it: processes that share one Redis, start, stop in order and say what is wrong."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from playground.demo import free_port
from sandbox.apizee import faults as apizee_faults
from sandbox.apizee.model import Operation
from sandbox.slack import SlackClientSide
from sandbox.slack import faults as slack_faults
from sandbox.slack.default_world import U_EN
from tests.scenarios.environment import Environment, Vendors, vendors
from tests.scenarios.process import BOT, in_environment, program, serving, staged_by, working

CUSTOMER = "+33 6 62 68 21 93"
PROCFILE = Path(__file__).parents[3] / "Procfile"


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[Vendors]:
    """Vendors of a bot without `REDIS_URL`: its data are in `DATA_DIR`."""
    async with vendors("", tmp_path / "data") as around:
        yield around
    assert redis_is_gone(around)


def redis_is_gone(around: Vendors) -> bool:
    """Whether no server was left behind by the processes that used it."""
    return not Path(around.environment["DATA_DIR"], "redis", "redis.sock").exists()


# ── Together ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_one_answers_and_another_works(around: Vendors, tmp_path: Path) -> None:
    async with staged_by(around, tmp_path, "--no-worker") as (bot, environment):
        await environment.assist(CUSTOMER)
        assert not environment.apizee.requests
        async with working(around.environment, tmp_path) as worker:
            await environment.invited()
            assert await worker.end() == 0
        assert await bot.end() == 0


async def test_without_a_redis_of_their_own_they_share_the_one_that_comes_along(
    embedded: Vendors, tmp_path: Path
) -> None:
    async with (
        working(embedded.environment, tmp_path) as worker,
        staged_by(embedded, tmp_path, "--no-worker") as (bot, environment),
    ):
        await environment.assist(CUSTOMER)
        await environment.invited()
        assert [await worker.end(), await bot.end()] == [0, 0]


async def test_what_is_known_outlives_a_restart(embedded: Vendors, tmp_path: Path) -> None:
    async with staged_by(embedded, tmp_path) as (bot, environment):
        await environment.assist(CUSTOMER)
        await environment.invited()
        assert await bot.end() == 0
    async with staged_by(embedded, tmp_path) as (bot, environment):
        await environment.assist("list")
        await environment.private_message("+33 6 •• •• •• 93")
        assert await bot.end(signal.SIGINT) == 0  # as Ctrl-C does
        assert not any("Traceback" in line or '"where": [' in line for line in bot.lines)


async def test_the_procfile_gets_a_card_on_the_wall(embedded: Vendors, tmp_path: Path) -> None:
    installed = tmp_path / "bin" / "apizee-slack"
    installed.parent.mkdir()
    installed.write_text(f'#!/bin/sh\nexec {" ".join(BOT)} "$@"\n')
    installed.chmod(0o755)
    port = str(free_port())
    honcho = [sys.executable, "-m", "honcho", "--procfile", str(PROCFILE), "start", "--port", port]
    path = f"{installed.parent}{os.pathsep}{os.environ['PATH']}"
    settings = embedded.environment | {"HOST": "127.0.0.1", "PATH": path}
    async with program(honcho, settings, tmp_path, url=f"http://127.0.0.1:{port}") as runner:
        await asyncio.gather(runner.says("listening"), runner.says("working"))
        async with in_environment(runner.url, embedded) as environment:
            await environment.assist(CUSTOMER)
            await environment.invited()
        await runner.end()
        assert not any("SIGKILL" in line for line in runner.lines)


# ── Stopping ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_was_acknowledged_is_finished_before_the_bot_stops(embedded: Vendors, tmp_path: Path) -> None:
    embedded.slack.faults.switch_on(slack_faults.Slow(0.5), "chat.postMessage")
    async with staged_by(embedded, tmp_path) as (bot, environment):
        await environment.assist(CUSTOMER)
        assert await bot.end() == 0
        await environment.invited()


@pytest.mark.slow
async def test_vendors_that_hang_do_not_keep_the_bot_from_stopping(embedded: Vendors, tmp_path: Path) -> None:
    embedded.apizee.faults.switch_on(apizee_faults.NeverReached(), Operation.TOKEN)
    embedded.slack.faults.switch_on(slack_faults.Slow(30), "views.open")
    async with staged_by(embedded, tmp_path) as (bot, environment):
        await environment.assist(CUSTOMER)
        await environment.assist("")
        await environment.slack.wait_for(environment.cards)
        async with asyncio.timeout(10):
            assert await bot.end() == 0


# ── What is wrong is said in a line ──────────────────────────────────────────────────────────────────────


async def test_a_port_that_is_taken_is_named(around: Vendors, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        async with program([*BOT, "serve"], around.environment | {"PORT": port}, tmp_path) as bot:
            assert await bot.ended() == 2
    (line,) = bot.lines
    assert f"127.0.0.1:{port}" in line
    assert "HOST and PORT" in line


async def test_wrong_settings_are_named_one_by_one(around: Vendors, tmp_path: Path) -> None:
    wrong = {"APIZEE_ENTERPRISE_ID": "Acme", "APIZEE_PASSWORD": "", "REDIS_URL": "http://localhost", "PORT": "0"}
    async with program([*BOT, "worker"], around.environment | wrong, tmp_path) as bot:
        assert await bot.ended() == 2
    assert sorted(line.split()[0] for line in bot.lines) == sorted(wrong)


# ── Socket Mode ──────────────────────────────────────────────────────────────────────────────────────────


async def test_behind_a_firewall_slack_is_reached_through_a_socket(around: Vendors, tmp_path: Path) -> None:
    settings = around.environment | {"SLACK_APP_TOKEN": around.slack.credentials.app_token, "SLACK_SIGNING_SECRET": ""}
    async with serving(settings, tmp_path) as bot:
        await around.slack.wait_for(lambda: around.slack.link.is_up)
        environment = Environment(around.slack, around.apizee, SlackClientSide.over_socket(around.slack), bot.url)
        await environment.assist(CUSTOMER)
        await environment.invited()
        await environment.people.click(U_EN, await environment.card("Invited"), "session_open")
        await environment.modal("gave no sign-in link")
        async with httpx.AsyncClient() as http:
            assert (await http.post(f"{bot.url}/slack/events")).status_code == httpx.codes.NOT_FOUND
            assert (await http.get(f"{bot.url}/readyz")).status_code == httpx.codes.OK
        assert await bot.end() == 0
