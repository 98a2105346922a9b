"""Inviting again: the button, and the question before it."""

from __future__ import annotations

from bot.model.messages import Block
from bot.model.session import Kind, Session
from bot.model.targets import SessionRef
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.text import Translator


def invite_again(session: Session, translate: Translator) -> Block:
    """Return the button that invites the same people again, after a question."""
    if session.invitation.by_link:
        question = translate("Nobody is invited: a new link comes, to pass on, and the session gets a card of its own.")
    elif session.kind is Kind.ASSISTANCE:
        question = translate("The customer gets a new invitation, and the session a card of its own.")
    else:
        question = translate("The guests get a new invitation, and the meeting a card of its own.")
    confirm = blocks.confirmation(translate("Invite again?"), question, translate("Invite again"), translate("Cancel"))
    value = SessionRef.to(session).encode()
    return blocks.button(Action.INVITE_AGAIN, translate("Invite again"), value, confirm=confirm)
