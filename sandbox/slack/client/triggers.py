"""What Slack hands out for a while: triggers, which open one view, and response URLs, which take a few messages.

https://docs.slack.dev/interactivity/handling-user-interaction
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.slack.model import Message
from sandbox.slack.web_api.protocol.errors import RefusedError

Clock = Callable[[], float]

TRIGGER_LASTS = 3.0
RESPONSE_URL_LASTS = 30 * 60.0
RESPONSE_URL_USES = 5


@dataclass(slots=True)
class Trigger:
    """Who did something, where, and whether a view was opened for it."""

    user: str
    channel: str | None
    made_at: float
    exchanged: bool = False


class Triggers:
    """Trigger ids: each good for one view within 3 seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.given: dict[str, Trigger] = {}

    def issue(self, user: str, channel: str | None) -> str:
        """Return a new trigger id for what somebody did."""
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.given[trigger_id] = Trigger(user, channel, self._clock())
        return trigger_id

    def exchange(self, trigger_id: str) -> Trigger:
        """Use a trigger; refuses an unknown, used or old one."""
        trigger = self.given.get(trigger_id)
        if trigger is None:
            raise RefusedError("invalid_trigger_id")
        if trigger.exchanged:
            raise RefusedError("exchanged_trigger_id")
        if self._clock() - trigger.made_at > TRIGGER_LASTS:
            raise RefusedError("expired_trigger_id")
        trigger.exchanged = True
        return trigger


@dataclass(slots=True)
class ResponseUrl:
    """Where a response goes: to this user in this channel; `original` is the message that was clicked."""

    user: str
    channel: str
    made_at: float
    original: Message | None = None
    uses: int = 0


class ResponseUrls:
    """Response URLs by their token: each good for 5 messages within 30 minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.given: dict[str, ResponseUrl] = {}

    def issue(self, user: str, channel: str, original: Message | None = None) -> str:
        """Return the token of a new response URL."""
        token = secrets.token_urlsafe(24)
        self.given[token] = ResponseUrl(user, channel, self._clock(), original)
        return token

    def knows(self, token: str) -> bool:
        """Whether it was issued here, however long ago."""
        return token in self.given

    def use(self, token: str) -> ResponseUrl:
        """Use a known response URL once; refuses a used up or old one."""
        url = self.given[token]
        if self._clock() - url.made_at > RESPONSE_URL_LASTS:
            raise RefusedError("expired_url")
        if url.uses >= RESPONSE_URL_USES:
            raise RefusedError("used_url")
        url.uses += 1
        return url
