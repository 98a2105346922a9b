"""The card: a session's one message in the channel, at every state of its life.

Everybody in the channel sees it: never a customer's link, a sign-in link, a whole number or address.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.messages import Block, Message
from bot.model.session import OUR_REFERENCE, Kind, Problem, Session, State
from bot.model.targets import Pointer
from bot.ui import blocks
from bot.ui.ids import Action, card_block_id, metadata
from bot.ui.invite_again import invite_again
from bot.ui.lists.access_buttons import access_buttons
from bot.ui.text import Words, escape, mask_contacts_in, masked, safe_url, shortened
from bot.ui.timeline import at, counts, journey

# A section holds 3,000 characters.
_GUESTS_SHOWN = 10
_TEXT_SHOWN = 300
# What Apizee does not do reaches the card within a minute.
_LEFT_OVER_AFTER = 60.0

_SIGNS: Mapping[State, str] = {
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


def card(session: Session, words: Words, *, wait: float | None = None) -> Message:
    """The card of a session as it stands; `wait` is in how many seconds the invitation can go out."""
    title, status = _title(session, words), _status(session, words, wait)
    return Message(
        text=words("{title}: {status}", title=title, status=status),
        blocks=tuple(_blocks(session, words, title, f"{_SIGNS[session.state]} {status}", waits=wait is not None)),
        metadata=metadata(session),
    )


def _blocks(session: Session, words: Words, title: str, status: str, *, waits: bool) -> list[Block]:
    shown = [blocks.section(f"*{title}*\n{status}", block_id=card_block_id(session.id))]
    if session.call_id and session.state.is_open:
        shown.append(blocks.call(session.call_id))
    if session.kind is Kind.MEETING and session.remote_id:
        shown.append(blocks.section(_ways_in(session, words)))
    if way := journey(session, words):
        shown.append(blocks.context(way))
    if session.state is State.INVITING and not waits:
        shown.append(blocks.context(_if_left_over(session, words)))
    shown.append(blocks.context(_small_print(session, words)))
    buttons = _buttons(session, words)
    return [*shown, blocks.actions(*buttons)] if buttons else shown


def _title(session: Session, words: Words) -> str:
    if session.kind is Kind.MEETING:
        return words("Video meeting “{name}”", name=_public(session.name or ""))
    customer = ", ".join(masked(contact) for contact in session.contacts)
    return words("Video assistance for {customer}", customer=customer)


def _status(session: Session, words: Words, wait: float | None) -> str:
    match session.state:
        case State.INVITING:
            return _inviting(words, wait)
        case State.INVITED:
            return _invited(session, words)
        case State.IN_PROGRESS:
            return words("In progress")
        case State.DONE:
            return _done(session, words)
        case State.EXPIRED if session.closed_silently:
            return words("Closed without a word from Apizee.")
        case State.EXPIRED:
            return words("The invitation has expired.")
        case State.DECLINED:
            return words("The invitation was declined.")
        case State.CANCELLED:
            return words("Cancelled")
        case State.FAILED:
            return _failed(session, words)


def _inviting(words: Words, wait: float | None) -> str:
    if wait is None:
        return words("Inviting…")
    return words(
        "The invitation goes out in about {seconds} s: Apizee accepts only so many requests a minute.",
        seconds=round(wait),
    )


def _invited(session: Session, words: Words) -> str:
    if session.kind is Kind.MEETING:
        return words("The guests are invited.")
    by_phone = all(contact.is_phone for contact in session.contacts)
    return words("Invited by SMS.") if by_phone else words("Invited by e-mail.")


def _done(session: Session, words: Words) -> str:
    lasted = session.duration
    if lasted is None:
        done = words("Done")
    else:
        done = words("Done after {duration}", duration=words.duration(lasted.total_seconds()))
    return blocks.joined([done, counts(session, words)])


def _failed(session: Session, words: Words) -> str:
    match session.problem:
        case Problem.REFUSED:
            said = _public(session.refusal or "") or "?"
            return words("Apizee refused the invitation: “{reason}”. Nobody was invited.", reason=said)
        case Problem.UNCERTAIN:
            return words(
                "Apizee did not confirm the invitation; it may have gone out. Press Refresh before you invite again."
            )
        case Problem.SIGN_IN:
            return words(
                "Apizee refused the bot's own sign-in. Nobody was invited. Please tell whoever administers this bot."
            )
        case Problem.UNEXPECTED:
            return words("Something went wrong on our side. Please look into Apizee before you invite again.")
        case _:
            return words("Apizee cannot be reached. Nobody was invited. Please try again in a few minutes.")


def _ways_in(session: Session, words: Words) -> str:
    links = session.links
    lines = [words("Join: {link}", link=safe_url(links.meeting_short or links.meeting or ""))]
    if links.dial_in:
        number, code = escape(links.dial_in), escape(links.dial_in_code or "")
        lines.append(words("By phone: {number}, code {code}", number=number, code=code))
    lines.append(_guests(session, words))
    return "\n".join(filter(None, lines))


def _guests(session: Session, words: Words) -> str:
    everyone = [*(masked(contact) for contact in session.contacts), *(f"<@{user}>" for user in session.colleagues)]
    guests, left_out = ", ".join(everyone[:_GUESTS_SHOWN]), len(everyone) - _GUESTS_SHOWN
    if left_out > 0:
        return words.n(
            "Guests: {guests} and {count} more", "Guests: {guests} and {count} more", left_out, guests=guests
        )
    return words("Guests: {guests}", guests=guests) if guests else ""


def _small_print(session: Session, words: Words) -> str:
    return blocks.joined(
        [
            words("Started by {person}", person=f"<@{session.asker.user}>"),
            _when(session, words),
            _own_reference(session, words),
            _number(session, words),
            words("moderated") if session.moderated else "",
        ]
    )


def _when(session: Session, words: Words) -> str:
    """The time at which it was asked for."""
    otherwise = words.date_time(session.created_at, session.timezone)
    return at(session.created_at, "{date_short_pretty} {time}", otherwise)


def _if_left_over(session: Session, words: Words) -> str:
    """A card whose process died in the moment of posting may be replaced by another one, and never change again."""
    late = (session.progress.card_begun or session.created_at) + _LEFT_OVER_AFTER
    time = at(late, "{time}", words.time(late, session.timezone))
    return words("If this stands here after {time}, press Refresh: another card may have taken its place.", time=time)


def _own_reference(session: Session, words: Words) -> str:
    """The reference that somebody gave; the one that names the card says nothing to people."""
    reference = session.reference or ""
    if session.kind is Kind.MEETING or not reference or reference.startswith(OUR_REFERENCE):
        return ""
    return words("reference {reference}", reference=_public(reference))


def _number(session: Session, words: Words) -> str:
    if session.remote_id is None:
        return ""
    if session.kind is Kind.ASSISTANCE:
        return words("ticket {id}", id=session.remote_id)
    return words("meeting {id}", id=session.remote_id)


def _buttons(session: Session, words: Words) -> list[Block]:
    value = Pointer.to(session).encode()
    if session.remote_id is None:
        return _buttons_without_room(session, words, value)
    shared = [
        blocks.button(Action.MEDIA, words("Media"), value),
        blocks.button(Action.REFRESH, words("Refresh"), value),
    ]
    again = [invite_again(session, words)] if session.state in _CAME_TO_NOTHING else []
    url = session.links.meeting_short or session.links.meeting
    access = access_buttons(Pointer.to(session), url, words, primary=True) if session.state.is_open else []
    return [*access, *again, *shared]


def _buttons_without_room(session: Session, words: Words, value: str) -> list[Block]:
    if session.state is State.INVITING or session.problem is Problem.UNCERTAIN:
        return [blocks.button(Action.REFRESH, words("Refresh"), value)]
    return [invite_again(session, words)] if session.state is State.FAILED else []


def _public(text: str) -> str:
    """Somebody's text as a channel may see it: no markup, no whole number or address."""
    return escape(shortened(mask_contacts_in(text), _TEXT_SHOWN))
