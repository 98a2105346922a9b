"""Whose token the bot acts with: looked up once a minute, and whatever happens to Redis meanwhile."""

from __future__ import annotations

import asyncio
import string
import time

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot.model.errors import StoreUnavailable, Unreadable
from bot.model.workspaces import Installation
from bot.slack.errors import NotInstalled
from bot.slack.workspaces import FRESH_SECONDS, OneWorkspace, WorkspaceTokens
from bot.store.sealing.keyring import KeyRing
from bot.store.workspaces.installations import UNUSED_FOR, InstallationStore, OAuthStates


def acme(number: int = 1) -> Installation:
    return Installation("T0ACME", "Acme", f"xoxb-acme-{number}", installed_at=1_700_000_000.0)


class Shelf:
    """Where installations are looked up; it counts how often, and can be away or never answer."""

    def __init__(self) -> None:
        self.kept = {"T0ACME": acme()}
        self.asked = 0
        self.trouble: Exception | None = None
        self.hangs = False

    async def find(self, team: str) -> Installation | None:
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.trouble:
            raise self.trouble
        return self.kept.get(team)


class Clock:
    """A clock that goes on when a test moves it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing([Fernet.generate_key().decode()])


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspaces(shelf: Shelf, clock: Clock) -> WorkspaceTokens:
    return WorkspaceTokens(shelf.find, AsyncWebClient, clock=clock)


async def test_a_workspace_is_looked_up_once_a_minute(workspaces: WorkspaceTokens, shelf: Shelf, clock: Clock) -> None:
    client = await workspaces.client("T0ACME")
    clock.now = FRESH_SECONDS - 1
    assert await workspaces.client("T0ACME") is client
    assert (await workspaces.client("T0ACME")).token == client.token == "xoxb-acme-1"
    assert shelf.asked == 1
    shelf.kept["T0ACME"] = acme(2)
    clock.now = FRESH_SECONDS
    assert (await workspaces.client("T0ACME")).token == "xoxb-acme-2"
    assert shelf.asked == 2


async def test_a_workspace_that_installs_again_is_served_with_its_new_token_at_once(
    workspaces: WorkspaceTokens, shelf: Shelf
) -> None:
    await workspaces.client("T0ACME")
    shelf.kept["T0ACME"] = acme(2)
    workspaces.forget("T0ACME")
    assert (await workspaces.client("T0ACME")).token == "xoxb-acme-2"


async def test_a_workspace_that_removed_the_bot_elsewhere_is_let_go_within_a_minute(
    workspaces: WorkspaceTokens, shelf: Shelf, clock: Clock
) -> None:
    await workspaces.client("T0ACME")
    shelf.kept.clear()
    clock.now = FRESH_SECONDS
    for _ in range(2):
        with pytest.raises(NotInstalled):
            await workspaces.client("T0ACME")


async def test_a_workspace_that_is_not_known_is_looked_up_every_time(workspaces: WorkspaceTokens, shelf: Shelf) -> None:
    with pytest.raises(NotInstalled):
        await workspaces.client("T0BETA")
    shelf.kept["T0BETA"] = Installation("T0BETA", "Beta", "xoxb-beta", installed_at=0.0)
    assert (await workspaces.client("T0BETA")).token == "xoxb-beta"


@pytest.mark.parametrize("hangs", [False, True], ids=["Redis is away", "Redis hangs"])
async def test_without_redis_the_last_token_serves_and_nobody_waits(
    workspaces: WorkspaceTokens, shelf: Shelf, clock: Clock, *, hangs: bool
) -> None:
    await workspaces.client("T0ACME")
    shelf.hangs, shelf.trouble, clock.now = hangs, StoreUnavailable(), 10 * FRESH_SECONDS
    began = time.monotonic()
    assert (await workspaces.client("T0ACME")).token == "xoxb-acme-1"
    assert time.monotonic() - began < 0.5


async def test_without_redis_a_workspace_that_is_not_known_has_to_wait(
    workspaces: WorkspaceTokens, shelf: Shelf
) -> None:
    shelf.trouble = StoreUnavailable()
    with pytest.raises(StoreUnavailable):
        await workspaces.client("T0ACME")


async def test_the_tokens_of_only_so_many_workspaces_are_held(
    shelf: Shelf,
) -> None:
    workspaces = WorkspaceTokens(shelf.find, AsyncWebClient, kept_at_most=1)
    shelf.kept["T0BETA"] = Installation("T0BETA", "Beta", "xoxb-beta", installed_at=0.0)
    for team in ("T0ACME", "T0BETA", "T0ACME"):
        await workspaces.client(team)
    assert shelf.asked == 3


async def test_the_one_workspace_of_the_settings_is_every_workspace() -> None:
    client = AsyncWebClient("xoxb-alone")
    alone = OneWorkspace(client)
    assert await alone.client("T1") is await alone.client("T2") is client


# ── What is kept ─────────────────────────────────────────────────────────────────────────────────────────


def a_key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def kept(redis: Redis) -> InstallationStore:
    return InstallationStore(redis, KeyRing([a_key()]))


async def test_an_installation_is_read_as_it_was_written(kept: InstallationStore) -> None:
    await kept.keep(acme())
    assert await kept.get("T0ACME") == acme()
    assert await kept.get("T0BETA") is None


async def test_a_workspace_that_is_used_stays_installed(kept: InstallationStore, redis: Redis) -> None:
    await kept.keep(acme())
    [key] = await redis.keys()
    await redis.expire(key, 60)
    await kept.get("T0ACME")
    assert await redis.ttl(key) > UNUSED_FOR.total_seconds() - 60


async def test_a_token_is_of_no_use_without_the_key(kept: InstallationStore, redis: Redis) -> None:
    await kept.keep(acme())
    with pytest.raises(Unreadable):
        await InstallationStore(redis, KeyRing([a_key()])).get("T0ACME")


def test_a_token_is_not_shown_where_an_installation_is() -> None:
    assert "xoxb" not in repr(acme())


async def test_a_forgotten_workspace_leaves_nothing_and_takes_no_other_with_it(
    kept: InstallationStore, redis: Redis
) -> None:
    many = {f"apizee:{{T0ACME}}:session:{number}": b"sealed" for number in range(1200)}
    await redis.mset(many | {"apizee:{T0ACME2}:session:1": b"another's", "apizee:{metrics}:counters": b"all's"})
    await kept.forget_workspace("T0ACME")
    assert sorted(await redis.keys()) == [b"apizee:{T0ACME2}:session:1", b"apizee:{metrics}:counters"]


async def test_who_installs_again_while_the_old_data_go_stays_installed(kept: InstallationStore, redis: Redis) -> None:
    await redis.set("apizee:{T0ACME}:session:1", b"sealed")
    await kept.keep(acme())
    await kept.forget_workspace("T0ACME")
    assert await redis.keys() == [b"apizee:{T0ACME}:installation"]


async def test_a_state_is_good_for_once_and_kept_only_when_it_was_used(redis: Redis, keys: KeyRing) -> None:
    states = OAuthStates(redis, keys)
    one, another = await states.issue(), await states.issue()
    assert one != another
    assert await states.is_open(one)
    assert not [key for key in await redis.keys() if b"oauth" in key]
    await states.use(one)
    assert not await states.is_open(one)
    assert await states.is_open(another)
    [kept] = [key for key in await redis.keys() if b"oauth" in key]
    assert 0 < await redis.ttl(kept) <= 600


async def test_a_used_state_is_not_good_again_in_another_spelling(redis: Redis, keys: KeyRing) -> None:
    states = OAuthStates(redis, keys)
    issued = await states.issue()
    await states.use(issued)
    same_bytes = [f"{issued[:9]}!{issued[9:]}", f"{issued}=", *(issued[:-1] + other for other in string.ascii_letters)]
    for spelling in same_bytes:
        assert not await states.is_open(spelling)


async def test_a_state_that_was_not_issued_here_leads_nowhere(redis: Redis, keys: KeyRing) -> None:
    states = OAuthStates(redis, keys)
    issued = await states.issue()
    altered = issued[:20] + ("A" if issued[20] != "A" else "B") + issued[21:]
    forged = [altered, issued[::-1], "made up", "", keys.seal_text("join"), "=" * 40]
    assert not any([await states.is_open(one) for one in forged])
    elsewhere = OAuthStates(redis, KeyRing([Fernet.generate_key().decode()]))
    assert not await elsewhere.is_open(issued)
