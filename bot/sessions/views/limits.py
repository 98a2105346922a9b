"""What is told to a person who has invited as many people as may be invited in an hour."""

from __future__ import annotations

from bot.model.errors import InvitationsUsedUp
from bot.model.messages import Message
from bot.model.session import Session
from bot.ui import blocks
from bot.ui.explanations import explain
from bot.ui.invite_again import invite_again
from bot.ui.private_messages import told
from bot.ui.text import Translator


def invitations_used_up(session: Session, error: InvitationsUsedUp, translate: Translator, *, command: str) -> Message:
    """Say since when and why nobody is invited, with the button that does it later, so that nothing is typed twice."""
    sentence = explain(error, translate, command=command)
    if error.goes_on_at is None:
        return told(sentence)
    return told(sentence, blocks.actions(invite_again(session, translate)))
