"""A policy among real parts, with an audit that a test reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.policy.agents import Agents
from bot.policy.audit import Audit
from bot.policy.places import Places
from bot.policy.policy import Limits, Policy
from bot.policy.rules import Choices
from bot.slack.client import Slack
from bot.store.audit import AuditStore
from bot.store.cache import Cache
from bot.store.keyring import KeyRing

Make = Callable[..., Policy]


@pytest.fixture
def trail(redis: Redis) -> AuditStore:
    return AuditStore(redis, timedelta(days=1))


@pytest.fixture
def lost() -> list[int]:
    return []


@pytest.fixture
async def audit(trail: AuditStore, lost: list[int]) -> Audit:
    """Return an audit that waits to be written down; `async with audit.kept()` does."""
    return Audit(trail, on_lost=lost.append)


@pytest.fixture
def places(slack: Slack, redis: Redis, keys: KeyRing) -> Places:
    return Places(slack, Cache(redis, keys))


@pytest.fixture
def make(slack: Slack, places: Places, audit: Audit) -> Make:
    """Return a policy of an operator who chose this."""

    def make_policy(
        *,
        groups: frozenset[str] = frozenset(),
        channels: frozenset[str] = frozenset(),
        choices: Choices | None = None,
        logins: dict[str, str] | None = None,
        admins: frozenset[str] = frozenset(),
    ) -> Policy:
        agents = Agents(slack, default_login=None, logins=logins, admins=admins)
        return Policy(
            agents, places, audit, choices=choices or Choices(), limits=Limits(groups=groups, channels=channels)
        )

    return make_policy
