"""What a person reads who has invited as many people as may be invited in an hour."""

from __future__ import annotations

from bot.model.errors import InvitationsUsedUp
from bot.model.messages import Message
from bot.model.session import Session
from bot.ui import blocks
from bot.ui.explanations import explain
from bot.ui.invite_again import invite_again
from bot.ui.private_messages import text_message
from bot.ui.text import Translator


def invitations_used_up(session: Session, error: InvitationsUsedUp, translate: Translator, *, command: str) -> Message:
    """Return why nobody is invited now and when it goes on, with the button that invites later."""
    sentence = explain(error, translate, command=command)
    if error.goes_on_at is None:
        return text_message(sentence)
    return text_message(sentence, blocks.actions(invite_again(session, translate)))
