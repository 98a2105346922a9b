"""Opens the forms: at once, beside everything else, for Slack's trigger lives 3 seconds."""

from __future__ import annotations

import asyncio
from functools import partial

from bot.deferred.background import Background
from bot.log import get_logger
from bot.model.acts import Act
from bot.model.errors import KnownError, NotAllowed, NotAnAgent, TryLater
from bot.model.people import Requester
from bot.model.session import Kind
from bot.model.timing import AgentsTiming
from bot.policy.agents import Agents
from bot.policy.policy import Policy, Subject
from bot.sessions.views import modals
from bot.slack.client import Slack
from bot.slack.errors import SlackError, TriggerExpired, UserUnavailable
from bot.store.people.last_channels import LastChannels
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
        last_channels: LastChannels,
        *,
        command: str,
        timing: AgentsTiming | None = None,
    ) -> None:
        self._slack = slack
        self._agents = agents
        self._policy = policy
        self._background = background
        self._last_channels = last_channels
        self._command = command
        self._worth_waiting = (timing or AgentsTiming()).language_worth_waiting

    def open(self, kind: Kind, requester: Requester, trigger_id: str, origin: ModalOrigin, *, filled: str = "") -> None:
        """Start to open a form, filled with contacts.

        Where it cannot be opened, the person gets a message: a direct one if they pressed a global shortcut.
        """
        self._background.run(self._open(kind, requester, trigger_id, origin, filled))

    def sent(self, requester: Requester) -> None:
        """Start to remember where a person had a form show its card: the next one proposes it."""
        conversation = requester.conversation
        self._background.run(self._last_channels.remember(conversation.team, requester.user, conversation.channel))

    async def check_agent(self, requester: Requester, colleague: str) -> None:
        """Raise why a colleague cannot be the agent of what a person starts, where that is known at once.

        Raises `NotAnAgent`, `UserUnavailable` where they left, and `NotAllowed` where the person starts nothing. What
        is not known at once is found out when the session starts.
        """
        about = Subject(team=requester.conversation.team, kind=Kind.ASSISTANCE, owner=requester.user)
        try:
            async with asyncio.timeout(self._worth_waiting):
                await self._policy.admit(Act.START, requester)
                await self._policy.agent(requester, about, colleague)
        except (NotAllowed, NotAnAgent, UserUnavailable):
            raise
        except (TimeoutError, KnownError):
            pass

    async def _open(self, kind: Kind, requester: Requester, trigger_id: str, origin: ModalOrigin, filled: str) -> None:
        team = requester.conversation.team
        translate = await self._agents.translate(team, requester.user)
        refusal, last_channel = await asyncio.gather(self._refusal(requester), self._last_channel(requester, origin))
        if refusal:
            message = private_messages.text_message(sentence(refusal, translate, command=self._command))
            await self._slack.send_private(requester, message, last_try=True)
            return
        form = partial(modals.form, kind, translate, origin, filled=filled)
        try:
            try:
                await self._slack.open_modal(team, trigger_id, form(last_channel=last_channel))
            except SlackError as error:
                if not last_channel or isinstance(error, TriggerExpired):
                    raise
                # It may be gone, or the person may have left it.
                await self._slack.open_modal(team, trigger_id, form())
        except (SlackError, TryLater) as error:
            log.warning("form_not_opened", reason=str(error))
            in_a_thread = requester.conversation.thread_ts is not None
            sorry = private_messages.text_message(_sorry(error, translate, in_a_thread=in_a_thread))
            await self._slack.send_private(requester, sorry, last_try=True)

    async def _last_channel(self, requester: Requester, origin: ModalOrigin) -> str:
        """Return the channel that a form proposes which was opened from none; `""` where none is known at once."""
        if origin.channel:
            return ""
        try:
            async with asyncio.timeout(self._worth_waiting):
                return await self._last_channels.of(requester.conversation.team, requester.user)
        except (TimeoutError, KnownError):
            return ""

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


def _sorry(error: KnownError, translate: Translator, *, in_a_thread: bool) -> str:
    """Return what to do instead: Slack runs no commands in threads."""
    if isinstance(error, TriggerExpired | TryLater):
        return translate("Slack was too slow to open the form. Please try again.")
    if in_a_thread:
        return translate("Slack did not open the form. Please try again, or tell who administers this bot.")
    return translate("Slack did not open the form. Please type the command instead, or tell who administers this bot.")
