"""Reads from `REDIS_URL` what redis-py does not: Sentinels, a cluster, and how many replicas are waited for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from redis.asyncio.sentinel import Sentinel

REPLICAS: Final = "wait_for_replicas"
"""The option that says how many replicas must have a write before it counts as done."""

_OF_SENTINELS: Final = {"sentinel_username": "username", "sentinel_password": "password"}
_PORT_OF_SENTINELS: Final = 26379
_PORT: Final = 6379


@dataclass(frozen=True, slots=True)
class Sentinels:
    """Those who know which server is the primary of a service.

    https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/
    """

    hosts: tuple[tuple[str, int], ...]
    service: str
    options: Mapping[str, Any]
    """How they are reached: credentials and TLS, by redis-py's names."""

    async def primary(self, patience: float) -> tuple[str, int]:
        """Return the primary's host and port, as the first of them says who answers within `patience`, in seconds.

        Raises redis-py's `MasterNotFoundError`, which is a `ConnectionError`, where none of them names one.
        """
        waits = {"socket_timeout": patience, "socket_connect_timeout": patience}
        asked = Sentinel(list(self.hosts), sentinel_kwargs={**self.options, **waits})  # type: ignore[no-untyped-call]  # redis-py's
        try:
            host, port = await asked.discover_master(self.service)
        finally:
            for one in asked.sentinels:
                await one.aclose()
        return str(host), int(port)


@dataclass(frozen=True, slots=True)
class Address:
    """Where Redis is: an address that redis-py understands, whose host Sentinels replace where there are any."""

    url: str
    sentinels: Sentinels | None
    replicas: int
    """How many must have a write before it counts as done."""
    cluster: tuple[tuple[str, int], ...] = ()
    """Servers of a Redis Cluster, any of which says where the others are; none where it is no cluster."""


def read(url: str) -> Address:
    """Return what an address says that `bot.settings` has let in."""
    beginning, _, query = url.partition("?")
    given = dict(parse_qsl(query, keep_blank_values=True))
    replicas = int(given.pop(REPLICAS, 0))
    scheme, _, rest = beginning.partition("://")
    if scheme.endswith("+cluster"):
        return _of_cluster(scheme.removesuffix("+cluster"), rest, given, replicas)
    if not scheme.endswith("+sentinel"):
        return Address(_with(beginning, given), None, replicas)
    scheme = scheme.removesuffix("+sentinel")
    place, _, path = rest.partition("/")
    user, at, hosts = place.rpartition("@")
    service, _, database = path.partition("/")
    options: dict[str, Any] = {_OF_SENTINELS[name]: given.pop(name) for name in _OF_SENTINELS if name in given}
    if scheme == "rediss":
        options |= {"ssl": True, **{name: value for name, value in given.items() if name.startswith("ssl_")}}
    found = Sentinels(tuple(_host(one, _PORT_OF_SENTINELS) for one in hosts.split(",")), unquote(service), options)
    return Address(_with(f"{scheme}://{user}{at}found-by-sentinels/{database}", given), found, replicas)


def for_libraries(url: str) -> str:
    """Return the address as libraries understand it that know Sentinels: without the option for replicas.

    Of a cluster it is the address of one server.
    """
    address = read(url)
    return address.url if address.cluster else re.sub(rf"(?<=[?&]){REPLICAS}=\d+&?", "", url).rstrip("?&")


def _of_cluster(scheme: str, rest: str, options: Mapping[str, str], replicas: int) -> Address:
    """Return an address of a cluster; as a whole it stands for the first of its servers."""
    user, at, hosts = rest.partition("/")[0].rpartition("@")
    first, *_ = named = hosts.split(",")
    servers = tuple(_host(one, _PORT) for one in named)
    return Address(_with(f"{scheme}://{user}{at}{first}/0", options), None, replicas, cluster=servers)


def _host(text: str, port: int) -> tuple[str, int]:
    one = urlsplit(f"//{text}")
    return one.hostname or "", one.port or port


def _with(beginning: str, options: Mapping[str, str]) -> str:
    return f"{beginning}?{urlencode(options)}" if options else beginning
