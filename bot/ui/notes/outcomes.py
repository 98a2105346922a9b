"""The outcome of a session in the reader's words, and the buttons of what is over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.model.messages import Block
from bot.model.session import Session
from bot.model.session.notes import DEFAULT_OUTCOMES, Note
from bot.model.targets import SessionRef
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.text import Translator, escape, mark, mask_contacts_in

_IN_OTHER_LANGUAGES: Final[Mapping[str, str]] = dict(
    zip(
        DEFAULT_OUTCOMES,
        (mark("Solved"), mark("Follow-up needed"), mark("Visit needed"), mark("No answer")),
        strict=True,
    )
)


def outcome_name(outcome: str, translate: Translator) -> str:
    """Return an outcome as the reader reads it: one of the operator's own is shown as the operator typed it."""
    known = _IN_OTHER_LANGUAGES.get(outcome)
    return translate(known) if known else outcome


def noted(note: Note, translate: Translator) -> str:
    """Return the outcome and who noted it, as mrkdwn for everybody."""
    outcome = blocks.bold(escape(mask_contacts_in(outcome_name(note.outcome, translate))))
    return translate("Outcome: {outcome}, noted by {person}", outcome=outcome, person=f"<@{note.author}>")


def report_button(session: Session, translate: Translator) -> Block:
    """Return the button that brings a report into the thread."""
    return blocks.button(Action.REPORT, translate("Report"), SessionRef.to(session).encode())


def note_button(session: Session, translate: Translator, *, primary: bool = False) -> Block:
    """Return the button that opens the form of a note."""
    return blocks.button(Action.NOTE, translate("Note"), SessionRef.to(session).encode(), primary=primary)
