"""Stories of elsewhere, on a Redis Cluster."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from tests.fixtures.redis_cluster import Cluster
from tests.jobs.conftest import docket, jobs, metrics, recorder, set_aside

__all__ = ["docket", "jobs", "metrics", "recorder", "set_aside"]


@pytest.fixture(scope="session")
def redis_url(cluster: Cluster) -> str:
    """Return the cluster's address where other stories have that of a server."""
    return cluster.url


@pytest.fixture
def redis(clustered: Redis) -> Redis:
    """Return a client of the cluster, which is empty."""
    return clustered
