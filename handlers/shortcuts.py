"""The shortcuts: two from anywhere, three on a message."""

from __future__ import annotations

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.deferred.requests import ShowMediaOfThread
from bot.grammar import find_contacts
from bot.grammar.contacts import MOST_GUESTS
from bot.model.errors import KnownError
from bot.model.session import Kind
from bot.slack.received.interactions import GlobalShortcut, MessageShortcut
from bot.slack.received.visible import visible_text
from bot.ui.ids import ModalOrigin, Shortcut
from bot.web.slack import Listeners
from handlers import payloads
from handlers.services import Services


class Shortcuts:
    """The listeners of the shortcuts."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle_start_assistance(self, ack: AsyncAck, shortcut: GlobalShortcut) -> None:
        """Open the form of an assistance, from anywhere."""
        self._services.forms.open(Kind.ASSISTANCE, shortcut.requester, shortcut.trigger_id, ModalOrigin())
        await ack()

    async def handle_start_meeting(self, ack: AsyncAck, shortcut: GlobalShortcut) -> None:
        """Open the form of a meeting, from anywhere."""
        self._services.forms.open(Kind.MEETING, shortcut.requester, shortcut.trigger_id, ModalOrigin())
        await ack()

    async def handle_assist_from_message(self, ack: AsyncAck, shortcut: MessageShortcut) -> None:
        """Open the form of an assistance, filled with the first phone number or address of a message."""
        contacts = self._contacts(shortcut)
        self._open(Kind.ASSISTANCE, shortcut, filled=contacts[0] if contacts else "")
        await ack()

    async def handle_meet_from_message(self, ack: AsyncAck, shortcut: MessageShortcut) -> None:
        """Open the form of a meeting, filled with all phone numbers and addresses of a message."""
        self._open(Kind.MEETING, shortcut, filled=", ".join(self._contacts(shortcut)))
        await ack()

    async def handle_session_media(self, ack: AsyncAck, shortcut: MessageShortcut) -> None:
        """Show the photos and recordings of the session in whose thread a message stands."""
        request = ShowMediaOfThread(payloads.message_of_shortcut(shortcut))
        try:
            await self._services.intake.defer(shortcut.requester, request, delivery=shortcut.delivery)
        except KnownError as error:
            self._services.explain_soon(shortcut.requester, error)
        await ack()

    def _open(self, kind: Kind, shortcut: MessageShortcut, *, filled: str) -> None:
        message = shortcut.message
        origin = ModalOrigin(shortcut.channel_id, message.thread_ts or message.ts)
        self._services.forms.open(kind, shortcut.requester, shortcut.trigger_id, origin, filled=filled)

    def _contacts(self, shortcut: MessageShortcut) -> list[str]:
        text, services = visible_text(shortcut.message), self._services
        found = find_contacts(text, region=services.region, countries=services.countries)
        return [contact.value for contact in found[:MOST_GUESTS]]


def register(app: Listeners, services: Services) -> None:
    """Register the shortcuts."""
    shortcuts = Shortcuts(services)
    app.global_shortcut(Shortcut.START_ASSISTANCE.value)(shortcuts.handle_start_assistance)
    app.global_shortcut(Shortcut.START_MEETING.value)(shortcuts.handle_start_meeting)
    app.message_shortcut(Shortcut.ASSIST_FROM_MESSAGE.value)(shortcuts.handle_assist_from_message)
    app.message_shortcut(Shortcut.MEET_FROM_MESSAGE.value)(shortcuts.handle_meet_from_message)
    app.message_shortcut(Shortcut.SESSION_MEDIA.value)(shortcuts.handle_session_media)
