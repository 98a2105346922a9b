"""Greets those who open the Messages tab for the first time, and answers what is written there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.log import get_logger
from bot.messages_tab import views
from bot.messages_tab.offers import StartOffers
from bot.messages_tab.views import Commands
from bot.model.errors import NoAgent
from bot.model.messages import Message
from bot.model.people import Contact, Conversation, Person, Requester
from bot.policy.agents import Agents
from bot.slack.client import Slack
from bot.slack.errors import SlackError
from bot.store.people.greetings import Claim, Greetings
from bot.ui import private_messages
from bot.ui.text import translator_for

_CLOCKS_DIFFER_BY: Final = 300.0
"""How far Slack's clock and ours may differ, in seconds."""

log = get_logger(__name__)


class MessagesTab:
    """The conversation between a person and the bot."""

    def __init__(
        self, slack: Slack, agents: Agents, greetings: Greetings, offers: StartOffers, *, commands: Commands
    ) -> None:
        self._slack = slack
        self._agents = agents
        self._greetings = greetings
        self._offers = offers
        self._commands = commands

    async def greet(self, requester: Requester, person: Person, *, by: str, asked_at: float) -> None:
        """Greet a person who has never been greeted; `by` is the id of the request, which may run again after a crash.

        A greeting that a crashed process may have posted is looked for first.
        """
        claim = await self._greetings.claim(person.team, person.id, by=by)
        if claim is Claim.TAKEN:
            return
        tab = requester.conversation
        if not tab.channel:
            tab = await self._slack.direct_messages(person.team, person.id)
        if claim is Claim.AGAIN and await self._is_greeted(tab, asked_at):
            return
        translate, has_login = translator_for(person.locale), await self._has_login(person)
        await self._slack.post(tab, views.greeting(person.name, self._commands, translate, has_login=has_login))

    async def answer(self, requester: Requester, person: Person, contacts: Sequence[str]) -> None:
        """Answer what a person wrote in one message: an offer to start where there are contacts, else what works."""
        translate = translator_for(person.locale)
        if contacts:
            first, everybody = self._offers.value(contacts[:1]), self._offers.value(contacts)
            message: Message = views.offer([Contact(one) for one in contacts], first, everybody, translate)
        else:
            message = private_messages.what_works(translate, command=self._commands.assist)
        # Nobody else reads it there, and an answer in a conversation stays.
        await self._slack.post(requester.conversation, message)

    async def _has_login(self, person: Person) -> bool:
        try:
            await self._agents.login(person)
        except NoAgent:
            return False
        return True

    async def _is_greeted(self, tab: Conversation, asked_at: float) -> bool:
        try:
            messages = await self._slack.messages(replace(tab, thread_ts=None), since=asked_at - _CLOCKS_DIFFER_BY)
        except SlackError as error:
            log.info("greeting_not_looked_for", reason=error.code)
            return False
        return any(block.get("block_id") == views.GREETING for one in messages for block in one.get("blocks") or ())
