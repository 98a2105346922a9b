"""Opening the forms: at once, beside everything else, for Slack's trigger lives 3 seconds."""

from __future__ import annotations

from bot.deferred.background import Background
from bot.log import get_logger
from bot.model.errors import KnownError, TryLater
from bot.model.messages import Block
from bot.model.people import Asker
from bot.model.session import Kind
from bot.policy.agents import Agents
from bot.sessions.views import modals
from bot.slack.client import Slack
from bot.slack.errors import SlackError, TooLate
from bot.ui import private_messages
from bot.ui.ids import Origin
from bot.ui.text import Words

log = get_logger(__name__)


class Forms:
    """Opens modals. They need no durability: a trigger does not outlive a restart."""

    def __init__(self, slack: Slack, agents: Agents, background: Background) -> None:
        self._slack = slack
        self._agents = agents
        self._background = background

    def open(self, kind: Kind, asker: Asker, trigger_id: str, origin: Origin, *, filled: str = "") -> None:
        """Begin to open a form, filled with contacts.

        A person for whom it cannot be opened is told: by a direct message where they pressed a global shortcut.
        """
        self._background.run(self._open(kind, asker, trigger_id, origin, filled))

    async def _open(self, kind: Kind, asker: Asker, trigger_id: str, origin: Origin, filled: str) -> None:
        words = await self._agents.words(asker.place.team, asker.user)
        try:
            await self._slack.open_modal(asker.place.team, trigger_id, _form(kind, words, origin, filled))
        except (SlackError, TryLater) as error:
            log.warning("form_not_opened", reason=str(error))
            await self._slack.whisper(asker, private_messages.told(_sorry(error, words)), last_try=True)


def _sorry(error: KnownError, words: Words) -> str:
    if isinstance(error, TooLate | TryLater):
        return words("Slack was too slow to open the form. Please try again.")
    return words("Slack did not open the form. Please type the command instead, or tell who administers this bot.")


def _form(kind: Kind, words: Words, origin: Origin, filled: str) -> Block:
    if kind is Kind.ASSISTANCE:
        return modals.assistance_form(words, origin, contact=filled)
    return modals.meeting_form(words, origin, participants=filled)
