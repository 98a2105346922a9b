"""Opens the forms that administrators have on the Home: to set a login, to turn the weekly digest on."""

from __future__ import annotations

from collections.abc import Callable

from bot.deferred.background import Background
from bot.model.acts import Act
from bot.model.errors import KnownError
from bot.model.messages import Block
from bot.model.people import Requester
from bot.policy.agents import Agents
from bot.policy.policy import Policy
from bot.slack.client import Slack
from bot.ui import private_messages
from bot.ui.error_messages import sentence
from bot.ui.text import Translator


class AdministratorsForm:
    """Opens one form, by `view`, for who may do its act; `command` is the slash command that sentences name."""

    def __init__(
        self,
        act: Act,
        view: Callable[[Translator], Block],
        *,
        slack: Slack,
        agents: Agents,
        policy: Policy,
        background: Background,
        command: str,
    ) -> None:
        self._act = act
        self._view = view
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
            await self._policy.admit(self._act, requester)
            await self._slack.open_modal(team, trigger_id, self._view(translate))
        except KnownError as error:
            message = private_messages.text_message(sentence(error, translate, command=self._command))
            await self._slack.send_private(requester, message, last_try=True)
