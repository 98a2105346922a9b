"""Opening the forms: at once, beside everything else, for Slack's trigger lives 3 seconds."""

from __future__ import annotations

from bot.deferred.background import Background
from bot.log import get_logger
from bot.model.errors import KnownError, TryLater
from bot.model.people import Requester
from bot.model.session import Kind
from bot.policy.agents import Agents
from bot.sessions.views import modals
from bot.slack.client import Slack
from bot.slack.errors import SlackError, TriggerExpired
from bot.ui import private_messages
from bot.ui.ids import Origin
from bot.ui.text import Translator

log = get_logger(__name__)


class Forms:
    """Opens modals. They need no durability: a trigger does not outlive a restart."""

    def __init__(self, slack: Slack, agents: Agents, background: Background) -> None:
        self._slack = slack
        self._agents = agents
        self._background = background

    def open(self, kind: Kind, requester: Requester, trigger_id: str, origin: Origin, *, filled: str = "") -> None:
        """Begin to open a form, filled with contacts.

        A person for whom it cannot be opened is told: by a direct message where they pressed a global shortcut.
        """
        self._background.run(self._open(kind, requester, trigger_id, origin, filled))

    async def _open(self, kind: Kind, requester: Requester, trigger_id: str, origin: Origin, filled: str) -> None:
        translate = await self._agents.translate(requester.conversation.team, requester.user)
        try:
            await self._slack.open_modal(
                requester.conversation.team, trigger_id, modals.form(kind, translate, origin, filled=filled)
            )
        except (SlackError, TryLater) as error:
            log.warning("form_not_opened", reason=str(error))
            await self._slack.send_private(requester, private_messages.told(_sorry(error, translate)), last_try=True)


def _sorry(error: KnownError, translate: Translator) -> str:
    if isinstance(error, TriggerExpired | TryLater):
        return translate("Slack was too slow to open the form. Please try again.")
    return translate("Slack did not open the form. Please type the command instead, or tell who administers this bot.")
