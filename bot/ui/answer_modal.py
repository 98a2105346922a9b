"""The modal in which a pressed button is answered: over the channel, the thread or the Home, gone when it is closed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.messages import Block, Message
from bot.ui import blocks
from bot.ui.ids import ModalOrigin
from bot.ui.text import Translator


def waiting_modal(title: str, origin: ModalOrigin, translate: Translator, *, external_id: str) -> Block:
    """Return the modal before its answer is there; `external_id` is the name by which the answer finds it."""
    return _modal(title, [blocks.section(translate("One moment…"))], origin, translate, external_id=external_id)


def answer_modal(title: str, answer: Message, origin: ModalOrigin, translate: Translator, *, external_id: str) -> Block:
    """Return the modal with its answer; its buttons say by `origin` where it was opened from."""
    return _modal(title, answer.blocks, origin, translate, external_id=external_id)


def _modal(
    title: str, shown: Sequence[Block], origin: ModalOrigin, translate: Translator, *, external_id: str
) -> Block:
    return {
        "type": "modal",
        "external_id": external_id,
        "title": blocks.plain(title),
        "close": blocks.plain(translate("Close")),
        "private_metadata": origin.encode(),
        "blocks": list(shown),
    }
