"""What is said when a session is forgotten, and what is left of its card."""

from __future__ import annotations

from bot.model.messages import Message
from bot.model.session import Kind, Session
from bot.model.targets import Pointer
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.private_messages import told
from bot.ui.text import Words


def question(session: Session, words: Words) -> Message:
    """What will be forgotten, and the button that does it."""
    asked = words(
        "Forget ticket {id}? What I keep of this session is removed, and so is the customer's contact on its card."
        " Photos and recordings that are in the thread stay, and so does what Apizee keeps.",
        id=session.remote_id,
    )
    confirm = blocks.confirmation(
        words("Forget it?"), words("This cannot be undone."), words("Forget"), words("Cancel")
    )
    button = blocks.button(Action.FORGET, words("Forget"), Pointer.to(session).encode(), confirm=confirm)
    return told(asked, blocks.actions(button))


def done(ticket_id: int, words: Words) -> Message:
    """It is forgotten."""
    return told(words("Ticket {id} is forgotten.", id=ticket_id))


def not_yours(words: Words) -> Message:
    """Only those whose session it is may have it forgotten, and administrators."""
    return told(words("This session was started by somebody else. They or an administrator can have it forgotten."))


def cleared(session: Session, words: Words) -> Message:
    """What is left of a card: nothing of any person."""
    what = words("Video assistance") if session.kind is Kind.ASSISTANCE else words("Video meeting")
    text = words("{what}: forgotten. What was kept of this session has been removed.", what=what)
    # Slack keeps the metadata of a message that is edited without any.
    return Message(text=text, blocks=(blocks.section(text),), metadata={})
