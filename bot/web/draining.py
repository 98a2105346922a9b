"""Says whether this process is about to stop: a load balancer can notice before the port closes."""

from __future__ import annotations

from bot.model.errors import KnownError


class Stopping(KnownError):
    """This process takes no new requests soon."""


class Draining:
    """Whether the stop of this process has begun."""

    def __init__(self) -> None:
        self._has_begun = False

    def begin(self) -> None:
        """Say from now on that requests should go elsewhere; they are still answered."""
        self._has_begun = True

    async def check(self) -> None:
        """Raise `Stopping` where the stop has begun."""
        if self._has_begun:
            raise Stopping
