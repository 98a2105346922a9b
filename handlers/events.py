"""Slack's events: the Home was opened, somebody spoke to the bot, a channel was shared, a workspace removed the bot."""

from __future__ import annotations

from typing import Final

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.deferred.requests import Hint, Request, ShowHome, ShowMediaOfThread
from bot.deferred.unasked import Greet, UnfurlLinks
from bot.log import get_logger
from bot.model.targets import MessageRef
from bot.slack.received.payloads import (
    ChannelIdChanged,
    ChannelShared,
    ChannelUnshared,
    DirectMessage,
    Event,
    HomeOpened,
    Mention,
    TeamAccessRevoked,
    TokensRevoked,
    Uninstalled,
)
from bot.slack.received.shared_links import LinkShared
from bot.web.slack import Listeners
from handlers.services import Services

_MOST_READ: Final = 12_000
"""Characters: looking for people in more would keep others waiting."""

log = get_logger(__name__)


class Events:
    """The listeners of events; nobody waits for an answer to them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle_home_opened(self, ack: AsyncAck, opened: HomeOpened) -> None:
        """Publish the Home that somebody looks at; greet who comes to the Messages tab for the first time."""
        if opened.event.tab == "home":
            await self._defer(ShowHome(), opened)
        elif opened.event.tab == "messages":
            await self._defer(Greet(), opened)
        await ack()

    async def handle_mention(self, ack: AsyncAck, mention: Mention) -> None:
        """Answer “@Apizee media” in a session's thread with its photos and recordings, anything else with a hint."""
        event = mention.event
        if "media" in (event.text or "").casefold():
            await self._defer(ShowMediaOfThread(_message_ref(mention)), mention)
        else:
            await self._defer(Hint(), mention)
        await ack()

    async def handle_message(self, ack: AsyncAck, message: DirectMessage) -> None:
        """Answer what somebody writes to the bot: “media” in a session's thread, people to invite, anything else."""
        if requester := message.requester:
            event, said = message.event, (message.event.text or "")[:_MOST_READ]
            is_about_media = event.thread_ts and "media" in said.casefold()
            request = ShowMediaOfThread(_message_ref(message)) if is_about_media else self._services.hint_at(said)
            await self._services.intake.defer(requester, request, delivery=message.delivery)
        await ack()

    async def handle_link_shared(self, ack: AsyncAck, shared: LinkShared) -> None:
        """Queue that links of Apizee or of this bot are shown as what they lead to, where they may be."""
        await self._defer(UnfurlLinks(shared.urls, shared.message_ts), shared)
        await ack()

    async def handle_channel_shared(self, ack: AsyncAck, event: ChannelShared) -> None:
        """Queue that a channel is shared with another organisation."""
        await self._services.queue.note_shared(event.workspace, event.event.channel, delivery=event.delivery)
        await ack()

    async def handle_channel_unshared(self, ack: AsyncAck, event: ChannelUnshared) -> None:
        """Queue that an organisation has left a channel."""
        left = event.event
        await self._services.queue.note_unshared(
            event.workspace, left.channel, is_shared=left.is_ext_shared, delivery=event.delivery
        )
        await ack()

    async def handle_channel_id_changed(self, ack: AsyncAck, event: ChannelIdChanged) -> None:
        """Queue that a channel has another id."""
        old, new = event.event.old_channel_id, event.event.new_channel_id
        await self._services.queue.move_channel(event.workspace, old, new, delivery=event.delivery)
        await ack()

    async def handle_uninstalled(self, ack: AsyncAck, event: Uninstalled) -> None:
        """Forget a workspace that removed the app; where that cannot be recorded, Slack sends the event again."""
        log.info("app_uninstalled", team=event.workspace)
        if self._services.installing:
            await self._services.installing.removed(event.workspace, at=event.event_time)
        await ack()

    async def handle_team_access_revoked(self, ack: AsyncAck, event: TeamAccessRevoked) -> None:
        """Forget workspaces from which their organisation took the app away."""
        log.info("team_access_revoked", teams=event.event.team_ids)
        if self._services.installing:
            await self._services.installing.access_revoked(event.event.team_ids)
        await ack()

    async def handle_team_access_granted(self, ack: AsyncAck, _event: Event) -> None:
        """Acknowledge that an organisation gave the app to workspaces: each joins with the first thing it sends."""
        await ack()

    async def handle_tokens_revoked(self, ack: AsyncAck, event: TokensRevoked) -> None:
        """Forget the bot's own token where it is among the revoked; people's tokens it has none."""
        log.info("tokens_revoked", team=event.workspace)
        if self._services.installing and event.is_the_bots:
            await self._services.installing.token_revoked(event.workspace, at=event.event_time)
        await ack()

    async def _defer(self, request: Request, event: HomeOpened | Mention | LinkShared) -> None:
        # Where it cannot be recorded, Slack does not get 200, and sends the event again.
        await self._services.intake.defer(event.requester, request, delivery=event.delivery)


def _message_ref(said: Mention | DirectMessage) -> MessageRef:
    """Return the message in which somebody spoke to the bot."""
    event = said.event
    return MessageRef(event.channel, event.ts, event.thread_ts, app_id=said.api_app_id or "")


def register(app: Listeners, services: Services) -> None:
    """Register the events."""
    events = Events(services)
    app.event("app_home_opened", HomeOpened)(events.handle_home_opened)
    app.event("app_mention", Mention)(events.handle_mention)
    app.event("message", DirectMessage)(events.handle_message)
    app.event("link_shared", LinkShared)(events.handle_link_shared)
    app.event("channel_shared", ChannelShared)(events.handle_channel_shared)
    app.event("channel_unshared", ChannelUnshared)(events.handle_channel_unshared)
    app.event("channel_id_changed", ChannelIdChanged)(events.handle_channel_id_changed)
    app.event("app_uninstalled", Uninstalled)(events.handle_uninstalled)
    app.event("team_access_granted", Event)(events.handle_team_access_granted)
    app.event("team_access_revoked", TeamAccessRevoked)(events.handle_team_access_revoked)
    app.event("tokens_revoked", TokensRevoked)(events.handle_tokens_revoked)
