"""Redis goes away, hangs, loses everything: people read so at once, nothing is sent, and all recovers by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.timing import Timing
from sandbox.slack.client.deliveries import Delivered
from sandbox.slack.default_world import SUPPORT, U_EN
from sandbox.slack.faults import Slow
from tests.scenarios.environment import Environment, Vendors, new_environment, vendors
from tests.scenarios.process import RedisServer, redis_server

CUSTOMER = "+33 6 62 68 21 93"
AWAY = "cannot record anything right now"
SLOW = "answers too slowly"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RedisServer]:
    async with redis_server(tmp_path) as server:
        yield server


@pytest.fixture
async def around(server: RedisServer, tmp_path: Path) -> AsyncIterator[Vendors]:
    async with vendors(server.url, tmp_path, timing=Timing()) as both:
        yield both


@pytest.fixture
async def environment(around: Vendors) -> AsyncIterator[Environment]:
    async with new_environment(around) as environment:
        yield environment


async def status(environment: Environment, path: str) -> int:
    async with httpx.AsyncClient(timeout=10) as http:
        return (await http.get(environment.bot_url + path)).status_code


async def ready(environment: Environment) -> None:
    """Return once the bot says that it is ready; raises `TimeoutError` after 30 seconds."""
    async with asyncio.timeout(30):
        while await status(environment, "/readyz") != httpx.codes.OK:  # noqa: ASYNC110  # another program's state
            await asyncio.sleep(0.05)


def is_notified(delivered: Delivered, sentence: str) -> bool:
    return delivered.outcome == "ok" and sentence in delivered.body  # and not Slack's own "operation_timeout"


async def test_while_redis_is_down_commands_are_answered_and_nothing_is_sent(
    environment: Environment, server: RedisServer
) -> None:
    await server.stop()
    for command, text in [
        ("/assist", CUSTOMER),
        ("/assist", "find 1234"),
        ("/assist", "media 1234"),
        ("/assist", "list"),
        ("/meet", "ann@example.com"),
    ]:
        delivered = await environment.people.command(U_EN, SUPPORT, command, text)
        assert is_notified(delivered, AWAY), (command, text, delivered)
    assert not environment.apizee.requests
    assert not environment.cards()


async def test_while_redis_hangs_commands_are_answered_in_time_all_the_same(
    environment: Environment, server: RedisServer
) -> None:
    with server.hanging():
        delivered = await environment.people.command(U_EN, SUPPORT, "/assist", CUSTOMER)
        assert is_notified(delivered, SLOW), delivered
        assert not environment.apizee.requests


async def test_neither_does_a_slow_slack_behind_it_delay_the_answer(
    environment: Environment, server: RedisServer
) -> None:
    environment.slack.faults.switch_on(Slow(5))
    with server.hanging():
        assert is_notified(await environment.people.command(U_EN, SUPPORT, "/assist", CUSTOMER), SLOW)


async def test_a_restart_in_a_quiet_moment_costs_nobody_an_error(environment: Environment, server: RedisServer) -> None:
    await environment.assist(CUSTOMER)
    await environment.invited()
    await environment.settled()
    await server.stop()
    await server.start()
    delivered = await environment.people.command(U_EN, SUPPORT, "/meet", "ann@example.com")
    assert (delivered.outcome, delivered.body) == ("ok", "")
    await environment.slack.wait_for(
        lambda: [one for one in environment.cards() if "The guests are invited" in one.text]
    )


async def test_help_and_forms_need_no_redis(environment: Environment, server: RedisServer) -> None:
    await server.stop()
    await environment.assist("help")
    await environment.assist("")
    assert "/assist" in environment.ephemeral_messages()[0]
    assert (await environment.form()).callback_id == "assistance_form"


async def test_a_form_sent_meanwhile_says_so_and_can_be_sent_again(
    environment: Environment, server: RedisServer
) -> None:
    await environment.assist("")
    await environment.form()
    await server.stop()
    delivered = await environment.people.submit(U_EN, {"contact": CUSTOMER})
    assert AWAY in (await environment.form()).errors["contact"]
    assert delivered.outcome == "ok"
    await server.start()
    await environment.people.submit(U_EN, {"contact": CUSTOMER})
    await environment.invited()


@pytest.mark.parametrize("action", ["session_open", "session_media", "session_refresh"])
async def test_a_button_pressed_meanwhile_says_so_to_who_pressed_it(
    environment: Environment, server: RedisServer, action: str
) -> None:
    await environment.assist(CUSTOMER)
    await environment.invited()
    await environment.settled()
    asked = len(environment.apizee.requests)
    await server.stop()
    delivered = await environment.people.click(U_EN, await environment.card("Invited"), action)
    await environment.private_message(AWAY)
    assert delivered.outcome == "ok"
    assert len(environment.apizee.requests) == asked


async def test_a_shortcut_chosen_meanwhile_says_so(environment: Environment, server: RedisServer) -> None:
    message = environment.slack.say(U_EN, SUPPORT, "The customer sees nothing.")
    await server.stop()
    await environment.people.message_shortcut(U_EN, "session_media", message)
    await environment.private_message(AWAY)


async def test_an_event_that_was_not_kept_is_sent_again_by_slack(environment: Environment, server: RedisServer) -> None:
    await server.stop()
    refused = [await environment.people.open_home(U_EN), await environment.people.mention(U_EN, SUPPORT, "media")]
    assert [one.status for one in refused] == [503, 503]
    await server.start()
    await ready(environment)
    await environment.people.redeliver(refused[0])
    await environment.slack.wait_for(lambda: U_EN in environment.slack.homes)


async def test_watchers_see_that_it_is_away_and_that_it_is_back(environment: Environment, server: RedisServer) -> None:
    assert await status(environment, "/readyz") == 200
    await server.stop()
    assert [await status(environment, path) for path in ("/readyz", "/healthz", "/metrics")] == [503, 200, 200]
    await server.start()
    await ready(environment)


async def test_watchers_are_answered_while_it_hangs(environment: Environment, server: RedisServer) -> None:
    with server.hanging():
        assert [await status(environment, path) for path in ("/readyz", "/healthz", "/metrics")] == [503, 200, 200]
    await ready(environment)


async def test_when_it_is_back_all_works_again_by_itself(environment: Environment, server: RedisServer) -> None:
    await environment.assist(CUSTOMER)
    await environment.invited()
    await server.stop()
    await environment.assist(CUSTOMER)
    await server.start()
    await ready(environment)
    await environment.meet("ann@example.com", channel=SUPPORT)
    await environment.slack.wait_for(
        lambda: [one for one in environment.cards() if "The guests are invited" in one.text]
    )
    assert len(environment.apizee.tickets) == 1


async def test_a_bot_that_starts_without_redis_waits_for_it(around: Vendors, server: RedisServer) -> None:
    await server.stop()
    async with new_environment(around) as environment:
        assert await status(environment, "/readyz") == 503
        delivered = await environment.people.command(U_EN, SUPPORT, "/assist", CUSTOMER)
        assert is_notified(delivered, AWAY)
        await server.start()
        await ready(environment)
        await environment.assist(CUSTOMER)
        await environment.invited()


async def test_work_that_redis_interrupts_is_finished_when_it_is_back(
    environment: Environment, server: RedisServer
) -> None:
    async def stop(method: str) -> None:
        if method == "chat.postMessage" and not stopped.is_set():
            await server.stop()
            stopped.set()

    stopped = asyncio.Event()
    environment.slack.after = stop
    await environment.assist(CUSTOMER)
    async with asyncio.timeout(30):
        await stopped.wait()
    await server.start()
    await environment.card("Invited", within=20)
    await environment.settled()
    assert len(environment.apizee.outbox) == 1
