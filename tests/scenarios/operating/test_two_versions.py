"""An upgrade while people work: the last release and the bot that is here share one Redis, and nobody notices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
from docket import Worker
from redis.asyncio import Redis

from bot.jobs.connection import PipelinedDocket
from bot.store import keys
from bot.store.keys.of_queue import NAME
from playground.demo import free_port
from sandbox.apizee.webhooks import WebhookSender
from sandbox.slack.default_world import TEAM, U_EN
from tests.fixtures.last_release import last_release, unpacked
from tests.scenarios.environment import Environment, Vendors, said, vendors
from tests.scenarios.process import BOT, Running, in_environment, program, redis_server
from tests.scenarios.waiting import nothing_is_requested
from tests.scenarios.webhooks import HEADER, SECRET

CUSTOMER = "+33 6 62 68 21 93"
ONE_WEB_PROCESS = ("serve", "--no-worker")


@dataclass(frozen=True)
class Versions:
    """What starts a process of either version, and the vendors that both work with."""

    around: Vendors
    folder: Path
    settings: Mapping[str, Mapping[str, str]]

    @asynccontextmanager
    async def web(self, which: str) -> AsyncIterator[Environment]:
        """Yield the environment of one that answers Slack, and leaves the work to others."""
        port = str(free_port())
        url = f"http://127.0.0.1:{port}"
        settings = {**self.settings[which], "PORT": port}
        async with program([*BOT, *ONE_WEB_PROCESS], settings, self.folder, url=url) as running:
            await running.says("listening")
            sender = WebhookSender(self.around.apizee, f"{url}/apizee/webhooks", {HEADER: SECRET})
            async with in_environment(url, self.around) as environment, sender.sending():
                yield environment
            assert await running.end() == 0

    @asynccontextmanager
    async def worker(self, which: str) -> AsyncIterator[Running]:
        """Yield one that does the work."""
        async with program([*BOT, "worker"], self.settings[which], self.folder) as running:
            await running.says("working")
            yield running
            assert await running.end() == 0


@pytest.fixture
async def versions(tmp_path: Path) -> AsyncIterator[Versions]:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    async with redis_server(tmp_path) as redis, vendors(redis.url, tmp_path) as around:
        settings = {**around.environment, "APIZEE_WEBHOOK_SECRET": SECRET}
        older = {**settings, **unpacked(tmp_path / "older")}
        yield Versions(around, folder, {"the last release": older, "here": settings})


async def test_the_wheel_is_what_runs_as_the_last_release(versions: Versions) -> None:
    _, number, *_ = last_release().name.split("-")
    async with program([*BOT, "--version"], versions.settings["the last release"], versions.folder) as running:
        assert await running.ended() == 0
    assert running.lines == [f"apizee-slack {number}\n"]


@pytest.mark.parametrize(("web", "worker"), [("the last release", "here"), ("here", "the last release")])
async def test_a_session_goes_from_its_command_to_its_photos(versions: Versions, web: str, worker: str) -> None:
    async with versions.web(web) as environment, versions.worker(worker) as working:
        await environment.assist(f"{CUSTOMER} ref:CASE-1")
        ticket = await environment.invited()
        environment.customer_comes(ticket, photos=2)
        await environment.slack.wait_for(lambda: "camera allowed" in said(environment.cards()[0]))
        await environment.people.click(U_EN, environment.cards()[0], "session_refresh")
        environment.apizee.hangs_up(ticket.id)
        await environment.slack.wait_for(lambda: "Done" in said(environment.cards()[0]), 30)
        await environment.slack.wait_for(lambda: len(environment.slack.files) == 2, 30)
        await environment.assist("find CASE-1")
        await environment.private_message(str(ticket.id))
        await environment.assist("list")
        await environment.private_message("no open")
        assert len(environment.apizee.outbox) == 1
        assert not unexpected(working)


async def test_each_process_is_replaced_in_turn_while_people_type(versions: Versions) -> None:
    """Workers first, then what answers Slack, as the documentation has it; and the same way back."""
    typed: list[str] = []

    async def type_some(environment: Environment) -> None:
        for _ in range(5):
            typed.append(f"customer{len(typed)}@client.com")
            await environment.assist(typed[-1])

    async with versions.web("the last release") as before:
        async with versions.worker("the last release"):
            await type_some(before)
        async with versions.worker("here") as working:
            await type_some(before)
            async with versions.web("here") as after:
                await type_some(after)
            await type_some(before)
            async with versions.worker("the last release") as again:
                assert await working.end() == 0
                await type_some(before)
                outbox = before.apizee.outbox
                await before.apizee.wait_for(lambda: len(outbox) >= len(typed), 60)
                assert sorted(one.to for one in outbox) == sorted(typed)
                assert not unexpected(again)


async def test_what_only_a_later_version_understands_waits_for_it(versions: Versions) -> None:
    """The last release stands for an old one here: it meets a job and a record of a kind that came after it."""
    ran = asyncio.Event()

    async def job_of_a_later_version(_team: str, _session: str) -> None:
        ran.set()

    url = versions.around.environment["REDIS_URL"]
    async with Redis.from_url(url) as redis, PipelinedDocket(NAME, url) as docket:
        async with versions.web("here") as environment, versions.worker("the last release") as working:
            await docket.add(job_of_a_later_version, key="later")(TEAM, "s1")
            await working.says("job_of_a_later_version")
            await environment.assist(CUSTOMER)
            await environment.invited()
            await nothing_is_requested(redis)
            [session] = cast("list[bytes]", await redis.zrange(keys.open_sessions(TEAM), 0, -1))
            await as_if_a_later_version_had_written(redis, keys.session(TEAM, session.decode()))
            await environment.assist("list")
            await working.says("record_unread")
            await environment.assist("ann@example.com")
            await environment.slack.wait_for(lambda: len(environment.apizee.outbox) == 2)
            met = [line for line in working.lines if "job_of_a_later_version" in line]
            assert len(met) < 10
        docket.register(job_of_a_later_version)
        async with asyncio.timeout(60), Worker(docket) as later:
            running = asyncio.create_task(later.run_forever())
            await ran.wait()
            running.cancel()


async def as_if_a_later_version_had_written(redis: Redis, key: str) -> None:
    """Put a higher number of the format into a record, behind its version and the mark."""
    kept = await redis.hget(key, "body")
    assert isinstance(kept, bytes)
    await redis.hset(key, "body", kept[:3] + bytes([kept[3] + 1]) + kept[4:])


def unexpected(running: Running) -> list[str]:
    """Return what a process said that nobody should have to read."""
    return [line for line in running.lines if '"error"' in line or "Traceback" in line]
