"""Sends messages that one person alone sees: in three ways, each tried where the one before was refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Final, Protocol, TypeAlias
from urllib.parse import urlsplit

from bot.log import get_logger
from bot.model.errors import TryLater
from bot.model.messages import Message
from bot.model.people import Conversation, Requester
from bot.model.session import Card
from bot.slack.errors import SlackError, UnfitMessage, WorkspaceClosed
from bot.slack.web_api import WebApi

_LONGEST_TEXT: Final = 3900
"""Slack recommends to keep texts below 4,000 characters."""

_WORTH_ANOTHER_WAY: Final = 10.0
"""Who waits for links does not wait for longer than that while another way may be open, in seconds."""

log = get_logger(__name__)

Send: TypeAlias = Callable[[Requester, Message], Awaitable[bool]]
"""Sends a message to one person; returns whether this way is open to them at all."""


class DirectMessages(Protocol):
    """Writes into the conversation between a person and the bot."""

    async def direct_messages(self, team: str, user: str) -> Conversation:
        """Return the conversation."""
        ...

    async def post(self, conversation: Conversation, message: Message) -> Card:
        """Post a message there."""
        ...


class PrivateMessages:
    """Sends messages to single persons; `response_hosts` are the hosts whose response URLs are Slack's own."""

    def __init__(self, api: WebApi, direct: DirectMessages, *, response_hosts: frozenset[str | None]) -> None:
        self._api = api
        self._direct = direct
        self._response_hosts = response_hosts

    async def send(
        self, requester: Requester, message: Message, *, replacing: bool, last_try: bool, strict: bool
    ) -> None:
        """Send a message in the first way that works.

        Raises `TryLater` where Slack asks for some seconds of patience; where it asks for more, and with `last_try`,
        only once every other way was tried. Raises the refusal where no way is left. No way is tried more than twice:
        as it is, and as plain text. With `strict` it is not made plain: `UnfitMessage` is raised.
        """
        refusal = SlackError("response_url", "no_way")
        later: TryLater | None = None
        for way in self._ways(requester, replacing=replacing):
            try:
                if await (way(requester, message) if strict else self._sent(way, requester, message)):
                    return
            except SlackError as error:
                if strict and isinstance(error, UnfitMessage):
                    raise
                refusal = refusal if isinstance(refusal, WorkspaceClosed) else error
            except TryLater as error:
                if not last_try and error.retry_in < _WORTH_ANOTHER_WAY:
                    raise
                later = error
        raise later or refusal

    def _ways(self, requester: Requester, *, replacing: bool) -> list[Send]:
        """Return the ways in their order. The response URL works even where the bot is no member, not in threads."""

        async def respond(requester: Requester, message: Message) -> bool:
            return await self._respond(requester, message, replacing=replacing)

        in_place: list[Send] = [respond, self._post_ephemeral]
        if requester.conversation.thread_ts and not replacing:
            in_place.reverse()
        return [*in_place, self._message_directly]

    async def _sent(self, way: Send, requester: Requester, message: Message) -> bool:
        try:
            return await way(requester, message)
        except UnfitMessage as error:
            log.warning("message_made_plain", method=error.method, reason=error.code)
            return await way(requester, plain(message))

    async def _respond(self, requester: Requester, message: Message, *, replacing: bool) -> bool:
        if urlsplit(requester.response_url).hostname not in self._response_hosts:
            return False
        says = {"text": message.text, "blocks": message.blocks}
        body = {"response_type": "ephemeral", "replace_original": replacing, **says}
        await self._api.respond(requester.response_url, body)
        return True

    async def _post_ephemeral(self, requester: Requester, message: Message) -> bool:
        conversation = requester.conversation
        if not conversation.channel:
            return False
        await self._api.call(
            conversation.team,
            "chat.postEphemeral",
            channel=conversation.channel,
            user=requester.user,
            thread_ts=conversation.thread_ts,
            text=message.text,
            blocks=message.blocks,
        )
        return True

    async def _message_directly(self, requester: Requester, message: Message) -> bool:
        await self._direct.post(
            await self._direct.direct_messages(requester.conversation.team, requester.user), message
        )
        return True


def plain(message: Message) -> Message:
    """Return the message without blocks: what its sections say and where its buttons lead, as text."""
    sections = [block["text"] for block in message.blocks if block.get("type") == "section"]
    lines = [str(text["text"]) for text in sections if isinstance(text, dict) and "text" in text]
    said = "\n".join([*lines, *_links_of(message)])
    return replace(message, text=(said or message.text)[:_LONGEST_TEXT], blocks=(), metadata=None)


def _links_of(message: Message) -> Iterator[str]:
    for block in message.blocks:
        elements = block.get("elements")
        for element in elements if isinstance(elements, list) else ():
            match element:
                case {"type": "button", "url": url, "text": {"text": label}}:
                    yield f"<{url}|{label}>"
