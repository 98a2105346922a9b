"""Answers errors: known ones in their own words; what nobody foresaw gets a reference id, here and in the log."""

from __future__ import annotations

import secrets
from http import HTTPStatus

from slack_bolt import BoltResponse

from bot.log import get_logger
from bot.model.errors import KnownError, TryLater
from bot.model.messages import Message
from bot.slack.received.interactions import Sender
from bot.ui import private_messages
from bot.ui.error_messages import sentence
from bot.ui.text import translator_for
from bot.web.slack import Listeners
from handlers.services import Services

log = get_logger(__name__)


class Errors:
    """Answers in English: what failed may be the very part that knows the person's language."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def handle_error(self, error: Exception, sender: Sender) -> BoltResponse:
        """Answer where the person is; an error that nobody foresaw shows its reference id alone."""
        if isinstance(error, KnownError):
            return self._explained(error, sender)
        reference = secrets.token_hex(4)
        log.error("listener_failed", reference=reference, exc_info=error)
        return self._answered(sender, private_messages.unforeseen(reference, translator_for("en")))

    def _explained(self, error: KnownError, sender: Sender) -> BoltResponse:
        log.warning("not_taken_in", team=sender.workspace, reason=type(error).__name__)
        if isinstance(error, TryLater) and sender.is_event:
            # Slack sends an event again that was not accepted.
            return BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, body="")
        explained = sentence(error, translator_for("en"), command=self._services.assist_command)
        if isinstance(error, TryLater) and sender.field:
            # The form stays open, with all that was typed into it.
            return BoltResponse(
                status=HTTPStatus.OK, body={"response_action": "errors", "errors": {sender.field: explained}}
            )
        return self._answered(sender, private_messages.text_message(explained))

    def _answered(self, sender: Sender, message: Message) -> BoltResponse:
        """Answer a command by its response; a click, a shortcut or a form by a private message beside it."""
        if sender.is_command:
            return BoltResponse(status=HTTPStatus.OK, body=message.text)
        if sender.requester:
            self._services.background.run(self._services.slack.send_private(sender.requester, message, last_try=True))
        return BoltResponse(status=HTTPStatus.OK, body="")


def register(app: Listeners, services: Services) -> None:
    """Register the error handler."""
    app.error(Errors(services).handle_error)
