"""How often a method may be called in a minute, by its tier; burst beyond it is refused with 429.

https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from typing import Final

from sandbox.slack.web_api.protocol.errors import RateLimitedError

_MINUTE: Final = 60.0
_TIER_2, _TIER_3, _TIER_4 = 20, 50, 100
_OF_METHODS: Final[Mapping[str, int]] = {
    "calls.add": _TIER_2,
    "calls.end": _TIER_2,
    "calls.info": _TIER_2,
    "calls.participants.add": _TIER_2,
    "calls.participants.remove": _TIER_2,
    "calls.update": _TIER_2,
    "chat.delete": _TIER_3,
    "chat.postEphemeral": _TIER_4,
    "chat.unfurl": _TIER_3,
    "chat.update": _TIER_3,
    "conversations.history": _TIER_3,
    "conversations.info": _TIER_3,
    "conversations.members": _TIER_4,
    "conversations.open": _TIER_3,
    "conversations.replies": _TIER_3,
    "files.completeUploadExternal": _TIER_4,
    "files.delete": _TIER_3,
    "files.getUploadURLExternal": _TIER_4,
    "usergroups.users.list": _TIER_2,
    "users.conversations": _TIER_3,
    "users.info": _TIER_4,
    "users.list": _TIER_2,
    "users.lookupByEmail": _TIER_3,
    "views.open": _TIER_4,
    "views.publish": _TIER_4,
    "views.push": _TIER_4,
    "views.update": _TIER_4,
}
"""Those of `chat.postMessage` are counted by channel, elsewhere; for all others Slack names no number."""
_OF_NEW_APPS: Final = {"conversations.history": 1, "conversations.replies": 1}


class Rates:
    """Counts the calls of the last minute. `of_a_new_app`: what apps outside Slack's Marketplace may since 2025."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.are_kept = False
        self.of_a_new_app = False
        self._clock = clock
        self._called: defaultdict[str, deque[float]] = defaultdict(deque)

    def count(self, method: str) -> None:
        """Count a call; refuses it where there were too many in the last minute."""
        most = self._most(method)
        called, now = self._called[method], self._clock()
        while called and called[0] <= now - _MINUTE:
            called.popleft()
        if most is not None and len(called) >= most:
            raise RateLimitedError(math.ceil(called[0] + _MINUTE - now))
        called.append(now)

    def _most(self, method: str) -> int | None:
        if self.of_a_new_app and method in _OF_NEW_APPS:
            return _OF_NEW_APPS[method]
        return _OF_METHODS.get(method) if self.are_kept else None
