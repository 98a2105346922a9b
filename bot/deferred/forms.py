"""Opens the forms: at once, beside everything else, for Slack's trigger lives 3 seconds."""

from __future__ import annotations

import asyncio

from bot.deferred.background import Background
from bot.log import get_logger
from bot.model.acts import Act
from bot.model.errors import KnownError, NotAllowed, TryLater
from bot.model.people import Requester
from bot.model.session import Kind
from bot.model.timing import AgentsTiming
from bot.policy.agents import Agents
from bot.policy.policy import Policy
from bot.sessions.views import modals
from bot.slack.client import Slack
from bot.slack.errors import SlackError, TriggerExpired
from bot.ui import private_messages
from bot.ui.error_messages import sentence
from bot.ui.ids import ModalOrigin
from bot.ui.text import Translator

log = get_logger(__name__)


class Forms:
    """Opens modals. They need no durability: a trigger does not outlive a restart."""

    def __init__(
        self,
        slack: Slack,
        agents: Agents,
        policy: Policy,
        background: Background,
        *,
        command: str,
        timing: AgentsTiming | None = None,
    ) -> None:
        self._slack = slack
        self._agents = agents
        self._policy = policy
        self._background = background
        self._command = command
        self._worth_waiting = (timing or AgentsTiming()).language_worth_waiting

    def open(self, kind: Kind, requester: Requester, trigger_id: str, origin: ModalOrigin, *, filled: str = "") -> None:
        """Start to open a form, filled with contacts.

        Where it cannot be opened, the person gets a message: a direct one if they pressed a global shortcut.
        """
        self._background.run(self._open(kind, requester, trigger_id, origin, filled))

    async def _open(self, kind: Kind, requester: Requester, trigger_id: str, origin: ModalOrigin, filled: str) -> None:
        translate = await self._agents.translate(requester.conversation.team, requester.user)
        if refusal := await self._refusal(requester):
            message = private_messages.text_message(sentence(refusal, translate, command=self._command))
            await self._slack.send_private(requester, message, last_try=True)
            return
        try:
            await self._slack.open_modal(
                requester.conversation.team, trigger_id, modals.form(kind, translate, origin, filled=filled)
            )
        except (SlackError, TryLater) as error:
            log.warning("form_not_opened", reason=str(error))
            await self._slack.send_private(
                requester, private_messages.text_message(_sorry(error, translate)), last_try=True
            )

    async def _refusal(self, requester: Requester) -> NotAllowed | None:
        """Return why a person starts nothing, where that is known at once.

        Else they get the form: it does nothing by itself, and what is sent with it is asked about again.
        """
        try:
            async with asyncio.timeout(self._worth_waiting):
                await self._policy.admit(Act.START, requester)
        except NotAllowed as error:
            return error
        except (TimeoutError, KnownError):
            pass
        return None


def _sorry(error: KnownError, translate: Translator) -> str:
    if isinstance(error, TriggerExpired | TryLater):
        return translate("Slack was too slow to open the form. Please try again.")
    return translate("Slack did not open the form. Please type the command instead, or tell who administers this bot.")
