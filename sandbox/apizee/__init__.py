"""A sandbox of Apizee's REST API: documented calls over HTTP, kept in memory, with customers one can play.

`World` is all that the sandbox knows and does; `build_app` puts the documented endpoints before it.

    parameters → api → (world: tickets, conferences, accounts, limits) → serializers, statistics → JSON
    middleware: what every request passes (faults, request limit, bearer, request log)
"""

from sandbox.apizee.rest.api import build_app
from sandbox.apizee.world import World

__all__ = ["World", "build_app"]
