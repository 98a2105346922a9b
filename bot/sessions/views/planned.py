"""What people read about a planned session: its reminder, what became of it, and the form that moves it."""

from __future__ import annotations

from dataclasses import replace

from bot.model.messages import Block, Message
from bot.model.session import Kind, Session, State
from bot.model.targets import SessionRef
from bot.ui import blocks
from bot.ui.ids import Field, Modal, PlanOrigin
from bot.ui.lists.plan_buttons import plan_buttons
from bot.ui.private_messages import text_message
from bot.ui.text import Translator, escape, mask_contacts_in, masked, translator_for
from bot.ui.timeline import planned_for


def reminder(session: Session) -> Message:
    """Return the reminder of a session that is about to start, for its agent alone."""
    translate = translator_for(session.recipient_locale)
    soon = translate(
        "{session} starts as planned: {time}. Nobody has been invited yet.",
        session=f"*{_title(session, translate)}*",
        time=planned_for(session, translate),
    )
    return text_message(soon, _buttons(session, translate, primary=True))


def question(session: Session) -> Message:
    """Return the question to the agent of a session that came due too late."""
    translate = translator_for(session.recipient_locale)
    late = translate(
        "{session} was planned for {time}, and I could not start it then. Nobody was invited. What should happen"
        " with it?",
        session=f"*{_title(session, translate)}*",
        time=planned_for(session, translate),
    )
    return text_message(late, _buttons(session, translate, primary=True))


def for_colleague(session: Session) -> Message:
    """Return what the colleague reads for whom somebody has planned an assistance."""
    translate = translator_for(session.recipient_locale)
    said = translate(
        "<@{person}> planned this for you: {session}, {time}. You are its agent, and get the links then.",
        person=session.requester.user,
        session=f"*{_title(session, translate)}*",
        time=planned_for(session, translate),
    )
    return text_message(said, _buttons(session, translate))


def will_not_start(session: Session, why: str) -> Message:
    """Return what is in the way of a session that is about to start, for who planned it."""
    translate = translator_for(session.locale)
    said = translate(
        "{session} is planned for {time}, but it will not start as things are:",
        session=f"*{_title(session, translate)}*",
        time=planned_for(session, translate),
    )
    return text_message(f"{said}\n{why}", _buttons(session, translate))


def did_not_start(session: Session, why: Message) -> Message:
    """Return why a planned session did not start, for who planned it."""
    translate = translator_for(session.locale)
    said = translate(
        "{session} was planned for {time}, and did not start:",
        session=f"*{_title(session, translate)}*",
        time=planned_for(session, translate),
    )
    return replace(why, text=f"{said}\n{why.text}", blocks=(blocks.section(said), *why.blocks))


def changed(session: Session, by: str, translate: Translator) -> Message:
    """Return what somebody else made of a session that a person planned, or whose agent they are."""
    fields = {"person": f"<@{by}>", "session": _title(session, translate), "time": planned_for(session, translate)}
    match session.state:
        case State.CANCELLED:
            return text_message(translate("{person} cancelled {session}, planned for {time}.", **fields))
        case State.PLANNED:
            return text_message(translate("{person} moved {session} to {time}.", **fields))
        case _:
            return text_message(translate("{person} started {session}, planned for {time}.", **fields))


def done(session: Session, translate: Translator) -> Message:
    """Return what was done, for who pressed a button elsewhere than on the card."""
    match session.state:
        case State.CANCELLED:
            return text_message(translate("Cancelled: nobody is invited."))
        case State.PLANNED:
            return text_message(translate("Moved to {time}.", time=planned_for(session, translate)))
        case _:
            return text_message(translate("It starts now."))


def move_form(session: Session, origin: PlanOrigin, translate: Translator) -> Block:
    """Return the form that moves a planned session."""
    field = blocks.field(
        Field.AT,
        translate("Date and time"),
        blocks.moment_picker(initial=int(session.plan.at) if session.plan else None),
        hint=translate("From one minute to 90 days ahead."),
    )
    return {
        "type": "modal",
        "callback_id": Modal.PLANNING.value,
        "title": blocks.plain(translate("Move")),
        "submit": blocks.plain(translate("Move")),
        "close": blocks.plain(translate("Back")),
        "private_metadata": origin.encode(),
        "blocks": [blocks.section(f"*{_title(session, translate)}*"), field],
    }


def _title(session: Session, translate: Translator) -> str:
    """Return what a session is called in a sentence; whom it is for is masked, as on its card."""
    if session.kind is Kind.MEETING:
        return translate("Video meeting “{name}”", name=escape(mask_contacts_in(session.invitation.name or "")))
    customer = ", ".join(masked(contact) for contact in session.invitation.contacts)
    return translate("Video assistance for {customer}", customer=customer)


def _buttons(session: Session, translate: Translator, *, primary: bool = False) -> Block:
    return blocks.actions(*plan_buttons(SessionRef.to(session), translate, primary=primary))
