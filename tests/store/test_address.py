"""What `REDIS_URL` says beside what redis-py reads there."""

from __future__ import annotations

import pytest

from bot.store.server.address import Address, Sentinels, for_libraries, read


@pytest.mark.parametrize("url", ["redis://h", "rediss://:p@h:1/2?ssl_cert_reqs=none", "unix:///run/redis.sock?db=3"])
def test_an_address_of_one_server_is_left_as_it_is(url: str) -> None:
    assert read(url) == Address(url, None, 0)


def test_replicas_are_waited_for_and_not_named_to_libraries() -> None:
    assert read("redis://h/1?wait_for_replicas=2&client_name=bot") == Address("redis://h/1?client_name=bot", None, 2)
    for url in (
        "redis://h?wait_for_replicas=2",
        "redis://h?wait_for_replicas=2&a=b",
        "redis://h?a=b&wait_for_replicas=2",
    ):
        assert "wait_for_replicas" not in for_libraries(url)
        assert for_libraries(url).rpartition("?")[2] in {"a=b", "redis://h"}


def test_sentinels_are_asked_for_their_service_with_credentials_of_their_own() -> None:
    given = "redis+sentinel://me:pa%40ss@one:26379,two,[::1]:26380/apizee/3?sentinel_password=sesame&client_name=bot"
    hosts = (("one", 26379), ("two", 26379), ("::1", 26380))
    assert read(given) == Address(
        "redis://me:pa%40ss@found-by-sentinels/3?client_name=bot",
        Sentinels(hosts, "apizee", {"password": "sesame"}),
        replicas=0,
    )


def test_a_cluster_is_named_by_some_of_its_servers() -> None:
    found = read("rediss+cluster://me:pa%40ss@one,two:7000,[::1]:7001/?ssl_ca_certs=/ca.pem&wait_for_replicas=1")
    servers = (("one", 6379), ("two", 7000), ("::1", 7001))
    assert found == Address("rediss://me:pa%40ss@one/0?ssl_ca_certs=%2Fca.pem", None, 1, cluster=servers)
    assert for_libraries("redis+cluster://one,two?wait_for_replicas=2") == "redis://one/0"


def test_with_tls_sentinels_are_asked_over_tls_too() -> None:
    sentinels = read("rediss+sentinel://one/apizee?ssl_ca_certs=%2Fetc%2Fca.pem").sentinels
    assert sentinels
    assert sentinels.options == {"ssl": True, "ssl_ca_certs": "/etc/ca.pem"}
