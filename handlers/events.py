"""Slack's events: the Home was opened, the bot was mentioned, a workspace removed the bot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.log import get_logger
from bot.model import Asker, Place
from bot.services.errands import Task, spot_details
from bot.services.locating import Spot
from bot.slack.listeners import Listeners
from handlers import payloads
from handlers.desk import Desk

log = get_logger(__name__)


class Events:
    """The listeners of events; nobody waits for an answer to them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def handle_home_opened(self, ack: AsyncAck, event: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        """Somebody looks at the bot's Home."""
        if event.get("tab") == "home":
            await self._take_in(Task.HOME, event, body)
        await ack()

    async def handle_mention(self, ack: AsyncAck, event: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        """“@Apizee media” in a session's thread shows its photos and recordings to whoever asks."""
        if "media" in str(event.get("text", "")).casefold():
            spot = Spot(event["channel"], event["ts"], event.get("thread_ts"))
            await self._take_in(Task.MEDIA_OF_THREAD, event, body, **spot_details(spot))
        else:
            await self._take_in(Task.HINT, event, body)
        await ack()

    async def handle_uninstalled(self, ack: AsyncAck, body: Mapping[str, Any]) -> None:
        """The workspace removed the app; where that cannot be noted, Slack sends the event again."""
        team = payloads.team_of(body)
        log.info("app_uninstalled", team=team)
        if self._desk.installing:
            await self._desk.installing.removed(team, at=payloads.happened_at(body))
        await ack()

    async def handle_tokens_revoked(self, ack: AsyncAck, event: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        """Tokens of the workspace were revoked: the bot's own among them, or only people's, of which it has none."""
        team = payloads.team_of(body)
        log.info("tokens_revoked", team=team)
        if self._desk.installing and event.get("tokens", {}).get("bot"):
            await self._desk.installing.token_revoked(team, at=payloads.happened_at(body))
        await ack()

    async def _take_in(self, task: Task, event: Mapping[str, Any], body: Mapping[str, Any], **details: str) -> None:
        place = Place(payloads.team_of(body), event["channel"], event.get("thread_ts"))
        asker = Asker(user=event["user"], place=place)
        # Where it cannot be written down, Slack is not told 200: it sends the event again.
        await self._desk.intake.run_errand(asker, task, delivery=payloads.delivery(body), **details)


def register(app: Listeners, desk: Desk) -> None:
    """Make the events known to Bolt."""
    events = Events(desk)
    app.event("app_home_opened")(events.handle_home_opened)
    app.event("app_mention")(events.handle_mention)
    app.event("app_uninstalled")(events.handle_uninstalled)
    app.event("tokens_revoked")(events.handle_tokens_revoked)
