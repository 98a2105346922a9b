"""What an operator does about data that is kept: find it, erase it, seal it with another key; while the bot works."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.model.session import Kind
from bot.store import keys
from bot.store.sealing.canary import Canary
from bot.store.sealing.keyring import KeyRing
from bot.store.server.connection import connect
from bot.store.server.embedded import EmbeddedRedis, embedded_folder
from bot.store.server.rewriting import RewritingTiming
from sandbox.slack.default_world import GENERAL, TEAM, U_EN, U_NOLOGIN
from tests.fixtures.redis_contents import everything_in, opened
from tests.scenarios.environment import ENCRYPTION_KEY, Environment, Vendors, new_environment
from tests.scenarios.process import commanded

CUSTOMER, OF_CUSTOMER = "+33 6 62 68 21 93", ("662682193", "CASE-OF-JEAN")
LOGIN = "agent2@apizee.com"
NEW_KEY = Fernet.generate_key().decode()


async def two_customers(environment: Environment) -> int:
    """Return the ticket of the first of two customers who were invited."""
    await environment.assist(f"{CUSTOMER} ref:CASE-OF-JEAN")
    ticket = await environment.invited()
    await environment.assist("marie@client.com", channel=GENERAL)
    await environment.card("Invited", channel=GENERAL)
    await environment.settled()
    return ticket.id


async def test_everything_about_a_customer_is_exported_and_erased(
    around: Vendors, environment: Environment, redis: Redis, tmp_path: Path
) -> None:
    ticket, exported = await two_customers(environment), tmp_path / "jean.json"
    assert "662682193" in opened(await everything_in(redis), ENCRYPTION_KEY)

    code, said = await commanded(
        around.environment, tmp_path, "export", "--contact", CUSTOMER, "--output", str(exported)
    )
    assert code == 0, said
    assert exported.stat().st_mode & 0o777 == 0o600
    (session,) = json.loads(exported.read_text())["sessions"]
    assert session["remote"]["id"] == ticket
    assert session["invitation"]["contacts"] == [{"value": "+33662682193"}]
    assert "marie" not in exported.read_text()

    code, said = await commanded(around.environment, tmp_path, "erase", "--contact", "06 62 68 21 93")
    assert code == 0, said
    assert f"Erased: ticket {ticket} (workspace {TEAM}" in said
    assert "still open" in said
    assert "662682193" not in said
    await environment.card("forgotten")
    held = opened(await everything_in(redis), ENCRYPTION_KEY)
    assert [trace for trace in OF_CUSTOMER if trace in held] == []
    assert "marie@client.com" in held

    code, said = await commanded(around.environment, tmp_path, "audit", "--json")
    acts = [(line["act"], line["user"], line.get("id")) for line in map(json.loads, _json_lines(said))]
    assert {("export", "operator", ticket), ("erase", "operator", ticket)} <= set(acts)


def _json_lines(said: str) -> list[str]:
    return [line for line in said.splitlines() if '"act"' in line and '"logger"' not in line]


async def test_a_login_is_exported_and_erased_with_the_address_that_it_is(
    around: Vendors, environment: Environment, tmp_path: Path
) -> None:
    assert environment.app
    logins = environment.app.adapters.logins
    await logins.give(TEAM, U_NOLOGIN, LOGIN)
    await logins.give(TEAM, U_EN, "agent1@apizee.com")
    code, said = await commanded(around.environment, tmp_path, "export", "--contact", LOGIN)
    assert code == 0, said
    assert f'"workspace": "{TEAM}",\n      "user": "{U_NOLOGIN}"' in said
    code, said = await commanded(around.environment, tmp_path, "erase", "--contact", LOGIN)
    assert (code, f"Erased: the login of {U_NOLOGIN} (workspace {TEAM})." in said) == (0, True), said
    assert await logins.all_of(TEAM) == {U_EN: "agent1@apizee.com"}


async def test_a_ticket_and_a_meeting_are_erased_by_their_numbers(
    around: Vendors, environment: Environment, tmp_path: Path
) -> None:
    await environment.meet("ann@example.com", channel=GENERAL)
    await environment.card("The guests are invited", channel=GENERAL)
    await environment.settled()
    (meeting,) = environment.apizee.conferences.values()
    code, said = await commanded(around.environment, tmp_path, "erase", "--ticket", str(meeting.id))
    assert code == 0, said
    assert "Nothing is kept of it." in said
    code, said = await commanded(around.environment, tmp_path, "erase", "--meeting", str(meeting.id))
    assert code == 0, said
    assert f"Erased: meeting {meeting.id}" in said
    await environment.card("forgotten", channel=GENERAL)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("erase",), "Name one of --contact, --ticket and --meeting."),
        (("export", "--ticket", "1", "--meeting", "2"), "Name one of --contact"),
        (("erase", "--contact", "nobody"), "no phone number or e-mail address"),
        (("export", "--ticket", "first"), "not a valid integer"),
    ],
    ids=["nothing named", "two things named", "no contact", "no number"],
)
async def test_what_is_typed_wrong_is_said_and_nothing_is_done(
    around: Vendors, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    code, printed = await commanded(around.environment, tmp_path, *words)
    assert code == 2
    assert said in printed
    assert "Traceback" not in printed


async def test_without_a_redis_it_says_so(around: Vendors, tmp_path: Path) -> None:
    nowhere = around.environment | {"REDIS_URL": f"unix://{tmp_path}/nowhere.sock"}
    code, said = await commanded(nowhere, tmp_path, "erase", "--ticket", "1")
    assert code == 1
    assert "Redis does not answer" in said
    assert "Traceback" not in said


async def test_a_customer_who_is_forgotten_is_gone_from_disk_soon(around: Vendors, tmp_path: Path) -> None:
    """Whatever the key opens in whatever the server has in its files, nothing of the customer is in it."""
    soon = replace(around.timing, rewriting=RewritingTiming(checked_every=0.1, after_forgetting=0.5))
    async with new_environment(around, redis_url=None, timing=soon) as environment:
        ticket = await two_customers(environment)
        assert environment.app
        sealed = await _sealed_of(environment, ticket)
        assert sealed in in_files(tmp_path)
        await environment.assist(f"forget {CUSTOMER}")
        question = await environment.private_message("Forget +33 6")
        await environment.people.click(U_EN, question, "invitee_forget")
        await environment.card("forgotten")
        await environment.settled()
        async with asyncio.timeout(30):
            while sealed in in_files(tmp_path):  # noqa: ASYNC110  # the event is in the file system
                await asyncio.sleep(0.05)
        await environment.app.adapters.files.rewrite()  # also what was asked for since is done by now

    files = in_files(tmp_path)
    assert [trace for trace in OF_CUSTOMER if trace.encode() in files] == []
    async with EmbeddedRedis(tmp_path) as server, connect(server.url) as redis:
        held = opened(await everything_in(redis), ENCRYPTION_KEY)
    assert "marie@client.com" in held
    assert [trace for trace in OF_CUSTOMER if trace in held] == []


async def _sealed_of(environment: Environment, ticket: int) -> bytes:
    """Return how the ticket's session lies in Redis."""
    assert environment.app
    redis = environment.app.adapters.redis
    session = await environment.app.adapters.sessions.of_remote(TEAM, Kind.ASSISTANCE, ticket)
    assert session
    body = await redis.hget(keys.session(TEAM, session.id), "body")
    assert isinstance(body, bytes)
    return body


