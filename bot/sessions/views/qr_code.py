"""What is said around a QR code: its picture's text and description, which hold no link and no whole contact."""

from __future__ import annotations

from typing import Final

from bot.model.messages import Block, Message
from bot.model.session import Session
from bot.model.targets import SessionRef
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.private_messages import text_message
from bot.ui.text import Translator, masked

FILE_NAME: Final = "qr-code.png"


def button(session: Session, translate: Translator) -> Block:
    """Return the button that sends the code."""
    return blocks.button(Action.QR_CODE, translate("QR code"), SessionRef.to(session).encode())


def title(translate: Translator) -> str:
    """Return the picture's title."""
    return translate("QR code")


def description(session: Session, translate: Translator) -> str:
    """Return the picture's description, which a screen reader says."""
    return translate("QR code of the link into the video assistance for {customer}", customer=_customer(session))


def text(session: Session, translate: Translator) -> str:
    """Return the text of the message with the picture, for the agent alone."""
    return translate(
        "*The link for {customer} as a QR code.* Let them scan it from your screen. It lets in anyone who scans it, so"
        " I delete it when the session is over.",
        customer=_customer(session),
    )


def sent(translate: Translator) -> Message:
    """Return the answer to who has pressed the button."""
    return text_message(
        translate("The QR code is in your direct messages with me, and is deleted there when the session is over.")
    )


def _customer(session: Session) -> str:
    return ", ".join(masked(contact) for contact in session.invitation.contacts)
