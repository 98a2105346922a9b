"""A Redis Cluster looks like one server: what belongs together is on one of its servers, and each is found again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis
from redis.crc import key_slot
from redis.exceptions import NoScriptError, ResponseError

from bot.doctor import Verdict, examine
from bot.model.errors import CannotStart, StoreUnavailable
from bot.outages import translated
from bot.store import keys
from bot.store.backup.backups import Backups
from bot.store.sealing.keyring import KeyRing
from bot.store.server import rights
from bot.store.server.cluster.client import servers_of
from bot.store.server.connection import connect, takes_writes
from tests.fixtures.proxy import behind_tls, certificate_for
from tests.fixtures.redis_cluster import Cluster
from tests.fixtures.redis_contents import everything_in
from tests.scenarios.environment import settings_of, vendors
from tests.scenarios.process import redis_server

pytestmark = pytest.mark.xdist_group("cluster")

TEAMS = [f"T{number:04}" for number in range(60)]
OF_EACH = {team: keys.account(team) for team in TEAMS}
A_KEY = keys.session(TEAMS[0], "s1")


@pytest.fixture
def elsewhere(cluster: Cluster) -> Iterator[Callable[[], None]]:
    """Yield what moves the slot of `A_KEY` to another server; afterwards it is where it was."""
    owner = cluster.owner(A_KEY)
    other, third = (node for node in cluster.primaries if node is not owner)
    yield lambda: cluster.give(A_KEY, to=other, by=owner)
    for node in (owner, other):
        node.said("FLUSHALL")
    cluster.give(A_KEY, to=owner, by=other)
    third.said("CLUSTER SETSLOT", key_slot(A_KEY.encode()), "NODE", owner.id)


@pytest.fixture
def moving(cluster: Cluster) -> Iterator[None]:
    """Let the slot of `A_KEY` be on its way to another server, which has none of its keys yet."""
    owner = cluster.owner(A_KEY)
    other = next(node for node in cluster.primaries if node is not owner)
    slot = key_slot(A_KEY.encode())
    other.said("CLUSTER SETSLOT", slot, "IMPORTING", owner.id)
    owner.said("CLUSTER SETSLOT", slot, "MIGRATING", other.id)
    yield
    for node in (owner, other):
        node.said("CLUSTER SETSLOT", slot, "STABLE")
    other.said("FLUSHALL")


async def by_command(redis: Redis) -> Any:  # noqa: ANN401  # an answer
    await redis.set(A_KEY, b"1")
    return await redis.get(A_KEY)


async def by_pipeline(redis: Redis) -> Any:  # noqa: ANN401  # likewise
    async with redis.pipeline(transaction=False) as pipeline:
        for key in OF_EACH.values():
            pipeline.hset(key, "account", "a")
        pipeline.set(A_KEY, b"1")
        pipeline.get(A_KEY)
        return (await pipeline.execute())[-1]


async def by_transaction(redis: Redis) -> Any:  # noqa: ANN401  # likewise
    async with redis.pipeline() as pipeline:
        pipeline.set(A_KEY, b"1")
        pipeline.get(A_KEY)
        return (await pipeline.execute())[-1]


async def by_script(redis: Redis) -> Any:  # noqa: ANN401  # likewise
    known_to_none = f"-- {uuid4()}"
    script = redis.register_script(
        f"{known_to_none}\nredis.call('SET', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[1])"
    )
    return await script(keys=[A_KEY], args=["1"])


WAYS = [by_command, by_pipeline, by_transaction, by_script]


async def test_what_is_kept_of_many_workspaces_is_on_all_servers_and_read_as_from_one(clustered: Redis) -> None:
    await asyncio.gather(*(clustered.hset(key, "account", team) for team, key in OF_EACH.items()))
    async with clustered.pipeline(transaction=False) as pipeline:
        pipeline.time()
        for key in OF_EACH.values():
            pipeline.hget(key, "account")
        now, *found = await pipeline.execute()
    assert [one.decode() for one in found] == TEAMS
    assert now[0]
    assert {key.decode() async for key in clustered.scan_iter("apizee:*")} == set(OF_EACH.values())
    assert [key async for key in clustered.scan_iter(keys.all_of(TEAMS[1]))] == [OF_EACH[TEAMS[1]].encode()]
    assert all([await server.dbsize() for server in await servers_of(clustered)])


async def test_an_error_in_a_pipeline_is_that_of_its_command(clustered: Redis) -> None:
    async with clustered.pipeline(transaction=False) as pipeline:
        for key in OF_EACH.values():
            pipeline.hset(key, "account", "a")
        pipeline.get(OF_EACH[TEAMS[3]])
        with pytest.raises(ResponseError, match="WRONGTYPE"):
            await pipeline.execute()


@pytest.mark.parametrize("way", WAYS)
async def test_a_slot_that_has_moved_is_followed(
    clustered: Redis, elsewhere: Callable[[], None], way: Callable[[Redis], Awaitable[Any]]
) -> None:
    await by_pipeline(clustered)
    await clustered.flushdb()
    elsewhere()
    assert await way(clustered) == b"1"
    assert A_KEY.encode() in [key async for key in clustered.scan_iter(keys.all_of(TEAMS[0]))]


@pytest.mark.usefixtures("moving")
@pytest.mark.parametrize("way", [by_command, by_pipeline, by_script])
async def test_a_key_whose_slot_is_on_its_way_is_found(
    clustered: Redis, way: Callable[[Redis], Awaitable[Any]]
) -> None:
    assert await way(clustered) == b"1"


@pytest.mark.usefixtures("moving")
async def test_a_transaction_in_a_slot_that_is_on_its_way_counts_as_an_outage(clustered: Redis) -> None:
    with pytest.raises(StoreUnavailable), translated():
        await by_transaction(clustered)


async def test_a_script_that_servers_have_forgotten_is_sent_again(clustered: Redis, cluster: Cluster) -> None:
    name = await clustered.script_load("return redis.call('INCR', KEYS[1])")
    counted = [f"{key}:tries" for key in OF_EACH.values()]
    for number in "12":
        assert {await clustered.evalsha(name, 1, key) for key in counted} == {int(number)}
        for node in cluster.primaries:
            node.said("SCRIPT FLUSH")
    async with clustered.pipeline(transaction=False) as pipeline:
        for key in counted:
            pipeline.evalsha(name, 1, key)
        assert set(await pipeline.execute()) == {3}
    with pytest.raises(NoScriptError):
        await clustered.evalsha("0" * 40, 1, counted[0])


async def test_locks_and_listening_work_as_on_one_server(clustered: Redis) -> None:
    async with clustered.lock(A_KEY, timeout=5):
        assert not await clustered.lock(A_KEY, timeout=5).acquire(blocking=False)
    async with clustered.pubsub() as channels:
        await channels.psubscribe("apizee:*")
        await channels.get_message(timeout=None)
        await clustered.publish("apizee:{queue}:cancel:one", b"1")
        message: Any = await channels.get_message(timeout=5)
    assert message["data"] == b"1"


async def test_it_is_ready_where_each_of_its_servers_takes_writes(clustered: Redis, cluster: Cluster) -> None:
    await takes_writes(clustered)
    for node in cluster.primaries:
        node.said("CONFIG SET", "min-replicas-to-write", 1)
        with pytest.raises(StoreUnavailable):
            await takes_writes(clustered)
        node.said("CONFIG SET", "min-replicas-to-write", 0)
    await takes_writes(clustered)


async def test_replicas_are_waited_for_on_each_server(cluster: Cluster) -> None:
    async with connect(f"{cluster.url}?wait_for_replicas=1", patience=0.1) as redis:
        for node in cluster.primaries:
            key = next(key for key in OF_EACH.values() if cluster.owner(key) is node)
            assert await redis.get(key) is None
            with pytest.raises(StoreUnavailable), translated():
                await redis.set(key, b"1", ex=60)


async def test_where_none_of_the_named_servers_is_there_that_is_known_in_time(unused_tcp_port: int) -> None:
    async with asyncio.timeout(2), connect(f"redis+cluster://127.0.0.1:{unused_tcp_port}") as redis:
        with pytest.raises(StoreUnavailable), translated():
            await redis.get(A_KEY)


async def test_one_of_the_named_servers_is_enough(cluster: Cluster, unused_tcp_port: int) -> None:
    async with connect(f"redis+cluster://127.0.0.1:{unused_tcp_port},127.0.0.1:{cluster.primaries[0].port}") as redis:
        assert await by_command(redis) == b"1"


@contextmanager
def user(cluster: Cluster, *rules: str) -> Iterator[str]:
    """Yield the address for a user with these rights."""
    for node in cluster.primaries:
        node.said("ACL SETUSER", "apizee", "reset", "on", ">sesame", *rules)
    yield cluster.url.replace("://", "://apizee:sesame@")
    for node in cluster.primaries:
        node.said("ACL DELUSER", "apizee")


async def test_the_rights_that_are_named_are_enough(cluster: Cluster, clustered: Redis, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/for-administrators.md").read_text("utf-8")
    enough = rights.enough(clustered)
    assert rights.cancelled(clustered) in page
    with user(cluster, *enough.split()) as url:
        async with vendors(url, tmp_path) as around:
            found = await examine(settings_of(around.environment), scopes=(), optional=())
    good = {one.subject for one in found if one.verdict is Verdict.OK}
    assert {"Redis rights", "Redis", "Redis eviction", "Queue"} <= good, found
    with user(cluster, "~*", "+@all") as url:
        await refused(url, r"give that user the rights .*&apizee:\{queue\}:cancel:\*")
        await refused(url.replace("sesame", "wrong"), "refuses the user or the password")


async def test_the_doctor_names_the_server_that_is_set_up_otherwise(
    cluster: Cluster, clustered: Redis, tmp_path: Path
) -> None:
    odd = cluster.primaries[1]
    odd.said("CONFIG SET", "maxmemory-policy", "allkeys-lru")
    async with vendors(cluster.url, tmp_path) as around:
        found = {one.subject: one for one in await examine(settings_of(around.environment), scopes=(), optional=())}
    odd.said("CONFIG SET", "maxmemory-policy", "noeviction")
    assert "the policy is allkeys-lru" in found["Redis eviction"].detail
    assert f"At 127.0.0.1:{odd.port}." in found["Redis eviction"].detail
    assert "3 of 3 primaries have no replica" in found["Redis Cluster"].detail
    assert found["Queue"].verdict is Verdict.OK
    assert not [key async for key in clustered.scan_iter("apizee:{trial*")]


async def test_it_is_reached_over_tls_server_by_server(cluster: Cluster, tmp_path: Path) -> None:
    node = cluster.owner(A_KEY)
    certificate = certificate_for(["localhost"], tmp_path)
    async with behind_tls(node.port, certificate) as port:
        url = f"rediss+cluster://localhost:{port}?ssl_ca_certs={certificate}&ssl_check_hostname=false"
        with cluster.announcing(node, port):
            async with connect(url, patience=5) as redis:
                assert await by_command(redis) == b"1"
            async with connect(url.partition("?")[0], patience=5) as stranger:
                with pytest.raises(StoreUnavailable), translated():
                    await stranger.get(A_KEY)


async def test_an_address_of_the_wrong_kind_is_refused_in_words(cluster: Cluster, tmp_path: Path) -> None:
    await refused(f"redis://127.0.0.1:{cluster.primaries[0].port}", "begin REDIS_URL with redis\\+cluster://")
    async with redis_server(tmp_path) as server:
        await refused(server.url.replace("redis://", "redis+cluster://"), "is no Redis Cluster: begin REDIS_URL with")


async def refused(url: str, words: str) -> None:
    async with connect(url) as redis:
        with pytest.raises(CannotStart, match=words) as raised:
            await rights.check(redis)
    assert "sesame" not in str(raised.value)


@pytest.mark.parametrize("first", ["one server", "cluster"])
async def test_what_was_saved_on_one_kind_of_redis_is_restored_on_the_other(
    redis: Redis, clustered: Redis, tmp_path: Path, first: str
) -> None:
    here, there = (redis, clustered) if first == "one server" else (clustered, redis)
    tag = "" if first == "one server" else "{queue}:"
    await here.set(A_KEY, b"sealed", ex=3600)
    await here.zadd(f"apizee:{tag}queue", {"start:later": 1.0})
    await here.hset(f"apizee:{tag}start:later", mapping={"function": "start_session"})
    await here.xadd(f"apizee:{tag}stream", {"key": "one"}, id="1-1")
    await here.set(f"apizee:{tag}workers", b"alive")
    path, ring = tmp_path / "apizee.backup", KeyRing([Fernet.generate_key().decode()])
    assert await Backups(here, ring).save(path) == 4
    assert (await Backups(there, ring).restore(path, replace=False)).written == 4
    other = "{queue}:" if first == "one server" else ""
    assert sorted(await everything_in(there)) == sorted(
        [A_KEY.encode(), *(f"apizee:{other}{name}".encode() for name in ("queue", "start:later", "stream"))]
    )
    assert (await Backups(there, ring).restore(path, replace=True)).written == 4
