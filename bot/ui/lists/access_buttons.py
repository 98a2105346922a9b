"""The buttons that lead into a session: on its card, in lists and on the Home."""

from __future__ import annotations

from bot.model.messages import Block
from bot.model.session import Kind
from bot.model.targets import Pointer
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.text import Words


def access_buttons(pointer: Pointer, meeting_url: str | None, words: Words, *, primary: bool = False) -> list[Block]:
    """“Open” for a ticket; for a meeting “Join”, where its address is known, and “Join as me”."""
    value = pointer.encode()
    if pointer.kind is Kind.ASSISTANCE:
        return [blocks.button(Action.OPEN, words("Open"), value, primary=primary)]
    join = blocks.button(Action.JOIN, words("Join"), value, primary=primary, url=meeting_url)
    as_me = blocks.button(Action.JOIN_AS_ME, words("Join as me"), value)
    return [join, as_me] if meeting_url else [as_me]
