"""What people read when a session is forgotten, and what is left of its card."""

from __future__ import annotations

from bot.model.messages import Message
from bot.model.session import Kind, Session
from bot.model.targets import SessionRef
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.private_messages import told
from bot.ui.text import Translator


def question(session: Session, translate: Translator) -> Message:
    """Return what will be forgotten, with the button that does it."""
    asked = translate(
        "Forget ticket {id}? What I keep of this session is removed, and so is the customer's contact on its card."
        " Photos and recordings that are in the thread stay, and so does what Apizee keeps.",
        id=session.remote.id,
    )
    confirm = blocks.confirmation(
        translate("Forget it?"), translate("This cannot be undone."), translate("Forget"), translate("Cancel")
    )
    button = blocks.button(Action.FORGET, translate("Forget"), SessionRef.to(session).encode(), confirm=confirm)
    return told(asked, blocks.actions(button))


def done(ticket_id: int, translate: Translator) -> Message:
    """Return that it is forgotten."""
    return told(translate("Ticket {id} is forgotten.", id=ticket_id))


def cleared(session: Session, translate: Translator) -> Message:
    """Return what is left of a card: nothing of any person."""
    what = translate("Video assistance") if session.kind is Kind.ASSISTANCE else translate("Video meeting")
    text = translate("{what}: forgotten. What was kept of this session has been removed.", what=what)
    # Slack keeps the metadata of a message that is edited without any.
    return Message(text=text, blocks=(blocks.section(text),), metadata={})
