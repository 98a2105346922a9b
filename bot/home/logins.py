"""Lets administrators give people a login at Apizee, and take it away again."""

from __future__ import annotations

from typing import Final

from bot.model.errors import NoLoginFor
from bot.model.people import Standing
from bot.policy.agents import Agents
from bot.store.people.logins import LoginStore

_OUTSIDE: Final = frozenset({Standing.BOT, Standing.OTHER_ORGANISATION})


class Logins:
    """Gives logins, and takes them away, once the policy was asked; raises `StoreUnavailable`."""

    def __init__(self, store: LoginStore, agents: Agents) -> None:
        self._store = store
        self._agents = agents

    async def give(self, team: str, user: str, login: str) -> None:
        """Give somebody a login; raises `NoLoginFor`, `UserUnavailable`, or `SlackAway` where that is not known."""
        person = await self._agents.person(team, user)
        if person.standing in _OUTSIDE:
            raise NoLoginFor(user)
        await self._store.give(team, user, login)

    async def take_away(self, team: str, user: str) -> None:
        """Let somebody's login be what it is without an administrator's word; also of who has left."""
        await self._store.remove(team, user)
