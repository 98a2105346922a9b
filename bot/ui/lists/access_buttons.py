"""The buttons that lead into a session: on its card, in lists and on the Home."""

from __future__ import annotations

from bot.model.messages import Block
from bot.model.session import Kind
from bot.model.targets import SessionRef
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.text import Translator, is_link


def access_buttons(
    session_ref: SessionRef,
    meeting_url: str | None,
    translate: Translator,
    *,
    primary: bool = False,
    open_link: str | None = None,
) -> list[Block]:
    """Return “Open” for a ticket; for a meeting “Join”, where its address is known, and “Join as me”.

    `open_link` leads one person into the ticket with one click: it is for what that person alone sees.
    """
    value = session_ref.encode()
    if session_ref.kind is Kind.ASSISTANCE:
        action = Action.LINK if open_link else Action.OPEN
        return [blocks.button(action, translate("Open"), value, primary=primary, url=open_link)]
    join = blocks.button(Action.JOIN, translate("Join"), value, primary=primary, url=meeting_url)
    as_me = blocks.button(Action.JOIN_AS_ME, translate("Join as me"), value)
    return [join, as_me] if is_link(meeting_url) else [as_me]
