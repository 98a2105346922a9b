"""A revoked token, a worker with another key: the work is set aside, operators see it, and nothing runs hot."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet
from structlog.testing import capture_logs

from bot.container import build
from bot.jobs.attempts import RetryPolicy
from sandbox.slack.default_world import U_EN
from sandbox.slack.faults import Refuses
from tests.fixtures.timing import SLOW_MACHINE
from tests.scenarios.environment import Environment, Vendors, new_environment, settings_of
from tests.scenarios.process import commanded, staged_by

CUSTOMER = "+33 6 62 68 21 93"
SOON = replace(SLOW_MACHINE, retry=RetryPolicy(first_pause=0.02, longest_pause=0.1))


@pytest.fixture(autouse=True)
def unwritten() -> Iterator[None]:
    """Nobody reads the log: tracebacks in colours would take most of the time."""
    with capture_logs():
        yield


async def said_by(settings: Mapping[str, str], folder: Path, *words: str) -> tuple[int, str]:
    """Return what `apizee-slack jobs …` says, and its exit code."""
    return await commanded(settings, folder, "jobs", *words)


async def metric(environment: Environment, name: str) -> float:
    async with httpx.AsyncClient() as http:
        lines = (await http.get(f"{environment.bot_url}/metrics")).text.splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(f"apizee_slack_{name} "))


async def set_aside(environment: Environment, number: int) -> None:
    """Return once so many pieces of work are set aside, and nothing calls Slack or is due any more."""
    async with asyncio.timeout(15):
        while await metric(environment, "jobs_set_aside") < number:  # noqa: ASYNC110  # another program's state
            await asyncio.sleep(0.05)
        before = -1
        while len(environment.slack.calls) > before:
            before = len(environment.slack.calls)
            await asyncio.sleep(0.5)


async def test_a_revoked_workspace_costs_a_few_calls(around: Vendors, tmp_path: Path) -> None:
    async with new_environment(around, timing=SOON) as environment:
        environment.slack.faults.switch_on(Refuses("account_inactive"))
        await environment.people.open_home(U_EN)
        await environment.assist("list")
        await set_aside(environment, 1)
        assert len(environment.slack.calls) < 60
        code, said = await said_by(around.environment, tmp_path, "list")
        assert code == 0
        assert "run_deferred_request" in said
        assert "account_inactive" in said


async def test_operators_list_retry_and_drop_what_was_set_aside(around: Vendors, tmp_path: Path) -> None:
    async with new_environment(around, timing=SOON) as environment:
        refusal = Refuses("account_inactive")
        environment.slack.faults.switch_on(refusal)
        await environment.assist("list")
        await environment.assist(CUSTOMER)
        await set_aside(environment, 2)
        _, said = await said_by(around.environment, tmp_path, "list")
        ids = {line.split()[3]: line.split()[0] for line in said.splitlines()[1:]}
        assert set(ids) == {"run_deferred_request", "start_session"}
        assert CUSTOMER.replace(" ", "") not in said

        code, said = await said_by(around.environment, tmp_path, "drop", ids["start_session"])
        assert (code, said) == (0, "start_session is dropped.\n")
        environment.slack.faults.switch_off(refusal)
        code, said = await said_by(around.environment, tmp_path, "retry", ids["run_deferred_request"])
        assert (code, said) == (0, "run_deferred_request is handed over again.\n")
        await environment.slack.wait_for(environment.ephemeral_messages)
        assert await said_by(around.environment, tmp_path, "list") == (0, "No work is set aside.\n")


async def test_an_id_that_is_none_is_named(around: Vendors, tmp_path: Path) -> None:
    for command in ("retry", "drop"):
        code, said = await said_by(around.environment, tmp_path, command, "0000000000")
        assert code == 1
        assert "'0000000000'" in said
        assert "jobs list" in said


async def test_without_redis_operators_read_so(around: Vendors, tmp_path: Path) -> None:
    away = around.environment | {"REDIS_URL": f"unix://{tmp_path}/nowhere.sock"}
    code, said = await said_by(away, tmp_path, "list")
    assert code == 1
    assert said == "Error: Redis does not answer: start it, or correct REDIS_URL.\n"


async def test_what_was_set_aside_without_a_redis_of_ones_own_is_listed_too(around: Vendors, tmp_path: Path) -> None:
    embedded = around.environment | {"REDIS_URL": ""}
    assert await said_by(embedded, tmp_path, "list") == (0, "No work is set aside.\n")


async def test_what_a_worker_cannot_open_waits_for_one_that_can(around: Vendors, tmp_path: Path) -> None:
    other = settings_of(around.environment | {"ENCRYPTION_KEYS": Fernet.generate_key().decode()})
    async with staged_by(around, tmp_path, "--no-worker") as (_, people):
        await people.assist(CUSTOMER)
        async with build(other, timing=SOON) as stranger, stranger.worker.working():
            await asyncio.sleep(0.3)
    async with new_environment(around) as environment:
        await environment.invited()


async def test_what_nobody_can_open_is_set_aside(around: Vendors, tmp_path: Path) -> None:
    other = settings_of(around.environment | {"ENCRYPTION_KEYS": Fernet.generate_key().decode()})
    async with staged_by(around, tmp_path, "--no-worker") as (_, people):
        await people.assist(CUSTOMER)
        async with build(other, timing=SOON) as stranger, stranger.worker.working():
            await set_aside(people, 1)
    _, said = await said_by(around.environment, tmp_path, "list")
    assert "Unreadable" in said
