"""What the tests of Slack's side share."""

from __future__ import annotations

from tests.fixtures.gateway import gateway, refusals, workspace
from tests.fixtures.installable import bot, slack
from tests.fixtures.redis_server import redis, redis_url

__all__ = ["bot", "gateway", "redis", "redis_url", "refusals", "slack", "workspace"]
