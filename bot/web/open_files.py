"""Allows this process as many open files as its connections take, where the system lets it."""

from __future__ import annotations

import resource
from typing import Final

MOST_CONNECTIONS: Final = 1500
"""A thousand commands at once, each on a connection of its own, and some; Slack and proxies share a few dozens."""

FOR_ALL_ELSE: Final = 324
"""Files for Redis, both vendors, the log and the surplus of a moment (`bot.web.head`)."""


def allow_open_files() -> None:
    """Raise this process' own limit of open files to what `MOST_CONNECTIONS` need, as far as the system's lets it.

    Most systems begin with 1,024, and allow many more to a process that asks.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + FOR_ALL_ELSE
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def most_connections() -> int:
    """Return how many connections may stand at once, by the files that this process may open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(1, min(MOST_CONNECTIONS, soft - FOR_ALL_ELSE))
