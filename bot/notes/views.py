"""The form of a note, and the note as everybody reads it in the thread. Values in, blocks out."""

from __future__ import annotations

from collections.abc import Sequence

from bot.grammar.text.characters import revealed
from bot.model.messages import Block, Message
from bot.model.session import Session
from bot.model.session.notes import LONGEST_NOTE, Note
from bot.ui import blocks
from bot.ui.ids import Field, Modal, NoteOrigin, note_block_id
from bot.ui.notes.masking import LinkMask
from bot.ui.notes.outcomes import noted, outcome_name
from bot.ui.text import Translator, escape, shortened

_SECTION_HOLDS = 2900
_NOTIFICATION_HOLDS = 300


def note_form(
    origin: NoteOrigin,
    outcomes: Sequence[str],
    noted_before: Note | None,
    translate: Translator,
    *,
    took_place: bool = False,
) -> Block:
    """Return the form in which somebody notes how a session ended, filled with what was noted before.

    For a session that `took_place` the first outcome is proposed, which is the one that most have.
    """
    options = [blocks.option(outcome_name(one, translate), one) for one in outcomes]
    select: Block = {"type": "static_select", "options": options, "placeholder": blocks.plain(translate("Choose one"))}
    if noted_before and noted_before.outcome in outcomes:
        select["initial_option"] = options[outcomes.index(noted_before.outcome)]
    elif took_place and not noted_before:
        select["initial_option"] = options[0]
    text = blocks.text_input(initial=noted_before.text if noted_before else "", max_length=LONGEST_NOTE, multiline=True)
    hint = translate(
        "Everybody who sees the card reads it in the thread. Phone numbers, e-mail addresses and links into sessions"
        " are masked there."
    )
    return {
        "type": "modal",
        "callback_id": Modal.NOTE.value,
        "title": blocks.plain(translate("How did it end?")),
        "submit": blocks.plain(translate("Save")),
        "close": blocks.plain(translate("Cancel")),
        "private_metadata": origin.encode(),
        "blocks": [
            blocks.field(Field.OUTCOME, translate("Outcome"), select),
            blocks.field(Field.NOTE, translate("Note"), text, hint=hint, optional=True),
        ],
    }


def in_thread(session: Session, note: Note, links: LinkMask, translate: Translator) -> Message:
    """Return a session's note as the thread shows it."""
    head, text = f":memo: {noted(note, translate)}", links.masked(note.text, session)
    shown = [blocks.section(head, block_id=note_block_id(session.id))]
    if text:
        # Plain text: what somebody typed mentions nobody and links nowhere.
        shown.append({"type": "section", "text": blocks.plain(shortened(revealed(text), _SECTION_HOLDS))})
    notification = "\n".join(filter(None, [head, escape(shortened(text, _NOTIFICATION_HOLDS))]))
    return Message(text=notification, blocks=tuple(shown))


def instead_of_thread(message: Message, translate: Translator) -> Message:
    """Return a note for who wrote it, where Slack takes nothing in the thread."""
    why = translate("Slack does not accept your note in the thread, so only its outcome is shown, on the card.")
    return Message(text=why, blocks=(blocks.section(why), *message.blocks))
