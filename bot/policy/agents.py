"""Who a Slack user is at Apizee."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from bot.model.errors import KnownError, NoAgent
from bot.model.people import Person
from bot.model.timing import AgentsTiming
from bot.slack.client import Slack
from bot.ui.text import Translator, translator_for

KEPT_AT_MOST: Final = 10_000
"""Of more people nobody is remembered for long."""


class Agents:
    """The people of the workspace and their logins; what Slack says of a person is kept for 5 minutes.

    `admins` are the ids of those who administer the bot, besides the workspace's own administrators.
    """

    def __init__(
        self,
        slack: Slack,
        *,
        default_login: str | None,
        admins: frozenset[str] = frozenset(),
        kept_at_most: int = KEPT_AT_MOST,
        timing: AgentsTiming | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slack = slack
        self._default_login = default_login
        self._admins = admins
        self._kept_at_most = kept_at_most
        self._timing = timing or AgentsTiming()
        self._clock = clock
        self._people: dict[tuple[str, str], tuple[float, Person]] = {}

    async def person(self, team: str, user: str) -> Person:
        """A member of the workspace; raises `UserUnavailable`, or `SlackAway` where Slack does not say."""
        known = self.remembered(team, user)
        return known or self._remember(await self._slack.person(team, user))

    def remembered(self, team: str, user: str) -> Person | None:
        """The same without asking Slack: `None` where nothing recent is known."""
        since, person = self._people.get((team, user), (0.0, None))
        return person if person and self._clock() - since < self._timing.kept_for else None

    async def translate(self, team: str, user: str) -> Translator:
        """The person's language, in English where Slack does not say at once which it is."""
        try:
            async with asyncio.timeout(self._timing.language_worth_waiting):
                return translator_for((await self.person(team, user)).locale)
        except (TimeoutError, KnownError):
            return translator_for("en")

    def login(self, person: Person) -> str:
        """A person's login at Apizee: the profile's e-mail address, else the default agent; raises `NoAgent`."""
        login = person.email or self._default_login
        if not login:
            raise NoAgent
        return login

    def administers(self, person: Person) -> bool:
        """Whether a person may see what is everybody's."""
        return person.is_admin or person.id in self._admins

    def _remember(self, person: Person) -> Person:
        if len(self._people) >= self._kept_at_most:
            self._people.clear()
        self._people[person.team, person.id] = (self._clock(), person)
        return person
