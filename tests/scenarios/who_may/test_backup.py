"""A bot moves: what it was asked for and had not done yet is done on the other Redis, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from redis.asyncio import Redis

from bot.container import build
from bot.web.server import IDLE_CONNECTIONS_STAY
from sandbox.loopback import serving
from sandbox.slack import SlackClientSide
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.environment import Environment, Vendors, new_environment, settings_of
from tests.scenarios.process import commanded

CUSTOMER = "+33 6 62 68 21 93"


@asynccontextmanager
async def only_acknowledging(vendors: Vendors) -> AsyncIterator[Environment]:
    """Yield a bot without a worker: what it is asked for waits."""
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(build(settings_of(vendors.environment), timing=vendors.timing))
        url = await stack.enter_async_context(serving(app.web, keep_alive=IDLE_CONNECTIONS_STAY))
        people = await stack.enter_async_context(SlackClientSide.over_http(vendors.slack, url))
        yield Environment(vendors.slack, vendors.apizee, people, url, app)


def on_the_embedded(vendors: Vendors, folder: Path) -> Vendors:
    """Return the same vendors with settings of a machine that has no Redis of its own."""
    settings = {name: value for name, value in vendors.environment.items() if name != "REDIS_URL"}
    return Vendors(vendors.slack, vendors.apizee, settings | {"DATA_DIR": str(folder)}, vendors.timing)


async def test_what_was_acknowledged_survives_the_move_to_the_embedded_redis_and_back(
    around: Vendors, tmp_path: Path
) -> None:
    there, first, second = on_the_embedded(around, tmp_path / "there"), tmp_path / "first", tmp_path / "second"
    async with only_acknowledging(around) as environment:
        await environment.assist(f"{CUSTOMER} ref:MOVED")
        code, said = await commanded(around.environment, tmp_path, "backup", str(first))
        assert code == 0, said
        refused, why = await commanded(around.environment, tmp_path, "restore", "--replace", str(first))
        assert (refused, "The bot runs on this Redis (1 process): stop it" in why) == (1, True), why
        assert not environment.apizee.tickets

    code, said = await commanded(there.environment, tmp_path, "restore", str(first))
    assert code == 0, said
    async with new_environment(there) as environment:
        ticket = await environment.invited()
        assert ticket.reference == "MOVED"
        await environment.settled()
        code, said = await commanded(there.environment, tmp_path, "backup", str(second))
        assert code == 0, said

    refused, why = await commanded(around.environment, tmp_path, "restore", str(second))
    assert (refused, "give --replace to remove them first" in why) == (1, True), why
    code, said = await commanded(around.environment, tmp_path, "restore", "--replace", str(second))
    assert code == 0, said
    async with new_environment(around, apizee_poll_seconds=1) as environment:
        environment.apizee.declines(ticket.id)
        await environment.card("declined")
        assert len(environment.apizee.tickets) == 1
    code, said = await commanded(around.environment, tmp_path, "audit")
    assert [act for act in ("backup", "restore") if act not in said] == []


async def test_a_back_up_says_nothing_of_anybody_without_the_keys(
    around: Vendors, environment: Environment, redis: Redis, tmp_path: Path
) -> None:
    await environment.assist(f"{CUSTOMER} ref:CASE-OF-JEAN")
    await environment.invited()
    file = tmp_path / "file"
    code, said = await commanded(around.environment, tmp_path, "backup", str(file))
    assert code == 0, said
    assert await everything_in(redis)
    text = await asyncio.to_thread(file.read_text)
    assert [entrusted for entrusted in ("662682193", "CASE-OF-JEAN", "xoxb-", "sso_url") if entrusted in text] == []
