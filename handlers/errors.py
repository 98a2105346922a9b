"""The one error handler: known errors in their words; what nobody foresaw gets a reference id, here and in the log."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from slack_bolt import BoltResponse

from bot.errors import KnownError, TryLater
from bot.log import get_logger
from bot.model import Message
from bot.services.sentences import sentence
from bot.slack.listeners import Listeners
from bot.ui import whispers
from bot.ui.text import words_for
from handlers import payloads
from handlers.desk import Desk

log = get_logger(__name__)


class Errors:
    """Answers in English: what went wrong may be the very thing that knows the person's language."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def handle_error(self, error: Exception, body: Mapping[str, Any]) -> BoltResponse:
        """Answer where the person is; of an error that nobody foresaw nothing is shown but its reference id."""
        if isinstance(error, KnownError):
            return self._explained(error, body)
        reference = secrets.token_hex(4)
        log.error("listener_failed", reference=reference, exc_info=error)
        return self._answered(body, whispers.unforeseen(reference, words_for("en")))

    def _explained(self, error: KnownError, body: Mapping[str, Any]) -> BoltResponse:
        log.warning("not_taken_in", team=payloads.team_of(body), reason=type(error).__name__)
        if isinstance(error, TryLater) and "event" in body:
            # Slack sends an event again that was not accepted.
            return BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, body="")
        return self._answered(body, whispers.told(sentence(error, words_for("en"), command=self._desk.assist_command)))

    def _answered(self, body: Mapping[str, Any], message: Message) -> BoltResponse:
        """The response to a command is shown to the person; to a click, a shortcut or a form, something beside it."""
        if "command" in body:
            return BoltResponse(status=HTTPStatus.OK, body=message.text)
        if "event" not in body:
            self._desk.background.run(self._desk.slack.whisper(payloads.interaction_asker(body), message))
        return BoltResponse(status=HTTPStatus.OK, body="")


def register(app: Listeners, desk: Desk) -> None:
    """Make the error handler known to Bolt."""
    app.error(Errors(desk).handle_error)
