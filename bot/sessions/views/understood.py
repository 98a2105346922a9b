"""What was read otherwise than it was typed, for the person who typed it."""

from __future__ import annotations

from bot.grammar import Reading
from bot.model.messages import Message
from bot.ui.private_messages import text_message
from bot.ui.text import Translator, escape, shortened

_MOST_SHOWN = 300


def reading_notice(reading: Reading, translate: Translator) -> Message | None:
    """Return who is invited and which words were left out; `None` where all was read as it was typed."""
    contacts = ", ".join(translate.phone(contact) for contact in reading.understood)
    left_out = escape(shortened(" · ".join(reading.left_out), _MOST_SHOWN))
    if contacts and left_out:
        return text_message(
            translate("Understood as {contacts}. Left out: “{words}”.", contacts=contacts, words=left_out)
        )
    if contacts:
        return text_message(translate("Understood as {contacts}.", contacts=contacts))
    return text_message(translate("Left out: “{words}”.", words=left_out)) if left_out else None
