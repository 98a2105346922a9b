"""What calls the agent of an assistance: seen by them alone, with what they do next."""

from __future__ import annotations

from enum import StrEnum

from bot.model.messages import Message
from bot.model.session import Session
from bot.ui import blocks
from bot.ui.invite_again import invite_again
from bot.ui.private_messages import open_button, text_message
from bot.ui.text import Translator, masked


class Notice(StrEnum):
    """Something at which an agent is called."""

    CONNECTED = "connected"
    CAMERA_REFUSED = "camera refused"
    MICROPHONE_REFUSED = "microphone refused"
    LEFT_EARLY = "left early"


def message_of(notice: Notice, session: Session, translate: Translator, *, open_link: str | None) -> Message:
    """Return a notice as a message, with Open, or with Invite again once the session is over."""
    customer = ", ".join(masked(contact) for contact in session.invitation.contacts)
    if session.state.is_open:
        button = open_button(session, translate("Open"), open_link)
    else:
        button = invite_again(session, translate)
    return text_message(f"{_sentence(notice, translate)} {customer}".rstrip(), blocks.actions(button))


def _sentence(notice: Notice, translate: Translator) -> str:
    match notice:
        case Notice.CONNECTED:
            return translate("*Your customer is connected.* Only you see this.")
        case Notice.CAMERA_REFUSED:
            return translate(
                "*Your customer refused the camera.* Tell them: “Tap the icon beside the address at the top of your"
                " browser, allow the camera, then reload the page.” Only you see this."
            )
        case Notice.MICROPHONE_REFUSED:
            return translate(
                "*Your customer refused the microphone: you will not hear them.* Stay on the phone, or tell them: “Tap"
                " the icon beside the address at the top of your browser, allow the microphone, then reload the page.”"
                " Only you see this."
            )
        case Notice.LEFT_EARLY:
            return translate("*Your customer left before you came.* Only you see this.")
