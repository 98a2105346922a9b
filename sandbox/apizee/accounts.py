"""Who may call: API users with their passwords, their tokens, and how many requests each may make."""

from __future__ import annotations

import hmac
import math
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sandbox.apizee.model import Agent, Operation
from sandbox.apizee.records import Clock

AGENT_1 = Agent(2888, "Agent 1", "agent1@apizee.com")
AGENT_2 = Agent(2889, "Agent 2", "agent2@apizee.com")
DEFAULT_AGENT = Agent(2890, "Default agent", "default.agent@apizee.com")
WITHOUT_ADDRESS = Agent(2891, "Help desk", "help-desk")
"""A login is a user's name, and need not be an e-mail address."""
AGENTS = (AGENT_1, AGENT_2, DEFAULT_AGENT, WITHOUT_ADDRESS)
TOKEN_LASTS = timedelta(seconds=86_400)


class Accounts:
    """API users, and the `tokens` given to them: to whom, and until when each is good."""

    def __init__(self, passwords: Mapping[str, str], clock: Clock) -> None:
        self._passwords = dict(passwords)
        self._clock = clock
        self.tokens: dict[str, tuple[str, datetime]] = {}

    @property
    def users(self) -> frozenset[str]:
        """Return the names of the API users."""
        return frozenset(self._passwords)

    def change_password(self, username: str, password: str) -> None:
        """Let an API user have another password; tokens stay good."""
        self._passwords[username] = password

    def sign_in(self, username: str, password: str) -> str | None:
        """Return a fresh token, or `None` for wrong credentials. Earlier tokens stay good."""
        expected = self._passwords.get(username)
        if expected is None or not hmac.compare_digest(expected.encode(), password.encode()):
            return None
        token = str(uuid4())
        self.tokens[token] = (username, self._clock() + TOKEN_LASTS)
        return token

    def user_of(self, token: str) -> str | None:
        """Whose token it is, or `None` if it is unknown, revoked or expired."""
        user, expires_at = self.tokens.get(token, (None, None))
        return user if expires_at is not None and self._clock() < expires_at else None

    def revoke_all(self) -> None:
        """No token is good any more."""
        self.tokens.clear()


@dataclass(frozen=True, slots=True)
class Violation:
    """A request that came over the limit."""

    user: str
    operation: Operation
    at: datetime


class RequestLimit:
    """At most `per_minute` requests in any 60 seconds per user, over all operations; `None` for no limit."""

    window = timedelta(seconds=60)

    def __init__(self, per_minute: int | None, clock: Clock) -> None:
        self.per_minute = per_minute
        self.violations: list[Violation] = []
        self._clock = clock
        self._counted: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def count(self, user: str, operation: Operation) -> int:
        """Count a request: 0 where it may pass, else the seconds to wait, and the violation is recorded."""
        now, used = self._clock(), self.used(user)
        counted = self._counted[user]
        if self.per_minute is not None and used >= self.per_minute:
            self.violations.append(Violation(user, operation, now))
            return math.ceil((counted[0] + self.window - now).total_seconds())
        counted.append(now)
        return 0

    def used(self, user: str) -> int:
        """How many requests of this user count by now."""
        counted, since = self._counted[user], self._clock() - self.window
        while counted and counted[0] <= since:
            counted.popleft()
        return len(counted)

    def forget(self) -> None:
        """Let no request have been made."""
        self._counted.clear()

    def frees_at(self) -> list[datetime]:
        """When each user's oldest request stops counting."""
        return [counted[0] + self.window for user, counted in self._counted.items() if self.used(user)]
