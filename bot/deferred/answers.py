"""Answers a request where the person is: in a modal over what they pressed, else by a message that they alone see."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from bot.deferred import requests
from bot.deferred.requests import DeferredRequest, Request
from bot.log import get_logger
from bot.model.errors import TryLater
from bot.model.messages import Block, Message
from bot.model.people import Conversation
from bot.policy.agents import Agents
from bot.slack.client import Slack
from bot.slack.errors import ModalChanged, SlackError
from bot.ui.answer_modal import answer_modal, waiting_modal
from bot.ui.ids import ModalOrigin
from bot.ui.text import Translator

_REPLACING: Final = requests.ShowMediaPage | requests.ShowResults | requests.Forget | requests.ForgetInvitee
"""Their answers take the place of what the pressed button stood in."""

_TRIGGER_LIVES: Final = 3.0
"""Within these seconds a trigger opens a modal; https://docs.slack.dev/interactivity/handling-user-interaction."""

log = get_logger(__name__)


class Answers:
    """Sends answers. A modal is named after its request, so that a process that takes the request over finds it."""

    def __init__(self, slack: Slack, agents: Agents, *, clock: Callable[[], float] = time.time) -> None:
        self._slack = slack
        self._agents = agents
        self._clock = clock

    async def begin(self, deferred: DeferredRequest) -> None:
        """Open the modal of a request that has one, while its trigger lives; the answer follows.

        Where Slack does not open it, the answer comes as a private message.
        """
        if not deferred.trigger_id or self._clock() >= deferred.asked_at + _TRIGGER_LIVES:
            return
        translate, team = await self._translate(deferred), deferred.requester.conversation.team
        title, origin = _title(deferred.request, translate), _origin(deferred.requester.conversation)
        try:
            await self._slack.open_modal(
                team,
                deferred.trigger_id,
                waiting_modal(title, origin, translate, external_id=deferred.id),
                on_top=deferred.modal is not None,
            )
        except (SlackError, TryLater) as error:
            log.info("modal_not_opened", team=team, request=deferred.request.tag, reason=str(error))

    async def send(
        self, deferred: DeferredRequest, answer: Message, *, is_last: bool = True, last_try: bool = False
    ) -> None:
        """Send what a person is answered: in the modal, if it is still open; else as a private message.

        Of what is not the last of it nothing is replaced but the modal that waits for it. Raises as
        `Slack.send_private` does.
        """
        if await self._shown_in_modal(deferred, answer, is_last=is_last):
            return
        is_replacing = is_last and isinstance(deferred.request, _REPLACING) and deferred.modal is None
        await self._slack.send_private(deferred.requester, answer, replacing=is_replacing, last_try=last_try)

    async def _shown_in_modal(self, deferred: DeferredRequest, answer: Message, *, is_last: bool) -> bool:
        """Show an answer in the modal of a request; returns whether nothing is left to be said elsewhere."""
        modal = deferred.modal if isinstance(deferred.request, _REPLACING) else None
        if not deferred.trigger_id and not (modal and is_last):
            return False
        team, view = deferred.requester.conversation.team, await self._view(deferred, answer)
        try:
            if modal:
                await self._slack.update_modal(team, view, view_id=modal.view_id, of=modal.hash)
            else:
                await self._slack.update_modal(team, view, external_id=deferred.id)
        except ModalChanged:
            # Another answer stands there by now: that of a later press, or this one, shown before a crash.
            return True
        except SlackError as error:
            log.info("modal_not_updated", team=team, request=deferred.request.tag, reason=error.code)
            return False
        return True

    async def _view(self, deferred: DeferredRequest, answer: Message) -> Block:
        translate, origin = await self._translate(deferred), _origin(deferred.requester.conversation)
        return answer_modal(_title(deferred.request, translate), answer, origin, translate, external_id=deferred.id)

    async def _translate(self, deferred: DeferredRequest) -> Translator:
        return await self._agents.translate(deferred.requester.conversation.team, deferred.requester.user)


def _origin(conversation: Conversation) -> ModalOrigin:
    return ModalOrigin(conversation.channel, conversation.thread_ts or "")


def _title(request: Request, translate: Translator) -> str:
    """Return what stands above an answer, in at most the 24 characters that Slack shows."""
    match request:
        case requests.OpenTicket():
            return translate("Open the ticket")
        case requests.JoinAsMe():
            return translate("Join as me")
        case _:
            return translate("Photos and recordings")
