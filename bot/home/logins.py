"""Lets administrators give people a login at Apizee, and take it away again."""

from __future__ import annotations

from typing import Final

from bot.deferred.background import Background
from bot.home.views import login_form
from bot.model.acts import Act
from bot.model.errors import KnownError, NoLoginFor
from bot.model.people import Requester, Standing
from bot.policy.agents import Agents
from bot.policy.policy import Policy
from bot.slack.client import Slack
from bot.store.people.logins import LoginStore
from bot.ui import private_messages
from bot.ui.error_messages import sentence

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


class LoginForm:
    """Opens the form in which an administrator sets a login; `command` is the slash command that sentences name."""

    def __init__(self, slack: Slack, agents: Agents, policy: Policy, background: Background, *, command: str) -> None:
        self._slack = slack
        self._agents = agents
        self._policy = policy
        self._background = background
        self._command = command

    def open(self, requester: Requester, trigger_id: str) -> None:
        """Start to open the form; where it cannot be opened, the person reads why."""
        self._background.run(self._open(requester, trigger_id))

    async def _open(self, requester: Requester, trigger_id: str) -> None:
        team = requester.conversation.team
        translate = await self._agents.translate(team, requester.user)
        try:
            await self._policy.admit(Act.SET_LOGINS, requester)
            await self._slack.open_modal(team, trigger_id, login_form(translate))
        except KnownError as error:
            message = private_messages.text_message(sentence(error, translate, command=self._command))
            await self._slack.send_private(requester, message, last_try=True)
