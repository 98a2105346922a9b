"""What was read otherwise than it was typed, told to who typed it."""

from __future__ import annotations

from bot.grammar import Reading
from bot.model.messages import Message
from bot.ui.private_messages import told
from bot.ui.text import Words, escape, shortened

_MOST_SHOWN = 300


def understood(reading: Reading, words: Words) -> Message | None:
    """Who is invited and which words were left out; `None` where all was read as it was typed."""
    contacts = ", ".join(words.phone(contact) for contact in reading.understood)
    left_out = escape(shortened(" · ".join(reading.left_out), _MOST_SHOWN))
    if contacts and left_out:
        return told(words("Understood as {contacts}. Left out: “{words}”.", contacts=contacts, words=left_out))
    if contacts:
        return told(words("Understood as {contacts}.", contacts=contacts))
    return told(words("Left out: “{words}”.", words=left_out)) if left_out else None
