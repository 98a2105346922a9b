"""The checks of each server that Redis is: one, or the primaries of a cluster, of which the worst is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, ResponseError

from bot.doctor.findings import Finding, Verdict, failed, ok, warning
from bot.store.server import rights
from bot.store.server.cluster.client import servers_of
from bot.store.server.persistence import Loss, loss_of

OLDEST_REDIS: Final = (7, 0)

_WORST: Final = (Verdict.FAILED, Verdict.WARNING, Verdict.OK)


async def check_servers(redis: Redis) -> list[Finding]:
    """Check the version of each, and what it may lose; raises what redis-py raises where one does not answer."""
    servers = await servers_of(redis)
    enough = rights.enough(redis)

    async def facts(server: Redis) -> list[Finding]:
        return [*await _facts(server, enough), await _persistence(server)]

    if len(servers) == 1:
        return await facts(servers[0])
    return [await _replicas(servers), *_worst([_named(server, await facts(server)) for server in servers])]


async def _replicas(servers: Sequence[Redis]) -> Finding:
    """Return whether each primary of a cluster has somebody to take its place."""
    subject, alone = "Redis Cluster", 0
    try:
        for server in servers:
            alone += not (await server.info("replication")).get("connected_slaves")
    except NoPermissionError:
        return ok(subject, f"{len(servers)} primaries answer.")
    if alone:
        return warning(subject, f"{alone} of {len(servers)} primaries have no replica to replace them. Add one each.")
    return ok(subject, f"{len(servers)} primaries answer, each with a replica.")


async def _facts(redis: Redis, enough: str) -> list[Finding]:
    try:
        facts = await redis.info("server", "memory")
    except NoPermissionError:
        return [warning("Redis", f"answers. Its user may not ask what it is (INFO): rights enough are {enough}")]
    return [version(facts), eviction(facts)]


def version(facts: Mapping[str, Any]) -> Finding:
    """Return whether it is new enough, by what `INFO` says."""
    said = str(facts.get("redis_version", "0.0"))
    major, minor = said.split(".")[:2]
    if (int(major), int(minor)) < OLDEST_REDIS:
        return failed("Redis", f"version {said} is too old. Use Redis 7.0 or newer, or Valkey.")
    return ok("Redis", f"answers, version {said}.")


def eviction(facts: Mapping[str, Any]) -> Finding:
    """Return whether it throws records away when it is full, by what `INFO` says."""
    policy = facts.get("maxmemory_policy", "unknown")
    if policy == "noeviction":
        return ok("Redis eviction", "none.")
    return failed("Redis eviction", f"the policy is {policy}. Set maxmemory-policy noeviction.")


async def _persistence(redis: Redis) -> Finding:
    try:
        loss = await loss_of(redis)
    except ResponseError:
        return warning("Redis persistence", "its user may not ask (INFO).")
    verdict = {Loss.NOTHING: Verdict.OK, Loss.EVERYTHING: Verdict.FAILED}.get(loss, Verdict.WARNING)
    return Finding(verdict, "Redis persistence", loss)


def _named(server: Redis, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, with the server in those that name something to be done there."""
    place = server.connection_pool.connection_kwargs
    where = f" At {place['host']}:{place['port']}."
    return [
        one if one.verdict is Verdict.OK else Finding(one.verdict, one.subject, one.detail + where) for one in findings
    ]


def _worst(of_each: Iterable[Iterable[Finding]]) -> list[Finding]:
    """Return the worst finding of each subject."""
    worst: dict[str, Finding] = {}
    for finding in sorted((one for some in of_each for one in some), key=lambda one: _WORST.index(one.verdict)):
        worst.setdefault(finding.subject, finding)
    return list(worst.values())
