"""The card: a session's one message in the channel, at every state of its life.

Everybody in the channel sees it: never a customer's link, a sign-in link, a whole number or address.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.messages import Block, Message
from bot.model.session import Kind, Problem, Session, State
from bot.model.targets import SessionRef
from bot.ui import blocks
from bot.ui.ids import Action, card_block_id, metadata
from bot.ui.invite_again import invite_again, take_over
from bot.ui.lists.access_buttons import access_buttons
from bot.ui.lists.plan_buttons import plan_buttons
from bot.ui.lists.references import NO_REFERENCE_LINKS, ReferenceLinks, is_typed, shown_reference
from bot.ui.notes.outcomes import note_button, noted, report_button
from bot.ui.text import Translator, escape, mask_contacts_in, masked, shortened
from bot.ui.timeline import counts, date_time, planned_for, time_of_day, timeline

# A section holds 3,000 characters.
_GUESTS_SHOWN = 10
_TEXT_SHOWN = 300
# What Apizee does not do reaches the card within a minute.
_LEFT_OVER_AFTER = 60.0

_SIGNS: Mapping[State, str] = {
    State.PLANNED: ":calendar:",
    State.INVITING: ":hourglass_flowing_sand:",
    State.INVITED: ":envelope_with_arrow:",
    State.IN_PROGRESS: ":video_camera:",
    State.DONE: ":white_check_mark:",
    State.EXPIRED: ":alarm_clock:",
    State.DECLINED: ":no_entry_sign:",
    State.CANCELLED: ":x:",
    State.FAILED: ":warning:",
}
_CAME_TO_NOTHING = {State.EXPIRED, State.DECLINED, State.CANCELLED, State.FAILED}


def card(
    session: Session,
    translate: Translator,
    *,
    wait: float | None = None,
    references: ReferenceLinks = NO_REFERENCE_LINKS,
) -> Message:
    """Return the card of a session as it is now; `wait` is in how many seconds the invitation can go out."""
    title = _title(session, translate)
    status = blocks.joined([_status(session, translate, wait), _taken_over(session, translate)])
    return Message(
        text=translate("{title}: {status}", title=title, status=status),
        blocks=tuple(
            _blocks(
                session,
                translate,
                title,
                f"{_SIGNS[session.state]} {status}",
                waits=wait is not None,
                references=references,
            )
        ),
        metadata=metadata(session),
    )


def _blocks(
    session: Session,
    translate: Translator,
    title: str,
    status: str,
    *,
    waits: bool,
    references: ReferenceLinks,
) -> list[Block]:
    shown = [blocks.section(f"*{title}*\n{status}", block_id=card_block_id(session.id))]
    if session.call_id and session.state.is_open:
        shown.append(blocks.call(session.call_id))
    is_known = session.remote.id is not None or session.state is State.PLANNED
    if session.kind is Kind.MEETING and is_known and (about := _about_meeting(session, translate)):
        shown.append(blocks.section(about))
    if way := timeline(session, translate):
        shown.append(blocks.context(way))
    if session.note:
        shown.append(blocks.context(f":memo: {noted(session.note, translate)}"))
    if session.state is State.INVITING and not waits:
        shown.append(blocks.context(_if_left_over(session, translate)))
    shown.append(blocks.context(_small_print(session, translate, references)))
    buttons = _buttons(session, translate)
    return [*shown, blocks.actions(*buttons)] if buttons else shown


def _title(session: Session, translate: Translator) -> str:
    if session.kind is Kind.MEETING:
        return translate("Video meeting “{name}”", name=_public(session.invitation.name or ""))
    customer = ", ".join(masked(contact) for contact in session.invitation.contacts)
    return translate("Video assistance for {customer}", customer=customer)


def _status(session: Session, translate: Translator, wait: float | None) -> str:
    match session.state:
        case State.PLANNED:
            return _planned(session, translate)
        case State.INVITING:
            return _inviting(session, translate, wait)
        case State.INVITED:
            return _invited(session, translate)
        case State.IN_PROGRESS:
            return translate("In progress")
        case State.DONE:
            return _done(session, translate)
        case State.EXPIRED:
            return _expired(session, translate)
        case State.DECLINED:
            return translate("The invitation was declined.")
        case State.CANCELLED:
            return translate("Cancelled")
        case State.FAILED:
            return _failed(session, translate)


def _expired(session: Session, translate: Translator) -> str:
    if session.remote.closed_without_notice:
        return translate("Closed; Apizee gave no reason.")
    return translate("The invitation has expired.")


def _taken_over(session: Session, translate: Translator) -> str:
    """Return who has the customer now, where it is not the agent of this session any more."""
    user = session.taken_over_by
    return translate("Taken over by {person}, on a card of their own.", person=f"<@{user}>") if user else ""


def _planned(session: Session, translate: Translator) -> str:
    if session.plan and session.plan.asked:
        return translate("Was planned for {time}, and waits for its agent.", time=planned_for(session, translate))
    return translate("Planned for {time}", time=planned_for(session, translate))


def _inviting(session: Session, translate: Translator, wait: float | None) -> str:
    if wait is None:
        return translate("Preparing the link…") if session.invitation.by_link else translate("Inviting…")
    return translate(
        "The invitation goes out in about {seconds} s: Apizee accepts only so many requests a minute.",
        seconds=round(wait),
    )


def _invited(session: Session, translate: Translator) -> str:
    if session.kind is Kind.MEETING:
        return translate("The guests are invited.")
    if session.invitation.by_link:
        return translate("Link passed on by the agent")
    by_phone = all(contact.is_phone for contact in session.invitation.contacts)
    return translate("Invited by SMS.") if by_phone else translate("Invited by e-mail.")


def _done(session: Session, translate: Translator) -> str:
    lasted = session.remote.duration
    if lasted is None:
        done = translate("Done")
    else:
        done = translate("Done after {duration}", duration=translate.duration(lasted.total_seconds()))
    return blocks.joined([done, counts(session, translate)])


def _failed(session: Session, translate: Translator) -> str:
    match session.problem:
        case Problem.REFUSED:
            said = _public((session.failure.refusal if session.failure else None) or "") or "?"
            return translate("Apizee refused the invitation: “{reason}”. Nobody was invited.", reason=said)
        case Problem.UNCERTAIN:
            return translate(
                "Apizee does not answer as it should and did not confirm the invitation; it may have gone out."
                " Press Refresh before you invite again."
            )
        case Problem.SIGN_IN:
            return translate(
                "Apizee refused the bot's own sign-in. Nobody was invited."
                " Please tell the person who administers this bot."
            )
        case Problem.NOT_STARTED:
            return translate("It did not start as planned. Nobody was invited; the person who planned it knows why.")
        case Problem.UNEXPECTED:
            return translate("Something went wrong on our side. Please look into Apizee before you invite again.")
        case _:
            return translate("Apizee does not answer. Nobody was invited. Please try again in a few minutes.")


def _about_meeting(session: Session, translate: Translator) -> str:
    """Return what is said once of a meeting: how to join by phone and who waits, until its end; and its guests.

    Slack's call block and a button lead there by the web.
    """
    links, lines = session.remote.links, []
    if _guests_wait(session):
        lines.append(translate(":hourglass: This meeting is moderated: guests wait until the moderator lets them in."))
    if session.state.is_open and links.dial_in:
        number, code = escape(links.dial_in), escape(links.dial_in_code or "")
        lines.append(translate("By phone: {number}, code {code}", number=number, code=code))
    return "\n".join([*lines, *filter(None, [_guests(session, translate)])])


def _guests_wait(session: Session) -> bool:
    """Return whether guests of a meeting wait to be let in; who waits now, Apizee does not say."""
    return session.invitation.moderated and session.state.is_open and session.remote.id is not None


def _guests(session: Session, translate: Translator) -> str:
    everyone = [
        *(masked(contact) for contact in session.invitation.contacts),
        *(f"<@{user}>" for user in session.invitation.colleagues),
    ]
    guests, left_out = ", ".join(everyone[:_GUESTS_SHOWN]), len(everyone) - _GUESTS_SHOWN
    if left_out > 0:
        return translate.n(
            "Guests: {guests} and {count} more", "Guests: {guests} and {count} more", left_out, guests=guests
        )
    return translate("Guests: {guests}", guests=guests) if guests else ""


def _small_print(session: Session, translate: Translator, references: ReferenceLinks) -> str:
    for_user, person = session.invitation.for_user, f"<@{session.requester.user}>"
    is_planned = session.state is State.PLANNED
    by = (
        translate("Planned by {person}", person=person)
        if is_planned
        else translate("Started by {person}", person=person)
    )
    return blocks.joined(
        [
            by,
            translate("agent: {person}", person=f"<@{for_user}>") if for_user else "",
            "" if is_planned else date_time(session.created_at, translate, session.timezone),
            _own_reference(session, translate, references),
            _number(session, translate),
            translate("moderated") if session.invitation.moderated and not _guests_wait(session) else "",
        ]
    )


def _if_left_over(session: Session, translate: Translator) -> str:
    """Return what to do with this card where its process died while it posted it: then it never changes again."""
    late = (session.progress.card_begun or session.created_at) + _LEFT_OVER_AFTER
    time = time_of_day(late, translate, session.timezone)
    return translate(
        "If this is still here after {time}, press Refresh: another card may have taken its place.", time=time
    )


def _own_reference(session: Session, translate: Translator, references: ReferenceLinks) -> str:
    """Return the reference that somebody gave, if anybody did."""
    reference = session.invitation.reference
    if session.kind is Kind.MEETING or not is_typed(reference):
        return ""
    return translate("reference {reference}", reference=shown_reference(reference, references.link(reference)))


def _number(session: Session, translate: Translator) -> str:
    if session.remote.id is None:
        return ""
    if session.kind is Kind.ASSISTANCE:
        return translate("ticket {id}", id=session.remote.id)
    return translate("meeting {id}", id=session.remote.id)


def _buttons(session: Session, translate: Translator) -> list[Block]:
    if session.state is State.PLANNED:
        return plan_buttons(SessionRef.to(session), translate)
    value = SessionRef.to(session).encode()
    if session.remote.id is None:
        return _buttons_without_room(session, translate, value)
    shared = [
        blocks.button(Action.MEDIA, translate("Media"), value),
        blocks.button(Action.REFRESH, translate("Refresh"), value),
    ]
    is_over = session.state is State.DONE or session.state in _CAME_TO_NOTHING
    again = [invite_again(session, translate)] if is_over else []
    afterwards = [note_button(session, translate), report_button(session, translate)] if session.state.is_over else []
    url = session.remote.links.meeting_short or session.remote.links.meeting
    # A ticket is worth a look also after its session; a meeting that is over lets nobody in.
    is_accessible = session.state.is_open or (session.kind is Kind.ASSISTANCE and session.state is State.DONE)
    primary = session.state.is_open
    access = access_buttons(SessionRef.to(session), url, translate, primary=primary) if is_accessible else []
    over = [take_over(session, translate)] if session.may_be_taken_over else []
    return [*access, *again, *afterwards, *shared, *over]


def _buttons_without_room(session: Session, translate: Translator, value: str) -> list[Block]:
    if session.state is State.INVITING or session.problem is Problem.UNCERTAIN:
        return [blocks.button(Action.REFRESH, translate("Refresh"), value)]
    return [invite_again(session, translate)] if session.state is State.FAILED else []


def _public(text: str) -> str:
    """Return somebody's text as a channel may see it: no markup, no whole number or address."""
    return escape(shortened(mask_contacts_in(text), _TEXT_SHOWN))
