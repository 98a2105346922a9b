"""Who a Slack user is at Apizee."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.model.errors import KnownError, NoAgent, TimeZoneNotKnown
from bot.model.people import Person
from bot.model.timing import AgentsTiming
from bot.policy.recent import KEPT_AT_MOST, Recent
from bot.slack.client import Slack
from bot.ui.text import Translator, translator_for

DefaultLogin: TypeAlias = Callable[[str], Awaitable[str | None]]
"""Returns the login of a workspace's default agent."""


GivenLogin: TypeAlias = Callable[[str, str], Awaitable[str | None]]
"""Returns the login that administrators of a workspace gave to a user on the Home."""


async def no_default_agent(_team: str) -> None:
    """Return that a workspace has no default agent."""


async def no_given_login(_team: str, _user: str) -> None:
    """Return that nobody gave a user a login on the Home."""


class Agents:
    """The people of the workspace and their logins; what Slack says of a person is kept for 5 minutes.

    `admins` are the ids of those who administer the bot, besides the workspace's own administrators. `logins` are those
    of the settings, by the ids of their users; what `given_login` returns comes before them: the workspace's
    administrators chose it for their own people.
    """

    def __init__(
        self,
        slack: Slack,
        *,
        default_login: DefaultLogin,
        admins: frozenset[str] = frozenset(),
        logins: Mapping[str, str] | None = None,
        given_login: GivenLogin = no_given_login,
        kept_at_most: int = KEPT_AT_MOST,
        timing: AgentsTiming | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._slack = slack
        self._default_login = default_login
        self.admins = admins
        self._logins = logins or {}
        self._given_login = given_login
        self._timing = timing or AgentsTiming()
        self._people: Recent[tuple[str, str], Person] = Recent(
            self._timing.kept_for, kept_at_most=kept_at_most, clock=clock
        )

    async def person(self, team: str, user: str) -> Person:
        """Return a member of the workspace, with the login that they were given, which counts at once.

        Raises `UserUnavailable`, or `SlackAway` or `StoreUnavailable` where the question may be asked later.
        """
        person = await self._profile(team, user)
        return replace(person, given_login=await self._given_login(team, user) or self._logins.get(user))

    def cached(self, team: str, user: str) -> Person | None:
        """Return what Slack said of a member, without asking it; `None` where nothing recent is known."""
        return self._people.get((team, user))

    async def _profile(self, team: str, user: str) -> Person:
        known = self.cached(team, user)
        return known or self._people.put((team, user), await self._slack.person(team, user))

    async def translate(self, team: str, user: str) -> Translator:
        """Return the translator into a person's language; English where Slack does not say at once which it is."""
        try:
            async with asyncio.timeout(self._timing.language_worth_waiting):
                return translator_for((await self._profile(team, user)).locale)
        except (TimeoutError, KnownError):
            return translator_for("en")

    async def zone(self, team: str, user: str) -> ZoneInfo | None:
        """Return a person's time zone, `None` where Slack says none that is known.

        Raises `TimeZoneNotKnown` where Slack does not say at once which it is.
        """
        try:
            async with asyncio.timeout(self._timing.language_worth_waiting):
                name = (await self._profile(team, user)).timezone
        except (TimeoutError, KnownError) as error:
            raise TimeZoneNotKnown from error
        try:
            return ZoneInfo(name)
        except (LookupError, ValueError):
            return None

    def own_login(self, person: Person) -> str | None:
        """Return the login that is a person's own: the one that they were given, else their confirmed address.

        An address that Slack does not call confirmed proves nothing: anybody may have typed it.
        """
        confirmed = person.email if person.email_verified else None
        return person.given_login or confirmed

    async def login(self, person: Person) -> str:
        """Return the login under which a person's sessions run: their own, else the default agent's.

        Raises `NoAgent` where there is neither.
        """
        login = self.own_login(person) or await self.default_login(person.team)
        if not login:
            raise NoAgent
        return login

    async def default_login(self, team: str) -> str | None:
        """Return the login of a workspace's default agent; `None` where it has none."""
        return await self._default_login(team)

    def is_login_of(self, person: Person, login: str | None) -> bool:
        """Return whether a login is a person's own."""
        own = self.own_login(person)
        return bool(login and own and login.casefold() == own.casefold())

    def administers(self, person: Person) -> bool:
        """Return whether a person may see what is everybody's."""
        return person.is_admin or person.id in self.admins
