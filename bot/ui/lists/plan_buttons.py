"""The buttons of a planned session: on its card, in lists, on the Home and in what its agent reads of it."""

from __future__ import annotations

from bot.model.messages import Block
from bot.model.session import Kind
from bot.model.targets import SessionRef
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.text import Translator


def plan_buttons(session_ref: SessionRef, translate: Translator, *, primary: bool = False) -> list[Block]:
    """Return “Start now”, “Move” and “Cancel”, which asks first."""
    value = session_ref.encode()
    if session_ref.kind is Kind.ASSISTANCE:
        question = translate("The customer is not invited. They know nothing of it yet.")
    else:
        question = translate("The guests are not invited. They know nothing of it yet.")
    confirm = blocks.confirmation(
        translate("Cancel this session?"), question, translate("Cancel it"), translate("Keep it"), danger=True
    )
    return [
        blocks.button(Action.START_NOW, translate("Start now"), value, primary=primary),
        blocks.button(Action.MOVE, translate("Move"), value),
        blocks.button(Action.CANCEL, translate("Cancel"), value, danger=True, confirm=confirm),
    ]