def in_files(data_dir: Path) -> bytes:
    found = []
    for path in embedded_folder(data_dir).rglob("*"):
        with suppress(FileNotFoundError):  # the server has just replaced it
            found += [path.read_bytes()] if path.is_file() else []
    return b"".join(found)


async def test_after_the_keys_are_rotated_the_former_one_can_go(around: Vendors, redis: Redis, tmp_path: Path) -> None:
    async with new_environment(around) as environment:
        ticket = await two_customers(environment)
        await environment.assist("stats")
        await environment.private_message("Your video assistance")
        assert environment.app
        await environment.app.adapters.logins.give(TEAM, U_NOLOGIN, LOGIN)
    both = around.environment | {"ENCRYPTION_KEYS": f"{NEW_KEY},{ENCRYPTION_KEY}"}
    async with new_environment(replace(around, environment=both)) as environment:
        code, said = await commanded(both, tmp_path, "rotate-keys")
        assert code == 0, said
        assert re.search(r"[1-9]\d* records are sealed again; all \d+ open with the first key alone", said)
        code, said = await commanded(both, tmp_path, "rotate-keys")
        assert code == 0, said
        assert "0 records are sealed again" in said
        await environment.settled()

    held = await everything_in(redis)
    assert "662682193" not in opened(held, ENCRYPTION_KEY)
    assert "662682193" in opened(held, NEW_KEY)
    assert await Canary(redis, KeyRing([NEW_KEY])).is_readable()
    new = around.environment | {"ENCRYPTION_KEYS": NEW_KEY}
    async with new_environment(replace(around, environment=new)) as environment:
        environment.slack.ephemeral_messages.clear()
        assert environment.app
        assert await environment.app.adapters.logins.all_of(TEAM) == {U_NOLOGIN: LOGIN}
        await environment.assist(CUSTOMER)  # recognised as somebody who is invited already
        await environment.private_message("Nobody was invited now")
        await environment.assist(f"forget {CUSTOMER}")
        question = await environment.private_message(f"ticket {ticket}")
        await environment.people.click(U_EN, question, "invitee_forget")
        await environment.private_message("Forgotten: ")
        assert await environment.app.adapters.redis.zcard("apizee:{records}:unread") == 0
