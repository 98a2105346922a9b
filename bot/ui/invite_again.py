"""Inviting again, for whom the session is or for who takes it over: the buttons, and the questions before them."""

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


def take_over(session: Session, translate: Translator) -> Block:
    """Return the button by which a colleague makes the customer theirs, after a question."""
    if session.invitation.by_link:
        question = translate("You get a ticket of your own and a new link to pass on. This card says that you have it.")
    else:
        question = translate(
            "The customer gets a new invitation, into a ticket of your own. This card says that you have it."
        )
    confirm = blocks.confirmation(translate("Take over?"), question, translate("Take over"), translate("Cancel"))
    return blocks.button(Action.TAKE_OVER, translate("Take over"), SessionRef.to(session).encode(), confirm=confirm)
