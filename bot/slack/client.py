"""Calls Slack's Web API for messages, private messages, modals and call blocks, one method each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from io import SEEK_END
from typing import BinaryIO, Final, TypeAlias, cast
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.log import get_logger
from bot.model.media import Upload
from bot.model.messages import Message
from bot.model.people import Colleague, Conversation, Person, Requester
from bot.model.places import Channel
from bot.model.session import Card
from bot.slack.arguments import is_shared, of_message, workspace
from bot.slack.errors import CannotPost, MissingScope, SlackError, UnfitMessage, UserUnavailable, WorkspaceClosed
from bot.slack.people import colleague_from, person_from
from bot.slack.private_messages import PrivateMessages, plain
from bot.slack.steps import StepResults
from bot.slack.web_api import Answer, WebApi

View: TypeAlias = Mapping[str, object]

RESPONSE_HOST = "hooks.slack.com"

_PER_PAGE: Final = 999
"""As many as Slack lists at once."""

_PAGES_AT_MOST: Final = 20
"""Nobody is in more channels; if somebody is, those beyond count as channels where they are not.

Of people it is as many as one may have to wait for.
"""

log = get_logger(__name__)


class Slack:
    """Slack's Web API and response URLs.

    `client_for` returns the client of a workspace. Every method raises `SlackAway` (or `StoreUnavailable`) where the
    call may be repeated later, and another `SlackError` where repeating it would not help.
    """

    def __init__(
        self,
        client_for: Callable[[str], Awaitable[AsyncWebClient]],
        http: aiohttp.ClientSession,
        *,
        api_url: str,
        on_error: Callable[[str, str], None] = lambda _method, _code: None,
        on_request: Callable[[str, float], None] = lambda _method, _seconds: None,
    ) -> None:
        self._api = WebApi(client_for, http, on_error=on_error, on_request=on_request)
        self._on_error, self.steps = on_error, StepResults(self._api)
        hosts = frozenset({RESPONSE_HOST, urlsplit(api_url).hostname})
        self._private = PrivateMessages(self._api, self, response_hosts=hosts)

    async def post(self, conversation: Conversation, message: Message) -> Card:
        """Post a message; https://docs.slack.dev/reference/methods/chat.postMessage.

        Raises `CannotPost` where the bot may not write there.
        """
        posted = await self._api.call(
            conversation.team,
            "chat.postMessage",
            channel=conversation.channel,
            thread_ts=conversation.thread_ts,
            unfurl_links=False,
            unfurl_media=False,
            **of_message(message),
        )
        return Card(channel=posted["channel"], ts=posted["ts"], thread_ts=conversation.thread_ts)

    async def edit(self, team: str, card: Card, message: Message) -> None:
        """Replace a message of ours, by plain text where Slack does not accept its blocks.

        Raises `MessageGone` where somebody deleted it.
        """
        try:
            await self._edit(team, card, message)
        except UnfitMessage as error:
            log.warning("message_made_plain", method=error.method, reason=error.code)
            await self._edit(team, card, plain(message))

    async def _edit(self, team: str, card: Card, message: Message) -> None:
        await self._api.call(team, "chat.update", channel=card.channel, ts=card.ts, **of_message(message))

    async def delete(self, team: str, card: Card) -> None:
        """Delete a message of ours; raises `MessageGone` where somebody has already."""
        await self._api.call(team, "chat.delete", channel=card.channel, ts=card.ts)

    async def send_private(
        self,
        requester: Requester,
        message: Message,
        *,
        replacing: bool = False,
        last_try: bool = False,
        strict: bool = False,
    ) -> bool:
        """Send one person a message where they asked, which nobody else sees.

        The response URL works even where the bot is no member, but not in threads, where an ephemeral
        message comes first; a direct message is the last resort. `replacing` puts the message in the place
        of the private message that was clicked. With `last_try` a way is skipped that Slack asks to wait for.

        Returns whether the person was reached, which somebody deactivated is not. Of the refusals that last it raises
        `WorkspaceClosed`, where no way is left because of it, and with `strict` alone `UnfitMessage`: else what Slack
        does not take as it is made is said in plain text.
        """
        try:
            await self._private.send(requester, message, replacing=replacing, last_try=last_try, strict=strict)
        except SlackError as error:
            if isinstance(error, WorkspaceClosed) or (strict and isinstance(error, UnfitMessage)):
                raise
            self._on_error("private_message", "person_not_reached")
            log.warning("person_not_reached", team=requester.conversation.team, method=error.method, reason=error.code)
            return False
        return True

    async def direct_messages(self, team: str, user: str) -> Conversation:
        """Return the conversation between a person and the bot; https://docs.slack.dev/reference/methods/conversations.open."""
        opened = await self._api.call(team, "conversations.open", users=user)
        return Conversation(team=team, channel=opened["channel"]["id"])

    async def person(self, team: str, user: str) -> Person:
        """Return what Slack knows of a person; https://docs.slack.dev/reference/methods/users.info."""
        found = (await self._api.call(team, "users.info", user=user, include_locale=True))["user"]
        if found.get("deleted"):
            raise UserUnavailable("users.info", "user_disabled")
        return person_from(team, found)

    async def conversations_of(self, team: str, user: str, kinds: Sequence[str]) -> frozenset[str]:
        """Return the ids of the conversations of these kinds that a person is in; https://docs.slack.dev/reference/methods/users.conversations.

        Of private ones Slack lists those that the bot is in too. Raises `MissingScope` where a kind's scope is missing.
        """
        asked = {"user": user, "types": ",".join(kinds)}
        return frozenset([page["id"] async for page in self._pages(team, "users.conversations", "channels", **asked)])

    async def colleagues(self, team: str) -> Sequence[Colleague]:
        """Return the people of a workspace by their names; https://docs.slack.dev/reference/methods/users.list.

        Of some twenty thousand people those beyond are nobody here.
        """
        found = [colleague_from(one) async for one in self._pages(team, "users.list", "members")]
        return [one for one in found if one]

    async def _pages(self, team: str, method: str, holds: str, **asked: str) -> AsyncIterator[Answer]:
        """Yield what a method lists under a name, page by page."""
        cursor = None
        for _ in range(_PAGES_AT_MOST):
            page = await self._api.call(team, method, **asked, team_id=workspace(team), limit=_PER_PAGE, cursor=cursor)
            for one in page[holds]:
                yield one
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break

    async def is_shared(self, team: str, channel: str) -> bool:
        """Return whether another organisation is in a channel, or is invited to it.

        https://docs.slack.dev/reference/objects/conversation-object
        """
        return is_shared((await self._api.call(team, "conversations.info", channel=channel))["channel"])

    async def channel(self, team: str, channel: str) -> Channel:
        """Return how a channel is to the bot; https://docs.slack.dev/reference/methods/conversations.info.

        Raises `CannotPost` where the bot cannot see it.
        """
        said = (await self._api.call(team, "conversations.info", channel=channel))["channel"]
        return Channel(
            is_member=bool(said.get("is_member")),
            is_archived=bool(said.get("is_archived")),
            is_shared=is_shared(said),
        )

    async def check_not_archived(self, team: str, channel: str) -> None:
        """Raise `CannotPost` where a channel takes no more messages, as far as Slack shows it."""
        try:
            said = (await self._api.call(team, "conversations.info", channel=channel))["channel"]
        except MissingScope:
            return
        if said.get("is_archived"):
            raise CannotPost("conversations.info", "is_archived")

    async def group_members(self, team: str, group: str) -> frozenset[str]:
        """Return who is in a user group; https://docs.slack.dev/reference/methods/usergroups.users.list."""
        return frozenset(
            (await self._api.call(team, "usergroups.users.list", usergroup=group, team_id=workspace(team)))["users"]
        )

    async def open_modal(self, team: str, trigger_id: str, view: View, *, on_top: bool = False) -> None:
        """Open a modal, `on_top` of the one in which a button was pressed.

        Raises `TriggerExpired` once the trigger is 3 seconds old, or was used.
        """
        await self._api.call(team, "views.push" if on_top else "views.open", trigger_id=trigger_id, view=view)

    async def update_modal(
        self, team: str, view: View, *, view_id: str | None = None, external_id: str | None = None, of: str = ""
    ) -> None:
        """Replace an open modal, named by Slack's id or by ours; https://docs.slack.dev/reference/methods/views.update.

        `of` is the hash of what it is to show still: raises `ModalChanged` where it shows something else by now.
        """
        await self._api.call(team, "views.update", view_id=view_id, external_id=external_id, hash=of or None, view=view)

    async def publish_home(self, team: str, user: str, view: View) -> None:
        """Publish a person's App Home."""
        await self._api.call(team, "views.publish", user_id=user, view=view)

    async def add_call(self, team: str, *, unique_id: str, url: str, title: str, created_by: str) -> str:
        """Register a meeting as a call, whose id goes into a call block; https://docs.slack.dev/reference/methods/calls.add."""
        added = await self._api.call(
            team, "calls.add", external_unique_id=unique_id, join_url=url, title=title, created_by=created_by
        )
        return cast("str", added["call"]["id"])

    async def end_call(self, team: str, call_id: str, *, seconds: int | None) -> None:
        """Close a call's block, which says how long it took; https://docs.slack.dev/reference/methods/calls.end."""
        await self._api.call(team, "calls.end", id=call_id, duration=seconds)

    async def permalink(self, team: str, card: Card) -> str:
        """Return the link to a message."""
        found = await self._api.call(team, "chat.getPermalink", channel=card.channel, message_ts=card.ts)
        return cast("str", found["permalink"])

    async def unfurl(self, team: str, card: Card, unfurls: Mapping[str, Message]) -> None:
        """Show what links in somebody's message lead to, below it; https://docs.slack.dev/reference/methods/chat.unfurl.

        Again it takes the place of what was shown before.
        """
        shown = {url: {"blocks": message.blocks} for url, message in unfurls.items()}
        await self._api.call(team, "chat.unfurl", channel=card.channel, ts=card.ts, unfurls=shown)

    async def messages(self, conversation: Conversation, *, since: float) -> Sequence[Answer]:
        """Return the messages of a channel or thread since a time (Unix seconds), with their metadata.

        Needs one of the optional history scopes and membership: raises `SlackError` without.
        """
        method = "conversations.replies" if conversation.thread_ts else "conversations.history"
        thread = {"ts": conversation.thread_ts} if conversation.thread_ts else {}
        found = await self._api.call(
            conversation.team,
            method,
            channel=conversation.channel,
            oldest=f"{since:.6f}",
            include_all_metadata=True,
            limit=100,
            **thread,
        )
        return cast("Sequence[Answer]", found["messages"])

    async def upload(
        self,
        team: str,
        content: BinaryIO,
        *,
        name: str,
        description: str,
        on_announced: Callable[[str], Awaitable[None]] | None = None,
    ) -> str:
        """Upload a file, which nobody sees before it is shared; returns its id, which `on_announced` gets first.

        https://docs.slack.dev/messaging/working-with-files#upload
        """
        length = content.seek(0, SEEK_END)
        announced = await self._api.call(
            team, "files.getUploadURLExternal", filename=name, length=length, alt_txt=description
        )
        content.seek(0)
        if on_announced:
            await on_announced(announced["file_id"])
        await self._api.send_file(announced["upload_url"], content)
        return cast("str", announced["file_id"])

    async def share(self, conversation: Conversation, files: Sequence[Upload], text: str) -> None:
        """Show uploaded files in one message; https://docs.slack.dev/reference/methods/files.completeUploadExternal.

        Raises `CannotPost` where the bot is no member or may not write.
        """
        await self._api.call(
            conversation.team,
            "files.completeUploadExternal",
            files=[{"id": file.id, "title": file.title} for file in files],
            channel_id=conversation.channel,
            thread_ts=conversation.thread_ts,
            initial_comment=text,
        )

    async def delete_file(self, team: str, file: str) -> None:
        """Delete a file that the bot has uploaded, wherever it is shared; https://docs.slack.dev/reference/methods/files.delete."""
        await self._api.call(team, "files.delete", file=file)
