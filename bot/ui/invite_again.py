"""Inviting again: the button, and the question before it."""

from __future__ import annotations

from bot.model.messages import Block
from bot.model.session import Kind, Session
from bot.model.targets import Pointer
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.text import Words


def invite_again(session: Session, words: Words) -> Block:
    """The button that invites the same people again, once more asked for."""
    if session.kind is Kind.ASSISTANCE:
        question = words("The customer gets a new invitation, and the session a card of its own.")
    else:
        question = words("The guests get a new invitation, and the meeting a card of its own.")
    confirm = blocks.confirmation(words("Invite again?"), question, words("Invite again"), words("Cancel"))
    value = Pointer.to(session).encode()
    return blocks.button(Action.INVITE_AGAIN, words("Invite again"), value, confirm=confirm)
