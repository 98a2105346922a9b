"""What people read when sessions are forgotten, and what is left of a card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.model.messages import Block, Message
from bot.model.people import Contact
from bot.model.session import Kind, Session, State
from bot.model.targets import InviteeRef, SessionRef
from bot.ui import blocks
from bot.ui.ids import Action
from bot.ui.private_messages import text_message
from bot.ui.text import Translator, masked

_NAMED_AT_MOST: Final = 10


def question(session: Session, translate: Translator) -> Message:
    """Return what is kept under a number, with the button that asks whether it should be forgotten."""
    name = named(session, translate)
    kept = translate("I keep: {session}.", session=name)
    button = _button(Action.FORGET, SessionRef.to(session).encode(), name, [session], translate)
    return text_message("\n".join([kept, *_still_open([session], translate)]), blocks.actions(button))


def question_about(
    contact: Contact, sessions: Sequence[Session], invitee: InviteeRef, translate: Translator
) -> Message:
    """Return the same of all sessions to which somebody was invited."""
    kept = translate("About {contact} I keep: {sessions}.", contact=masked(contact), sessions=_all(sessions, translate))
    button = _button(Action.FORGET_INVITEE, invitee.encode(), masked(contact), sessions, translate)
    return text_message("\n".join([kept, *_still_open(sessions, translate)]), blocks.actions(button))


def nothing_about(contact: Contact, translate: Translator) -> Message:
    """Return that there is nothing to forget, as far as the person may know."""
    return text_message(translate("I keep nothing about {contact} that is yours to forget.", contact=masked(contact)))


def done(sessions: Sequence[Session], translate: Translator) -> Message:
    """Return what is forgotten."""
    if not sessions:
        return text_message(translate("Nothing was left to forget."))
    return text_message(translate("Forgotten: {sessions}.", sessions=_all(sessions, translate)))


def cleared(session: Session, translate: Translator) -> Message:
    """Return what is left of a card: nothing of any person."""
    what = translate("Video assistance") if session.kind is Kind.ASSISTANCE else translate("Video meeting")
    text = translate("{what}: forgotten. What was kept of this session has been removed.", what=what)
    # Slack keeps the metadata of a message that is edited without any.
    return Message(text=text, blocks=(blocks.section(text),), metadata={})


def named(session: Session, translate: Translator) -> str:
    """Return what a session is called: by its number at Apizee, where it has one yet."""
    if session.kind is Kind.ASSISTANCE:
        number = session.remote.id
        return translate("ticket {id}", id=number) if number else translate("an assistance without a ticket")
    number = session.remote.id
    return translate("meeting {id}", id=number) if number else translate("a meeting without a number")


def _all(sessions: Sequence[Session], translate: Translator) -> str:
    shown = ", ".join(named(session, translate) for session in sessions[:_NAMED_AT_MOST])
    more = len(sessions) - _NAMED_AT_MOST
    return translate.n("{shown} and {count} more", "{shown} and {count} more", more, shown=shown) if more > 0 else shown


def _still_open(sessions: Sequence[Session], translate: Translator) -> list[str]:
    """Return the warnings that sessions are still open or planned, where some are."""
    count = sum(session.state.is_under_way for session in sessions)
    planned = sum(session.state is State.PLANNED for session in sessions)
    goes_on = translate.n(
        ":warning: {count} session is still open: it goes on at Apizee, but I no longer follow it.",
        ":warning: {count} sessions are still open: they go on at Apizee, but I no longer follow them.",
        count,
    )
    never_starts = translate.n(
        ":warning: {count} session is planned: it will not start.",
        ":warning: {count} sessions are planned: they will not start.",
        planned,
    )
    return [line for line, number in ((goes_on, count), (never_starts, planned)) if number]


def _button(action: Action, value: str, what: str, sessions: Sequence[Session], translate: Translator) -> Block:
    """Return the button that forgets, after one question that says what goes; Slack shows 300 characters of it."""
    goes = translate(
        "What I keep is removed, and what the card says of people. Photos and recordings in the thread stay, and what"
        " Apizee keeps. This cannot be undone."
    )
    question = "\n".join([goes, *(line.removeprefix(":warning: ") for line in _still_open(sessions, translate))])
    title = translate("Forget {session}?", session=what)
    confirm = blocks.confirmation(title, question, translate("Forget"), translate("Cancel"), danger=True)
    return blocks.button(action, translate("Forget"), value, danger=True, confirm=confirm)
